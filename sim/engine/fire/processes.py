"""The processes of the simulation, as prose: what happens to an incident and to a response."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event, Interrupt

from sim.world.fire import SLOT_MIN

if TYPE_CHECKING:
    from sim.engine.control import Control
    from sim.engine.fire.mobilising import FireDesk
    from sim.log.responses import Job

Story = Generator[Event, Any, None]


def take_calls(control: Control) -> Story:
    """Hand every incident to the desk that is to answer it, when its call has been handled (police: and graded)."""
    env = control.env
    for decided_min, desk, row in control.agenda():
        yield env.timeout(max(0.0, decided_min - env.now))
        desk.open(row)


def make_up(desk: FireDesk, row: int, arrival: Event) -> Story:
    """A while after the first pump's arrival its officer asks for more."""
    yield arrival
    yield desk.env.timeout(desk.makeup_after_min[row])
    desk.make_up(row)


def answer_alerts(desk: FireDesk, unit: int) -> Story:
    """An appliance: turn out, drive, work at the scene, drive home or be sent on from the road; over and over."""
    env = desk.env
    job: Job | None = None
    while True:
        if job is None:
            job = yield desk.control.alert_of(unit)
            desk.control.heard(unit)
        yield env.timeout(job.turnout_min + job.travel_min)
        desk.arrive(job)
        yield env.timeout(desk.scene_min(job))
        return_min = desk.release(job)
        try:
            yield env.timeout(return_min)
        except Interrupt as sent_on:
            job = sent_on.cause
        else:
            desk.come_home(job)
            job = None


def send_another(desk: FireDesk, row: int, unreached: int, capability: int) -> Story:
    """A mobilising failure: control notices that nothing moves, and sends another."""
    yield desk.env.timeout(desk.world.timings.failure_found_min)
    desk.replace(row, capability, unreached)


def serve_now(desk: FireDesk) -> Story:
    """Look at once whether an appliance just released can go to an incident that waits."""
    desk.serve_waiting()
    yield from ()


def serve_at_slots(desk: FireDesk) -> Story:
    """While incidents wait for an appliance, look again whenever crews change: not after the horizon."""
    env = desk.env
    while desk.waiting and env.now < desk.world.calendar.horizon_min:
        yield env.timeout(SLOT_MIN - env.now % SLOT_MIN)
        desk.serve_waiting()
    desk.slot_watch = False
