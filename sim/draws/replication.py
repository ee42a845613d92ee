"""Everything random of one replication, drawn before the run and keyed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from sim.draws.incidents import Incidents, draw_incidents
from sim.draws.police.incidents import PoliceDraws, draw_police
from sim.draws.response_times import ResponseTimes
from sim.draws.roster import Roster, draw_roster
from sim.draws.scripted_incidents import with_scripted
from sim.world.fire import World


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """The incidents, who is available when, the noise of each response, and what is the police's own."""

    incidents: Incidents
    roster: Roster
    response_times: ResponseTimes
    police: PoliceDraws | None = None
    calls: dict[str, NDArray[Any]] | None = None  # the log's table of telephone calls


def draw(
    world: World,
    seed: int,
    replication: int,
    *,
    incidents_of: Callable[[World, int, int], Incidents] = draw_incidents,
    roster_of: Callable[[World, int, int], Roster] = draw_roster,
) -> Draws:
    """Draw one replication: the same for the same three arguments, in any process.

    Whoever has other means of finding what ``incidents_of`` and ``roster_of`` draw may give them.
    """
    incidents = with_scripted(world, incidents_of(world, seed, replication), seed, replication)
    roster = roster_of(world, seed, replication)
    police, calls = None, None
    if world.police is not None:
        incidents, police, calls = draw_police(world, world.police, incidents, roster, seed, replication)
    times = ResponseTimes(world, incidents, seed, replication)
    return Draws(incidents, roster, times, police, calls)
