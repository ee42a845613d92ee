"""The processes of cover, as prose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simpy import Interrupt

from sim.engine.clock import Clock, Story
from sim.engine.cover.standby import Standby
from sim.engine.order import Happening
from sim.world.fire import SLOT_MIN


class Moves(Protocol):
    """What the process of a cover move does."""

    def arrive(self, move: Standby, now_min: float) -> None:
        """Be where the cover is wanted."""

    def come_home(self, move: Standby, now_min: float) -> None:
        """Be back where they belong."""

    def people_home(self, move: Standby, now_min: float) -> None:
        """Be back at the own station, after an incident."""


class Reviews(Protocol):
    """Who looks at the stations whose crews change."""

    def crews_change(self, sites: Sequence[int], now_min: float) -> None:
        """The roster changes at these sites."""


def stand_by(clock: Clock, moves: Moves, move: Standby) -> Story:
    """Turn out, drive, wait until recalled, and go home; or be sent to an incident at any moment of it."""
    try:
        yield clock.wait(Happening.STANDBY_DEPARTS, move.unit, move.turnout_min)
        yield clock.wait(Happening.STANDBY_ARRIVES, move.unit, move.travel_min)
        moves.arrive(move, clock.now_min)
        yield clock.event()
    except Interrupt:
        if not move.recalled:
            return
    try:
        yield clock.wait(Happening.STANDBY_HOME, move.unit, move.home_travel_min)
    except Interrupt:
        return
    moves.come_home(move, clock.now_min)


def go_home(clock: Clock, moves: Moves, move: Standby) -> Story:
    """People moved: back by car, after the incident that they were sent to."""
    yield clock.wait(Happening.STANDBY_HOME, move.unit, move.travel_min)
    moves.people_home(move, clock.now_min)


def review_at_changes(
    clock: Clock, reviews: Reviews, slots: Sequence[int], sites: Sequence[Sequence[int]]
) -> Story:
    """Look at the stations whose crews change, when they change."""
    for slot, changed in zip(slots, sites, strict=True):
        yield clock.at(Happening.CREWS_CHANGE, slot, slot * SLOT_MIN)
        reviews.crews_change(changed, clock.now_min)
