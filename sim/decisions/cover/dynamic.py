"""Dynamic cover: move the pump whose move brings most expected demand within reach. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.decisions.cover.view import F64, I64, Bool, Coverage, Decision, End, Move, Recall, View, Why

_NOTHING = 1e-9  # shares of demand below this are rounding


def dynamic(view: View, parameters: Mapping[str, float]) -> list[Decision]:
    """Make the one move with the best marginal coverage; recall what has lost its gain.

    The gain of a move is the share of expected demand newly within reach of an available pump, minus the share
    that the move takes out of reach. A move is made if its gain is at least ``least_gain``; ties go to the shorter
    move, then to the appliance and the site listed first. A pump is recalled when the gain of its standing where
    it stands over its being at home is less than half of ``least_gain`` (the other half keeps pumps from going to
    and fro) or nothing. At most one move a review: the next review sees its effect. Only pumps with their crew on
    station move, and a core station is not emptied.
    """
    seen = view.coverage
    if seen is None:
        return []
    at_site = np.bincount(view.site, weights=view.ready, minlength=len(view.core)).astype(np.int64)
    for site in view.stands.values():
        at_site[site] += 1
    decisions: list[Decision] = []
    least = max(0.5 * parameters["least_gain"], _NOTHING)
    for unit, here in sorted(view.stands.items()):
        home = int(view.site[unit])
        at_site[here] -= 1
        at_site[home] += 1
        if _gain(seen, at_site, home, here) < least:
            decisions.append(Recall(unit, End.RESTORED))
        else:
            at_site[here] += 1
            at_site[home] -= 1
    move = _best_move(view, seen, at_site, parameters)
    return decisions if move is None else [*decisions, move]


def _gain(seen: Coverage, at_site: I64, from_site: int, to_site: int) -> float:
    """Return the gain of moving one pump that is at ``from_site``."""
    count = (at_site > 0).astype(np.float64) @ seen.within
    if at_site[from_site] == 1:
        count = count - seen.within[from_site]
    uncovered = seen.weight * (count < 0.5)
    return float(uncovered @ seen.within[to_site]) - (
        float(uncovered @ seen.within[from_site]) if at_site[from_site] == 1 else 0.0
    )


def _best_move(view: View, seen: Coverage, at_site: I64, parameters: Mapping[str, float]) -> Move | None:
    """Return the best move that is worth making."""
    least = max(parameters["least_gain"], _NOTHING)
    count = (at_site > 0).astype(np.float64) @ seen.within
    new: F64 = seen.within @ (seen.weight * (count < 0.5))  # (S,) newly reached if nothing were lost
    targets = np.flatnonzero((new >= least) & (at_site == 0))
    if not len(targets):
        return None
    movers = np.flatnonzero(may_move(view))
    best: tuple[float, float, int, int] | None = None
    for home in sorted({int(view.site[unit]) for unit in movers}):
        gains = _gains_from(seen, at_site, count, new, home, targets)
        units = movers[view.site[movers] == home]
        minutes = view.minutes[home, targets]
        for k in np.flatnonzero((gains >= least) & (minutes <= parameters["longest_move_min"])).tolist():
            choice = (-float(gains[k]), float(minutes[k]), int(units[0]), int(targets[k]))
            best = choice if best is None else min(best, choice)
    return None if best is None else Move(best[2], best[3], Why.MARGINAL_COVERAGE)


def may_move(view: View) -> Bool:
    """Return which pumps may leave: ready, crew on station, and their core station not emptied, (U,)."""
    own = np.bincount(view.site, weights=view.ready, minlength=len(view.core))
    may: Bool = view.ready & view.immediate & ((own[view.site] > 1) | ~view.core[view.site])
    return may


def _gains_from(seen: Coverage, at_site: I64, count: F64, new: F64, home: int, targets: I64) -> F64:
    """Return the gain of a move from ``home`` to each target, (targets,)."""
    gains = new[targets]
    # Where nothing is left, what only this station reaches is lost, unless the target reaches it too.
    if at_site[home] == 1:
        only = seen.weight * ((count > 0.5) & (count < 1.5) & (seen.within[home] > 0.5))
        gains = gains + seen.within[targets] @ only - only.sum()
    return gains
