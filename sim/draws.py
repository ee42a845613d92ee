"""Everything random of one replication, drawn before the run and keyed."""

from __future__ import annotations

from dataclasses import dataclass

from sim.incidents import Incidents, draw_incidents
from sim.noise import ResponseNoise
from sim.roster import Roster, draw_roster
from sim.scripted import with_scripted
from sim.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """The incidents, who is available when, and the noise of each response."""

    incidents: Incidents
    roster: Roster
    noise: ResponseNoise


def draw(world: World, seed: int, replication: int) -> Draws:
    """Draw one replication: the same for the same three arguments, in any process."""
    incidents = with_scripted(world, draw_incidents(world, seed, replication), seed, replication)
    return Draws(
        incidents=incidents,
        roster=draw_roster(world, seed, replication),
        noise=ResponseNoise(world, incidents, seed, replication),
    )
