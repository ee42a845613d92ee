"""Who crews what: the rule of ``sim.decisions.crew_choice`` on 64-bit masks.

A crew's needs are four numbers: people, officers, drivers, wearers. The needs of the pumps that come next stand in
``NEEDS``, in rank order; when each person is ready stands in ``READY``; ``ORDER`` is who comes when.
"""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import layout as at
from sim.compiled.kernel import kernel, lowest, ones
from sim.compiled.matching import match
from sim.compiled.memory import Array, Memory, floats, whole_rows, wholes, word_rows, words

_ONE, _NOBODY = np.uint64(1), np.uint64(0)
U64 = np.uint64
Need = tuple[int, int, int, int]


@kernel
def enough(m: Memory, pool: int, present: U64, need: Need) -> bool:
    """Hall's condition: can the people present fill all the places at once?"""
    people, officers, drivers, wearers = need
    masks = word_rows(m, at.HOLDERS)[pool]
    return bool(
        ones(masks[0] & present) >= people
        and ones(masks[1] & present) >= officers
        and ones(masks[2] & present) >= drivers
        and ones(masks[3] & present) >= officers + drivers
        and ones(masks[4] & present) >= wearers
        and ones(masks[5] & present) >= officers + wearers
        and ones(masks[6] & present) >= drivers + wearers
        and ones(masks[7] & present) >= officers + drivers + wearers
    )


@kernel
def plus(one: Need, other: Need) -> Need:
    """Return what both together need."""
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3])


@kernel
def next_need(m: Memory, number: int) -> Need:
    """Return the need of one of the pumps that come next."""
    needs = whole_rows(m, at.NEEDS)
    return (needs[number, 0], needs[number, 1], needs[number, 2], needs[number, 3])


@kernel
def pick_crew(
    m: Memory, pool: int, present: U64, need: Need, preferred: int, mustering: bool, following: int
) -> tuple[U64, float]:
    """Choose the quickest legal crew; return its mask and when it is ready (minutes); nobody: 0 and inf.

    ``mustering``: people come as ``READY`` says, else all are on station. So many pumps follow (``NEEDS``).
    """
    present &= word_rows(m, at.HOLDERS)[pool, 0]
    mustered, ready, count = _mustered(m, pool, present, need, mustering)
    if mustered == _NOBODY:
        return _NOBODY, math.inf
    largest = max(preferred, need[0])
    if ones(mustered) == need[0]:
        return mustered, ready
    crew = _drop_latest(m, pool, mustered, count, need, largest)
    if following == 0:
        return crew, ready
    wanted = _crews(m, pool, present, need, following)
    if _crews(m, pool, present & ~crew, (0, 0, 0, 0), following) >= wanted:
        return crew, ready
    return _sparing_crew(m, pool, present, mustered, count, need, wanted, largest), ready


@kernel
def _mustered(m: Memory, pool: int, present: U64, need: Need, mustering: bool) -> tuple[U64, float, int]:
    """Those in when a legal crew first is among them (0: never), that time, and how many of ``ORDER`` they are."""
    order, ready = wholes(m, at.ORDER), floats(m, at.READY)
    count = 0
    rest = present
    while rest != _NOBODY:
        order[count] = lowest(rest)
        rest &= rest - _ONE
        count += 1
    if not mustering:
        return (present if enough(m, pool, present, need) else _NOBODY), 0.0, count
    _sort(order, ready, count)
    mustered, ready_at = _NOBODY, np.float32(np.inf)
    for place in range(count):
        person = order[place]
        if ready[person] > ready_at:
            return mustered, np.float64(ready_at), place
        mustered |= _ONE << np.uint64(person)
        if ready_at == np.inf and place + 1 >= need[0] and enough(m, pool, mustered, need):
            ready_at = ready[person]
    if ready_at < np.inf:
        return mustered, np.float64(ready_at), count
    return _NOBODY, math.inf, 0


@kernel
def _sort(order: Array, ready: Array, count: int) -> None:
    """Sort people by when they are ready, those of the same moment in the order of the pool."""
    for place in range(1, count):
        person = order[place]
        hole = place
        while hole > 0 and ready[order[hole - 1]] > ready[person]:
            order[hole] = order[hole - 1]
            hole -= 1
        order[hole] = person


@kernel
def _drop_latest(m: Memory, pool: int, crew: U64, count: int, need: Need, largest: int) -> U64:
    """Leave behind the latest whom the crew can spare until it is small enough."""
    order = wholes(m, at.ORDER)
    surplus = ones(crew) - largest
    for place in range(count - 1, -1, -1):
        if surplus <= 0:
            break
        without = crew & ~(_ONE << np.uint64(order[place]))
        if enough(m, pool, without, need):
            crew = without
            surplus -= 1
    return crew


@kernel
def _crews(m: Memory, pool: int, present: U64, total: Need, following: int) -> int:
    """Return how many of the pumps that follow the people present can crew besides ``total``."""
    for number in range(following):
        total = plus(total, next_need(m, number))
        if not enough(m, pool, present, total):
            return number
    return following


@kernel
def _sparing_crew(
    m: Memory, pool: int, present: U64, mustered: U64, count: int, need: Need, wanted: int, largest: int
) -> U64:
    """Choose a crew of those mustered that leaves the most of the pumps that follow, by matching people to places."""
    order, holder = wholes(m, at.ORDER), wholes(m, at.HOLDER)
    everyone = count
    rest = present & ~mustered
    while rest != _NOBODY:
        order[everyone] = lowest(rest)
        rest &= rest - _ONE
        everyone += 1
    for kept in range(wanted, -1, -1):
        others = (0, 0, 0, 0)
        for number in range(kept):
            others = plus(others, next_need(m, number))
        own = _places(m, pool, mustered, need, 0)
        if not match(m, _places(m, pool, present, others, own), everyone):
            continue
        crew = _NOBODY
        for place in range(everyone):
            if 0 <= holder[order[place]] < own:
                crew |= _ONE << np.uint64(order[place])
        for place in range(count):
            if ones(crew) >= largest:
                break
            with_it = crew | (_ONE << np.uint64(order[place]))
            if enough(m, pool, present & ~with_it, others):
                crew = with_it
        return crew
    return _NOBODY


@kernel
def _places(m: Memory, pool: int, people: U64, need: Need, first: int) -> int:
    """Put a mask of the people who may take it for each place of a crew, from ``first`` on; return the next."""
    places, masks = words(m, at.PLACES), word_rows(m, at.HOLDERS)[pool]
    for number in range(max(need[0], need[1] + need[2] + need[3])):
        role = 0
        if number < need[1]:
            role = 1
        elif number < need[1] + need[2]:
            role = 2
        elif number < need[1] + need[2] + need[3]:
            role = 4
        places[first + number] = masks[role] & people
    return first + max(need[0], need[1] + need[2] + need[3])
