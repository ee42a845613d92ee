"""Which stations are covered, and which moves are worth making: shared by the cover policies. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from sim.decisions.cover.view import F64, End, Recall, View

Minutes = TypeVar("Minutes", float, F64)

ROUNDING_MIN = 1e-6
"""A review planned for the end of the delay must not miss it by the last digit."""


def overdue(view: View, parameters: Mapping[str, float]) -> list[int]:
    """Return the core sites that have been empty for the delay, the longest first, ties in the order of sites.

    A site that stands for its group has the group's delay.
    """
    late = [
        (-empty, site)
        for site, empty in view.empty_min.items()
        if empty >= delay_of(site, view.mates, parameters) - ROUNDING_MIN
    ]
    return [site for _, site in sorted(late)]


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
