"""Parts of attendances that found nothing free, oldest first: ``sim.engine.fire.waiting``.

There are two lists, of own incidents and of those over the border, which other appliances may be sent to. A part's
place among both is the number with which it came.
"""

from __future__ import annotations

from sim.compiled import layout as at
from sim.compiled.clock import put
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, reals, rows_at, waiting_at
from sim.engine.order import Happening
from sim.world.fire import SLOT_MIN

_WAITING_LOOK = int(Happening.WAITING_LOOK)


@kernel
def anything(m: Memory) -> bool:
    """Return whether anything waits."""
    return m[at.WAITING_HEAD] >= 0 or m[at.WAITING_HEAD + 1] >= 0


@kernel
def let_wait(m: Memory, row: int, capability: int, now: float, which: int) -> None:
    """Let a part wait, and watch the slots from now on."""
    parts = waiting_at(m, at.WAITING_PARTS)
    place = m[at.WAITING_FREE]
    if place >= 0:
        m[at.WAITING_FREE] = parts[place]["after"]
    else:
        place = m[at.WAITING_MADE]
        m[at.WAITING_MADE] += 1
    part = parts[place]
    part["row"], part["capability"], part["after"] = row, capability, at.NONE
    part["number"] = m[at.WAITING_NUMBER]
    part["since_min"] = now
    m[at.WAITING_NUMBER] += 1
    last = m[at.WAITING_TAIL + which]
    if last >= 0:
        parts[last]["after"] = place
    else:
        m[at.WAITING_HEAD + which] = place
    m[at.WAITING_TAIL + which] = place
    if not m[at.WATCHED]:
        m[at.WATCHED] = 1
        watch(m, now)


@kernel
def watch(m: Memory, now: float) -> None:
    """While incidents wait for an appliance, look again whenever crews change: not after the horizon."""
    m[at.WATCHED] = int(anything(m))
    if m[at.WATCHED] and now < reals(m, at.PARAMETERS)[at.HORIZON_MIN]:
        slot = int(now // SLOT_MIN) + 1
        put(m, max(now, slot * SLOT_MIN), _WAITING_LOOK, slot, slot)


@kernel
def after(m: Memory, before: tuple[int, int], which: int) -> int:
    """Return the part that comes after one of a list (NONE: the first), NONE if none does."""
    if before[which] < 0:
        return int(m[at.WAITING_HEAD + which])
    return int(waiting_at(m, at.WAITING_PARTS)[before[which]]["after"])


@kernel
def next_to_ask(m: Memory, before: tuple[int, int], shut: tuple[bool, bool]) -> int:
    """Return the list whose next part came first, NONE if there is none; lists that are shut are not asked."""
    parts = waiting_at(m, at.WAITING_PARTS)
    own = at.NONE if shut[0] else after(m, before, 0)
    border = at.NONE if shut[1] else after(m, before, 1)
    if own < 0:
        return at.NONE if border < 0 else 1
    if border < 0:
        return 0
    return 0 if parts[own]["number"] < parts[border]["number"] else 1


@kernel
def take_out(m: Memory, before: int, place: int, which: int) -> None:
    """Take a part out of a list, in which it comes after another (NONE: it is the first)."""
    parts = waiting_at(m, at.WAITING_PARTS)
    after_it = parts[place]["after"]
    if before >= 0:
        parts[before]["after"] = after_it
    else:
        m[at.WAITING_HEAD + which] = after_it
    if after_it < 0:
        m[at.WAITING_TAIL + which] = before
    parts[place]["after"] = m[at.WAITING_FREE]
    m[at.WAITING_FREE] = place


@kernel
def close(m: Memory) -> None:
    """Write off what still waits when the run has ended: nothing is left that could come."""
    parts = waiting_at(m, at.WAITING_PARTS)
    for which in range(2):
        place = m[at.WAITING_HEAD + which]
        while place >= 0:
            rows_at(m, at.ROWS)[parts[place]["row"]]["lost"] += 1
            place = parts[place]["after"]
        m[at.WAITING_HEAD + which] = at.NONE
