"""Which stations are covered, and which moves are worth making: shared by the cover policies. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sim.decisions.cover.view import F64, End, Recall, View

Minutes = TypeVar("Minutes", float, F64)

ROUNDING_MIN = 1e-6
"""A review planned for the end of the delay must not miss it by the last digit."""


def empty_for_group(
    empty_since: Mapping[int, float], mates: Mapping[int, tuple[int, ...]]
) -> Mapping[int, float]:
    """Return the core sites that want cover and since when (minutes), of those that are empty and since when.

    Of a group of sites (``mates``, by site) of which one is to be covered, the one that has been empty longest
    stands for all, once all are empty, since the last became so.
    """
    if not mates:
        return empty_since
    wanting = {site: since for site, since in empty_since.items() if site not in mates}
    for group in sorted(set(mates.values())):
        if all(site in empty_since for site in group):
            first = min(group, key=lambda site: (empty_since[site], site))
            wanting[first] = max(empty_since[site] for site in group)
    return wanting


def late(
    empty_min: Mapping[int, float], mates: Mapping[int, tuple[int, ...]], parameters: Mapping[str, float]
) -> list[int]:
    """Return the core sites that have been empty for the delay, of those that want cover and for how long."""
    return [
        site for site, empty in empty_min.items() if empty >= delay_of(site, mates, parameters) - ROUNDING_MIN
    ]


def overdue(view: View, parameters: Mapping[str, float]) -> list[int]:
    """Return the core sites that have been empty for the delay, the longest first, ties in the order of sites.

    A site that stands for its group has the group's delay.
    """
    return sorted(
        late(view.empty_min, view.mates, parameters), key=lambda site: (-view.empty_min[site], site)
    )


def mover_in_sight(
    movers: Iterable[tuple[float, int]], at_home: Callable[[int], bool], back_in_min: float
) -> bool:
    """Return whether any of the pumps that may stand by at a site could be sent, and the move be worthwhile.

    ``movers`` gives minutes and appliance, nearest first; ``at_home`` says whether one is there and on the run.
    """
    for minutes, unit in movers:
        if least_stay(minutes) > back_in_min:
            return False
        if at_home(unit):
            return True
    return False


def delay_of(site: int, mates: Mapping[int, tuple[int, ...]], parameters: Mapping[str, float]) -> float:
    """Return for how many minutes a core site, or the group that it stands for, may be empty."""
    return parameters.get("group_delay_min", 0.0) if site in mates else parameters["delay_min"]


def recalls(view: View) -> list[Recall]:
    """Return the recall of every stand-by whose site (or its group) has a ready pump of its own, by appliance."""
    return [
        Recall(unit, End.RESTORED)
        for unit, site in sorted(view.stands.items())
        if any(view.ready[own] for mate in view.mates.get(site, (site,)) for own in view.pumps_at[mate])
    ]


def least_stay(minutes: Minutes) -> Minutes:
    """Return for how long a site's own cover must be expected away for a move of ``minutes`` to be worthwhile.

    So long that the stand-by stands at least as long as it drives there (assumption: the control room does not
    send a pump out to meet one that is coming home).
    """
    return 2.0 * minutes
