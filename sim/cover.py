"""Cover moves: pure policies, picked by name. ``policy(view, parameters)`` returns what is to be done now.

Parameters are those of the scenario: ``delay_min``, ``longest_move_min``, ``reach_min`` (minutes) and
``least_gain`` (share of expected demand). Ties go to what the scenario lists first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sim.cover_dynamic import dynamic
from sim.cover_people import people
from sim.cover_sites import covered_by_own, least_stay, overdue
from sim.cover_view import F64, Bool, Decision, End, Move, Recall, View, Why

Parameters = Mapping[str, float]
Policy = Callable[[View, Parameters], list[Decision]]

_LEAVES_EMPTY = 1e3  # added to minutes: an hour's drive weighs less than leaving a station empty
_ON_CALL = 1e6  # and all that weighs less than taking on-call people from home and work


def none(_view: View, _parameters: Parameters) -> list[Decision]:
    """Move nothing."""
    return []


def core_stations(view: View, parameters: Parameters) -> list[Decision]:
    """Stand a pump by at each core station that has had none for longer than the delay.

    Recalls come first: a standby ends when the core station has a ready pump of its own. Then the core stations
    are served in order of how long they have been empty. A core station may not be emptied for another.
    """
    own = covered_by_own(view)
    decisions: list[Decision] = [
        Recall(int(unit), End.RESTORED) for unit in np.flatnonzero(view.stands >= 0) if own[view.stands[unit]]
    ]
    ready = view.ready.copy()
    for site in overdue(view, parameters["delay_min"]):
        unit = most_suitable(view, ready, site, parameters["longest_move_min"])
        if unit >= 0:
            ready[unit] = False
            decisions.append(Move(unit, site, Why.CORE_UNCOVERED))
    return decisions


def most_suitable(view: View, ready: Bool, to_site: int, longest_move_min: float) -> int:
    """Return the pump to stand by at a site, −1 if none will do.

    It must be ready, within the longest move, stand there longer than it drives (``least_stay``), and must not
    leave its own station empty if that is a core station. Of those, in this order: with its crew on station
    rather than on-call (an on-call crew on standby is kept from home and work: unusual, the last resort); from a
    station that keeps another pump; the nearest; the first in the scenario's list.
    """
    at_site = np.bincount(view.site, weights=ready, minlength=len(view.core))
    empties = at_site[view.site] < 2
    minutes: F64 = view.minutes[view.site, to_site].astype(np.float64)
    may = ready & (view.site != to_site) & (minutes <= longest_move_min) & ~(empties & view.core[view.site])
    may &= least_stay(minutes) <= view.back_in_min[to_site]
    if not may.any():
        return -1
    cost = minutes + _LEAVES_EMPTY * empties + _ON_CALL * ~view.immediate
    cost[~may] = np.inf
    return int(cost.argmin())


POLICIES: dict[str, Policy] = {
    "none": none,
    "core_stations": core_stations,
    "dynamic": dynamic,
    "people": people,
}
