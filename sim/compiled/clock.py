"""The events to come, soonest first: a heap in the written order (``sim.engine.order``)."""

from __future__ import annotations

import numpy as np

from sim.compiled import layout as at
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, events_at
from sim.engine.order import ENTITY_BITS


@kernel
def put(m: Memory, at_min: float, happening: int, entity: int, what: int) -> int:
    """Let something happen at a minute; return the number of the event.

    ``what`` is what it happens to, for whoever lets it happen: often the entity itself.
    """
    events = events_at(m, at.EVENTS)
    number = m[at.EVENT_NUMBER] + 1
    rank = (happening << ENTITY_BITS) | entity
    place = m[at.EVENTS_HELD]
    while place > 0:
        above = (place - 1) >> 1
        if at_min > events[above]["at_min"] or (
            at_min == events[above]["at_min"] and rank >= events[above]["rank"]
        ):
            break
        events[place] = events[above]
        place = above
    event = events[place]
    event["at_min"] = at_min
    event["rank"] = rank
    event["number"] = number
    event["what"] = what
    m[at.EVENT_NUMBER] = number
    m[at.EVENTS_HELD] += 1
    return number


@kernel
def drop_first(m: Memory) -> None:
    """Take the first event out."""
    events = events_at(m, at.EVENTS)
    held = m[at.EVENTS_HELD] - 1
    m[at.EVENTS_HELD] = held
    last = events[held]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= held:
            break
        if below + 1 < held and _sooner(events[below + 1], events[below]):
            below += 1
        if not _sooner(events[below], last):
            break
        events[place] = events[below]
        place = below
    events[place] = events[held]


@kernel
def _sooner(one: np.void, other: np.void) -> bool:
    if one["at_min"] != other["at_min"]:
        return bool(one["at_min"] < other["at_min"])
    if one["rank"] != other["rank"]:
        return bool(one["rank"] < other["rank"])
    return bool(one["number"] < other["number"])
