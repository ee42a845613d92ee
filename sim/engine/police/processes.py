"""The processes of the police response, as prose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simpy import Interrupt

from sim.engine.clock import Clock, Story
from sim.engine.order import Happening
from sim.world.fire import SLOT_MIN

# Looking a member up in an enumeration is slow enough to show in the hot path.
_ARRIVES, _LEAVES = int(Happening.POLICE_ARRIVES), int(Happening.POLICE_LEAVES)
_FREE = int(Happening.POLICE_FREE)


class Officers(Protocol):
    """What a unit's process does and asks."""

    def journey_min(self, unit: int) -> float:
        """Return the minutes from the assignment to the arrival."""

    def arrive(self, unit: int, now_min: float) -> None:
        """Be at the scene."""

    def scene_min(self, unit: int) -> float:
        """Return the minutes that remain to be spent at the scene."""

    def leave_scene(self, unit: int, now_min: float) -> float:
        """Have done its part; return the minutes until it is free."""

    def free(self, unit: int, now_min: float) -> bool:
        """Be free: take what waits, and say whether there was anything."""


class Reviews(Protocol):
    """Who looks at what waits."""

    horizon_min: float
    last_review_min: float

    def anything_waits(self) -> bool:
        """Return whether any part waits for a unit."""

    def serve_queue(self, now_min: float) -> None:
        """Send what can be sent now to all that waits."""


def answer_assignments(clock: Clock, officers: Officers, unit: int) -> Story:
    """A unit: drive, work at the scene, see it through, take what waits or go on patrol; or be diverted from it."""
    assigned = False
    while True:
        try:
            if not assigned:
                yield clock.alert_of(unit)
                clock.heard(unit)
            yield clock.wait(_ARRIVES, unit, officers.journey_min(unit))
            officers.arrive(unit, clock.now_min)
            yield clock.wait(_LEAVES, unit, officers.scene_min(unit))
        except Interrupt:  # diverted
            assigned = True
            continue
        yield clock.wait(_FREE, unit, officers.leave_scene(unit, clock.now_min))
        assigned = officers.free(unit, clock.now_min)


def review_queue(clock: Clock, reviews: Reviews, slots: Sequence[int]) -> Story:
    """Look at what waits whenever units come on duty or a grade's hours begin; after the horizon at every slot."""
    for slot in slots:
        yield clock.at(Happening.POLICE_REVIEW, slot, slot * SLOT_MIN)
        reviews.serve_queue(clock.now_min)
    slot = int(reviews.horizon_min // SLOT_MIN)
    yield clock.at(Happening.POLICE_REVIEW, slot, reviews.horizon_min)
    while reviews.anything_waits() and clock.now_min < reviews.last_review_min:
        reviews.serve_queue(clock.now_min)
        slot += 1
        yield clock.at(Happening.POLICE_REVIEW, slot, slot * SLOT_MIN)
