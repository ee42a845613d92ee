"""Every place of some crews a person of its own: augmenting paths, without recursion."""

from __future__ import annotations

import numpy as np

from sim.compiled import layout as at
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, whole_rows, wholes, words

_ONE = np.uint64(1)


@kernel
def match(m: Memory, places: int, people: int) -> bool:
    """Give every one of ``PLACES`` its own person, earlier in ``ORDER`` first; False if that cannot be.

    ``HOLDER`` then says of each person which place is theirs, NONE for none.
    """
    holder = wholes(m, at.HOLDER)
    for person in range(holder.size):
        holder[person] = at.NONE
    for place in range(places):
        if not _seat(m, place, people):
            return False
    return True


@kernel
def _seat(m: Memory, place: int, people: int) -> bool:
    """Find a person for a place; whoever gives theirs up is found another."""
    may, order, holder = words(m, at.PLACES), wholes(m, at.ORDER), wholes(m, at.HOLDER)
    path = whole_rows(m, at.PATH)  # place, how far its people have been tried, the person tried
    tried = np.uint64(0)
    depth = 0
    path[0, 0], path[0, 1] = place, 0
    while depth >= 0:
        goes_on = False
        for number in range(path[depth, 1], people):
            bit = _ONE << np.uint64(order[number])
            if (may[path[depth, 0]] & bit) == 0 or (tried & bit) != 0:
                continue
            tried |= bit
            path[depth, 1], path[depth, 2] = number + 1, order[number]
            if holder[order[number]] < 0:
                for step in range(depth + 1):
                    holder[path[step, 2]] = path[step, 0]
                return True
            path[depth + 1, 0], path[depth + 1, 1] = holder[order[number]], 0
            goes_on = True
            break
        depth += 1 if goes_on else -1
    return False
