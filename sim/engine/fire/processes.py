"""The processes of the fire service, as prose: what happens to an incident and to an appliance."""

from __future__ import annotations

from typing import Protocol

from simpy import Event, Interrupt

from sim.engine.clock import Clock, Story
from sim.engine.order import Happening
from sim.world.fire import SLOT_MIN

# Looking a member up in an enumeration is slow enough to show in the hot path.
_ARRIVES, _LEAVES = int(Happening.APPLIANCE_ARRIVES), int(Happening.APPLIANCE_LEAVES)
_HOME = int(Happening.APPLIANCE_HOME)


class Crew(Protocol):
    """What an appliance's process does and asks."""

    def journey_min(self, unit: int) -> float:
        """Return the minutes from the alert to the arrival."""

    def arrive(self, unit: int, now_min: float) -> None:
        """Be at the scene."""

    def scene_min(self, unit: int) -> float:
        """Return the minutes at the scene."""

    def release(self, unit: int, now_min: float) -> float:
        """Leave the scene; return the minutes of the way home."""

    def come_home(self, unit: int, now_min: float) -> None:
        """Be back at the station."""


class Control(Protocol):
    """What an incident's processes do and ask."""

    failure_found_min: float

    def makeup_after_min(self, row: int) -> float:
        """Return the minutes from the first pump's arrival to its officer's asking for more."""

    def make_up(self, row: int, now_min: float) -> None:
        """Send the pumps that the officer at the scene asks for."""

    def replace(self, row: int, capability: int, unreached: int, now_min: float) -> None:
        """Send another in place of one that an alert did not reach."""


class Queue(Protocol):
    """What waits for an appliance."""

    horizon_min: float

    def anybody_waits(self) -> bool:
        """Return whether an incident waits for an appliance; if none does, slots are no longer watched."""

    def serve(self, now_min: float) -> None:
        """Send what is free to the incidents that wait."""


def answer_alerts(clock: Clock, crew: Crew, unit: int) -> Story:
    """An appliance: turn out, drive, work at the scene, drive home or be sent on from the road; over and over."""
    sent_on = False
    while True:
        if not sent_on:
            yield clock.alert_of(unit)
            clock.heard(unit)
        yield clock.wait(_ARRIVES, unit, crew.journey_min(unit))
        crew.arrive(unit, clock.now_min)
        yield clock.wait(_LEAVES, unit, crew.scene_min(unit))
        home_min = crew.release(unit, clock.now_min)
        try:
            yield clock.wait(_HOME, unit, home_min)
        except Interrupt:
            sent_on = True
        else:
            crew.come_home(unit, clock.now_min)
            sent_on = False


def make_up(clock: Clock, control: Control, row: int, arrival: Event) -> Story:
    """A while after the first pump's arrival its officer asks for more."""
    yield arrival
    yield clock.wait(Happening.MAKE_UP, row, control.makeup_after_min(row))
    control.make_up(row, clock.now_min)


def send_another(clock: Clock, control: Control, row: int, unreached: int, capability: int) -> Story:
    """A mobilising failure: control notices that nothing moves, and sends another."""
    yield clock.wait(Happening.FAILURE_FOUND, row << 16 | unreached, control.failure_found_min)
    control.replace(row, capability, unreached, clock.now_min)


def serve_at_slots(clock: Clock, queue: Queue) -> Story:
    """While incidents wait for an appliance, look again whenever crews change: not after the horizon."""
    while queue.anybody_waits() and clock.now_min < queue.horizon_min:
        slot = int(clock.now_min // SLOT_MIN) + 1
        yield clock.at(Happening.WAITING_LOOK, slot, slot * SLOT_MIN)
        queue.serve(clock.now_min)
