"""The processes of cover, as prose."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event, Interrupt

from sim.world.fire import SLOT_MIN

if TYPE_CHECKING:
    from sim.engine.cover.reviews import CoverDesk
    from sim.engine.cover.standby_moves import Moves, Standby

Story = Generator[Event, Any, None]


def stand_by(moves: Moves, move: Standby) -> Story:
    """Turn out, drive, wait until recalled, and go home; or be sent to an incident at any moment of it."""
    env = moves.env
    try:
        yield env.timeout(move.turnout_min)
        yield env.timeout(move.travel_min)
        moves.arrive(move)
        yield env.event()
    except Interrupt:
        if not move.recalled:
            return
    try:
        yield env.timeout(move.home_travel_min)
    except Interrupt:
        return
    moves.come_home(move)


def go_home(moves: Moves, move: Standby) -> Story:
    """People moved: back by car, after the incident that they were sent to."""
    yield moves.env.timeout(move.travel_min)
    moves.people_home(move)


def review_at_changes(desk: CoverDesk, slots: list[int], sites: list[list[int]]) -> Story:
    """Look at the stations whose crews change, when they change."""
    env = desk.env
    for slot, changed in zip(slots, sites, strict=True):
        yield env.timeout(slot * SLOT_MIN - env.now)
        desk.crews_change(changed)
