"""What each pool can spare, and until when: ``sim.engine.cover.spare_crews`` and ``decisions.cover.people``."""

from __future__ import annotations

import numpy as np

from sim.compiled import layout as at
from sim.compiled.cover.looking import crewable
from sim.compiled.crews import U64, pick_crew
from sim.compiled.fleet import left_in, mode_of, need_of, unit_pool
from sim.compiled.kernel import kernel, lowest, ones
from sim.compiled.memory import Memory, floats, pools_at, units_at, whole_rows, wholes, word_rows
from sim.decisions.legal_crew import BREATHING_APPARATUS_NEEDED
from sim.world.codes import Duty, Mode

_NOBODY, _ONE = np.uint64(0), np.uint64(1)
_IMMEDIATE, _ON_CALL, _MECHANICAL = int(Mode.IMMEDIATE), int(Mode.ON_CALL), int(Mode.MECHANICAL)
_ON_CALL_DUTY = int(Duty.ON_CALL)


@kernel
def muster_min(m: Memory, pool: int, crew: U64) -> float:
    """Return minutes until a crew is ready at its own station, by its people's medians; 0 with crew on station."""
    one, median = pools_at(m, at.POOLS)[pool], floats(m, at.MUSTER_MEDIAN)
    longest = 0.0
    if one["duty"] != _ON_CALL_DUTY:
        return longest
    first = True
    while crew != _NOBODY:
        minutes = np.float64(median[one["start"] + lowest(crew)])
        longest = minutes if first else max(longest, minutes)
        first = False
        crew &= crew - _ONE
    return longest


@kernel
def own_need_slot(m: Memory, pool: int, crew: U64, slot: int, last: int) -> int:
    """Return the first slot after ``slot`` in which a pool's appliances on the run need those whom it lent.

    ``last`` if there is none before it.
    """
    present, some, members = word_rows(m, at.PRESENT), wholes(m, at.SOME), wholes(m, at.MEMBERS)
    one = pools_at(m, at.POOLS)[pool]
    for later in range(slot + 1, min(last, present.shape[0])):
        if present[later, pool] == present[later - 1, pool]:
            continue
        count = 0
        for number in range(one["first_member"], one["first_member"] + one["members"]):
            mode = mode_of(m, later, members[number])
            if mode in (_IMMEDIATE, _ON_CALL) and unit_pool(m, later, members[number]) == pool:
                some[count] = members[number]
                count += 1
        if ones(crewable(m, pool, present[later, pool] & ~crew, count)) < count:
            return later
    return last


@kernel
def spare_crew(m: Memory, pool: int, minimum: int) -> U64:
    """Return a smallest legal crew that a pool can lend; 0 if it can spare none.

    Whatever of its own appliances at home is on the run stays on the run.
    """
    some, members, units = wholes(m, at.SOME), wholes(m, at.MEMBERS), units_at(m, at.UNITS)
    needs, slot, one = whole_rows(m, at.NEEDS), m[at.SLOT], pools_at(m, at.POOLS)[pool]
    count = 0
    for number in range(one["first_member"], one["first_member"] + one["members"]):
        unit = members[number]
        if units[unit]["away"] or mode_of(m, slot, unit) == _MECHANICAL:
            continue
        if unit_pool(m, slot, unit) == pool:
            some[count] = unit
            count += 1
    left = left_in(m, pool, slot)
    before = crewable(m, pool, left, count)
    kept = 0
    for number in range(count):
        if units[some[number]]["pump"] and (before >> np.uint64(number)) & _ONE:
            need = need_of(m, some[number])
            needs[kept, 0], needs[kept, 1], needs[kept, 2], needs[kept, 3] = need
            kept += 1
    wearers = min(BREATHING_APPARATUS_NEEDED, max(minimum - 2, 0))
    asked = (minimum, int(minimum >= 2), 1, wearers)
    crew, _ = pick_crew(m, pool, left, asked, minimum, False, kept)
    if crew == _NOBODY or (before & ~crewable(m, pool, left & ~crew, count)) != _NOBODY:
        return _NOBODY
    return crew
