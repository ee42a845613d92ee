"""The processes of the police response, as prose."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event, Interrupt

from sim.world.fire import SLOT_MIN

if TYPE_CHECKING:
    from sim.engine.police.deployment import Assignment, PoliceDesk

Story = Generator[Event, Any, None]


def answer_assignments(desk: PoliceDesk, unit: int) -> Story:
    """A unit: drive, work at the scene, see it through, take what waits or go on patrol; or be diverted from it."""
    env = desk.env
    job: Assignment | None = None
    while True:
        try:
            if job is None:
                job = yield desk.control.alert_of(unit)
                desk.control.heard(unit)
            yield env.timeout(job.turnout_min + job.travel_min)
            desk.arrive(job)
            yield env.timeout(job.part.scene_min)
        except Interrupt as diverted:
            job = diverted.cause
            continue
        yield env.timeout(desk.leave_scene(job))
        job = desk.free(job)


def review_queue(desk: PoliceDesk, slots: list[int]) -> Story:
    """Look at what waits whenever units come on duty or a grade's hours begin; after the horizon at every slot."""
    env = desk.env
    for slot in slots:
        yield env.timeout(slot * SLOT_MIN - env.now)
        desk.serve_queue()
    yield env.timeout(max(0.0, desk.world.calendar.horizon_min - env.now))
    while desk.queue and env.now < desk.last_review_min:
        desk.serve_queue()
        yield env.timeout(SLOT_MIN)
