"""Standing by at core stations: the policy, and which pump it sends. Pure.

Ties go to what the scenario lists first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set

from sim.decisions.cover.view import Decision, Move, View, Why
from sim.decisions.cover.worthwhile import least_stay, overdue, recalls


def core_stations(view: View, parameters: Mapping[str, float]) -> list[Decision]:
    """Stand a pump by at each core station that has had none for longer than the delay.

    Recalls come first: a standby ends when the core station has a ready pump of its own. Then the core stations
    are served in order of how long they have been empty. A core station may not be emptied for another.
    """
    decisions: list[Decision] = [*recalls(view)]
    sent: set[int] = set()
    for site in overdue(view, parameters):
        unit = most_suitable(view, site, parameters["longest_move_min"], sent)
        if unit >= 0:
            sent.add(unit)
            decisions.append(Move(unit, site, Why.CORE_UNCOVERED))
    return decisions


def most_suitable(view: View, to_site: int, longest_move_min: float, sent: Set[int] = frozenset()) -> int:
    """Return the pump to stand by at a site, −1 if none will do; ``sent`` are no longer to be had.

    It must be ready, within the longest move, stand there longer than it drives (``least_stay``), and must not
    leave its own station empty if that is a core station. Of those, in this order: with its crew on station rather
    than on-call (an on-call crew on standby is kept from home and work: unusual, the last resort); from a station
    that keeps another pump; the nearest; the first in the scenario's list.
    """
    back_in_min = view.back_in_min.get(to_site, math.inf)
    best: tuple[bool, bool, float, int] | None = None
    for minutes, unit in view.movers[to_site]:
        if minutes > longest_move_min or least_stay(minutes) > back_in_min:
            break
        if not view.ready[unit] or unit in sent:
            continue
        home = view.site[unit]
        empties = not any(
            view.ready[other] and other != unit and other not in sent for other in view.pumps_at[home]
        )
        if home == to_site or (empties and view.core[home]):
            continue
        choice = (not view.immediate[unit], empties, minutes, unit)
        best = choice if best is None else min(best, choice)
    return -1 if best is None else best[3]
