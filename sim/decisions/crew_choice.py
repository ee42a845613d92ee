"""Who crews what: pure functions over the skills of a pool's people and a bit mask of those present.

What makes a crew legal is in ``sim.decisions.legal_crew``.

**Pumps** are crewed in rank order: each is on the run if the people can crew it and all better-ranked pumps
on the run at the same time. **Specials** are cross-crewed: a special is on the run if the people present
could crew it alone; sending it takes first those whom no pump needs, otherwise a pump's crew ("jump crew"),
which then is off the run until they are back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.decisions.legal_crew import (
    BREATHING_APPARATUS_NEEDED,
    NOTHING,
    Need,
    as_bytes,
    enough,
    holders,
    holders_of,
    plus,
    pump_need,
    special_need,
)
from sim.world.codes import Skill

I8 = NDArray[np.int8]

__all__ = ["Need", "crewable_units", "pick_crew", "pump_need", "special_need"]


@lru_cache(maxsize=1 << 15)
def _crewable_units(skills: bytes, present: int, pumps: tuple[Need, ...], specials: tuple[Need, ...]) -> int:
    masks, total, crewable = holders_of(skills), NOTHING, 0
    for position, need in enumerate(pumps):
        with_it = plus(total, need)
        if enough(masks, present, with_it):
            total = with_it
            crewable |= 1 << position
    for position, need in enumerate(specials, start=len(pumps)):
        if enough(masks, present, need):
            crewable |= 1 << position
    return crewable


def crewable_units(
    skills: I8 | bytes, present_mask: int, pumps: tuple[Need, ...], specials: tuple[Need, ...] = ()
) -> int:
    """Return which appliances at home the people present make on the run: the rule of the roster.

    ``pumps`` and ``specials`` are the needs of those at home and not off for mechanical reasons, each in
    rank order; bit i of the answer is the i-th of pumps then specials. A pump that cannot be crewed is
    passed over: a lower-ranked one with a smaller crew may still be.
    """
    return _crewable_units(as_bytes(skills), present_mask, pumps, specials)


def pick_crew(
    skills: I8 | bytes,
    present_mask: int,
    ready_min: Sequence[float] | NDArray[np.floating] | None,
    minimum: int,
    preferred: int,
    *,
    ba_needed: int = BREATHING_APPARATUS_NEEDED,
    special: bool = False,
    next_needs: tuple[Need, ...] = (),
) -> tuple[int, float]:
    """Choose the quickest legal crew of one appliance; return its bit mask and when it is ready (minutes).

    Rule, in this order:

    1. The crew is ready at the earliest time at which those mustered (``ready_min`` (n,), by position in the
       pool; None: all are on station, 0) contain a legal crew. Only people in by then ride.
    2. Among those, the choice leaves as many as possible of the next appliances (``next_needs``, rank order)
       crewable at once from all who are left, mustered or not.
    3. As many ride as 2 allows, at most ``preferred`` (``minimum`` if that is more).
    4. Whoever came latest stays (ties: later in the pool) unless the crew needs the skill.

    Nobody present can crew it: (0, inf).
    """
    need = special_need(minimum) if special else pump_need(minimum, ba_needed)
    masks = holders(skills)
    present_mask &= masks[0]
    mustered, ready, order = _mustered(masks, present_mask, ready_min, need)
    if not mustered:
        return 0, math.inf
    largest = max(preferred, minimum)
    if mustered.bit_count() == minimum:
        return mustered, ready
    crew = _drop_latest(masks, mustered, order, need, largest)
    if not next_needs:
        return crew, ready
    wanted = _joint(masks, present_mask, need, next_needs)
    if _crews(masks, present_mask & ~crew, next_needs) >= wanted:
        return crew, ready
    return _sparing_crew(masks, present_mask, order, need, next_needs[:wanted], largest), ready


def _mustered(
    masks: tuple[int, ...],
    present: int,
    ready_min: Sequence[float] | NDArray[np.floating] | None,
    need: Need,
) -> tuple[int, float, list[int]]:
    """Those in when a legal crew first is among them (0: never), that time, and they in order of arrival."""
    everyone = _positions(present)
    if ready_min is None:
        return (present if enough(masks, present, need) else 0), 0.0, everyone
    ready = ready_min.tolist() if isinstance(ready_min, np.ndarray) else list(ready_min)
    everyone.sort(key=ready.__getitem__)
    mustered, at = 0, math.inf
    for count, person in enumerate(everyone):
        if mustered and ready[person] > at:  # ``at`` is set once they are enough: this one comes too late
            return mustered, at, everyone[:count]
        mustered |= 1 << person
        if at == math.inf and count + 1 >= need.minimum and enough(masks, mustered, need):
            at = ready[person]
    return (mustered, at, everyone) if at < math.inf else (0, math.inf, [])


def _positions(mask: int) -> list[int]:
    """Return the positions of the bits that are set, lowest first."""
    positions = []
    while mask:
        lowest = mask & -mask
        positions.append(lowest.bit_length() - 1)
        mask ^= lowest
    return positions


def _drop_latest(masks: tuple[int, ...], crew: int, order: list[int], need: Need, largest: int) -> int:
    """Leave behind the latest whom the crew can spare until it is small enough."""
    surplus = crew.bit_count() - largest
    for person in reversed(order):
        if surplus <= 0:
            break
        if enough(masks, crew & ~(1 << person), need):
            crew &= ~(1 << person)
            surplus -= 1
    return crew


def _crews(masks: tuple[int, ...], present: int, needs: tuple[Need, ...]) -> int:
    total, crews = NOTHING, 0
    for need in needs:
        total = plus(total, need)
        if not enough(masks, present, total):
            break
        crews += 1
    return crews


def _joint(masks: tuple[int, ...], present: int, need: Need, needs: tuple[Need, ...]) -> int:
    """How many of ``needs`` could be met besides ``need`` if everyone had mustered: an upper bound."""
    return _crews(masks, present, (need, *needs)) - 1


def _sparing_crew(
    masks: tuple[int, ...],
    present: int,
    order: list[int],
    need: Need,
    next_needs: tuple[Need, ...],
    largest: int,
) -> int:
    """Choose a crew from ``order`` that leaves the most of ``next_needs``, by matching people to places.

    The people whom the next crews can spare are the independent sets of a matroid, so that a crew found for
    the smallest size can be filled up one by one in any order without losing size.
    """
    mustered = sum(1 << person for person in order)
    for wanted in range(len(next_needs), -1, -1):
        rest_need = NOTHING
        for following in next_needs[:wanted]:
            rest_need = plus(rest_need, following)
        places = [mask & mustered for mask in _places(masks, need)]
        own = len(places)
        places += [mask & present for mask in _places(masks, rest_need)]
        holder = _match(
            places, [*order, *(i for i in range(present.bit_length()) if present & ~mustered & 1 << i)]
        )
        if holder is None:
            continue
        crew = sum(1 << person for person in holder[:own])
        for person in order:
            if crew.bit_count() >= largest:
                break
            if enough(masks, present & ~crew & ~(1 << person), rest_need):
                crew |= 1 << person
        return crew
    raise AssertionError("those mustered contain a legal crew")


def _places(masks: tuple[int, ...], need: Need) -> list[int]:
    """One mask of possible people per place of a crew."""
    roles = [masks[Skill.OFFICER]] * need.officers + [masks[Skill.DRIVER]] * need.drivers
    roles += [masks[Skill.BREATHING_APPARATUS]] * need.wearers
    return roles + [masks[0]] * (need.minimum - len(roles))


def _match(places: list[int], order: list[int]) -> list[int] | None:
    """Give every place its own person (augmenting paths), earlier in ``order`` first; None: cannot be."""
    place_of: dict[int, int] = {}

    def seat(place: int, tried: set[int]) -> bool:
        for person in order:
            if places[place] >> person & 1 and person not in tried:
                tried.add(person)
                if person not in place_of or seat(place_of[person], tried):
                    place_of[person] = place
                    return True
        return False

    for place in range(len(places)):
        if not seat(place, set()):
            return None
    return [person for _, person in sorted((place, person) for person, place in place_of.items())]
