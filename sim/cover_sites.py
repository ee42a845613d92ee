"""Which stations are covered: shared by the cover policies. Pure."""

from __future__ import annotations

import numpy as np

from sim.cover_view import Bool, View

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
