"""The processes of the simulation, as prose: what happens to an incident and to a response."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event, Interrupt

from sim.world import SLOT_MIN

if TYPE_CHECKING:
    from sim.control import Control, Job

Story = Generator[Event, Any, None]


def take_calls(control: Control) -> Story:
    """Handle every call, and when that is done send its pre-determined attendance."""
    env = control.env
    for row, decided_min in control.decisions():
        yield env.timeout(max(0.0, decided_min - env.now))
        if control.makeup_pumps[row]:
            env.process(make_up(control, row, control.first_arrival(row)))
        control.send_attendance(row)


def make_up(control: Control, row: int, arrival: Event) -> Story:
    """A while after the first pump's arrival its officer asks for more."""
    yield arrival
    yield control.env.timeout(control.makeup_after_min[row])
    control.make_up(row)


def answer_alerts(control: Control, unit: int) -> Story:
    """An appliance: turn out, drive, work at the scene, drive home or be sent on from the road; over and over."""
    env = control.env
    job: Job | None = None
    while True:
        if job is None:
            job = yield control.alert_of(unit)
            control.heard(unit)
        yield env.timeout(job.turnout_min + job.travel_min)
        control.arrive(job)
        yield env.timeout(control.scene_min(job))
        return_min = control.release(job)
        try:
            yield env.timeout(return_min)
        except Interrupt as sent_on:
            job = sent_on.cause
        else:
            control.come_home(job)
            job = None


def send_another(control: Control, row: int, unreached: int, capability: int) -> Story:
    """A mobilising failure: control notices that nothing moves, and sends another."""
    yield control.env.timeout(control.world.timings.failure_found_min)
    control.replace(row, capability, unreached)


def serve_now(control: Control) -> Story:
    """Look at once whether an appliance just released can go to an incident that waits."""
    control.serve_waiting()
    yield from ()


def serve_at_slots(control: Control) -> Story:
    """While incidents wait for an appliance, look again whenever crews change: not after the horizon."""
    env = control.env
    while control.waiting and env.now < control.world.calendar.horizon_min:
        yield env.timeout(SLOT_MIN - env.now % SLOT_MIN)
        control.serve_waiting()
    control.slot_watch = False
