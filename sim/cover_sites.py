"""Which stations are covered: shared by the cover policies. Pure."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from sim.cover_view import F64, Bool, View

Minutes = TypeVar("Minutes", float, F64)

_ROUNDING_MIN = 1e-6  # a review planned for the end of the delay must not miss it by the last digit


def covered_by_own(view: View) -> Bool:
    """Return which sites have a ready pump of their own, (S,)."""
    own: Bool = np.zeros(len(view.core), dtype=bool)
    own[view.site[view.ready]] = True
    return own


def overdue(view: View, delay_min: float) -> list[int]:
    """Return the core sites that have been empty for the delay, the longest first, ties in the order of sites."""
    late = np.flatnonzero(view.core & (view.empty_min >= max(0.0, delay_min - _ROUNDING_MIN)))
    order: list[int] = late[np.argsort(-view.empty_min[late], kind="stable")].tolist()
    return order


def least_stay(minutes: Minutes) -> Minutes:
    """Return for how long a site's own cover must be expected away for a move of ``minutes`` to be worthwhile.

    So long that the stand-by stands at least as long as it drives there (assumption: the control room does not
    send a pump out to meet one that is coming home).
    """
    return 2.0 * minutes
