"""How quickly help came: first and second pump, shares within limits, and the parts of the first
attendance.
"""

from __future__ import annotations

import numpy as np

from sim.measures.fire.select import View, chosen, home_office, left_out, standard_scope
from sim.measures.grouping import mean, quantile, share_within
from sim.world.codes import Mode, Origin
from sim.world.fire import F64, Bool
from sim.world.standards import Standard

LIMITS_MIN = (8, 10, 11, 15, 18, 20)
"""Limits that English services use, minutes (ECFRS, Suffolk, Norfolk, Cambridgeshire and others)."""


@np.errstate(invalid="ignore")
def first_pump_parts(seen: View) -> dict[str, F64]:
    """Return the four parts (n,) of call to first pump, minutes: they add up to ``attendance_min``.

    ``handling``: call answered to control's decision; ``waiting``: decision to the alert of the pump that
    came first (nothing free, or a failed alert before it); ``turnout``; ``travel``. NaN where no pump came.
    """
    responses, incidents = seen.log.responses, seen.log.incidents
    parts = {name: np.full(seen.kind.size, np.nan) for name in ("handling", "waiting", "turnout", "travel")}
    came = np.flatnonzero(seen.first_row >= 0)
    row = seen.first_row[came]
    alerted, departed = responses["alerted_min"][row], responses["departed_min"][row]
    parts["handling"][came] = incidents["handling_min"][came]
    parts["waiting"][came] = alerted - incidents["time_min"][came] - incidents["handling_min"][came]
    parts["turnout"][came] = departed - alerted
    parts["travel"][came] = responses["arrived_min"][row] - departed
    return parts


def _statistics(prefix: str, minutes: F64, values: dict[str, float]) -> None:
    values[f"{prefix}.mean_s"] = 60.0 * mean(minutes)
    values[f"{prefix}.median_s"] = 60.0 * quantile(minutes, 0.5)
    values[f"{prefix}.p90_s"] = 60.0 * quantile(minutes, 0.9)


def response_values(seen: View) -> dict[str, float]:
    """Return the response figures by name."""
    values: dict[str, float] = {}
    scopes = {
        "all": seen.counted,
        "plt": chosen(seen, "plt"),
        "primary": chosen(seen, "primary_fire") & home_office(seen),
    }
    for name, scope in scopes.items():
        minutes = seen.attendance_min[scope]
        _statistics(f"fire.{name}", minutes, values)
        for limit in LIMITS_MIN:
            values[f"fire.{name}.within_{limit}"] = share_within(minutes, limit)
    mobilised = seen.from_mobilisation_min[seen.counted]
    values["fire.all.from_mobilisation.mean_s"] = 60.0 * mean(mobilised)
    for limit in (10, 15):
        values[f"fire.all.from_mobilisation.within_{limit}"] = share_within(mobilised, limit)
    two_asked = seen.counted & (seen.log.incidents["pumps_asked"] >= 2)
    _statistics("fire.second_pump", seen.second_min[two_asked], values)
    values |= _part_values(seen)
    per_year = 1.0 / max(seen.years, 1e-12)
    values["fire.primary.counted"] = float(np.count_nonzero(scopes["primary"])) * per_year
    for name, rows in left_out(seen, chosen(seen, "primary_fire")).items():
        values[f"fire.primary.left_out.{name}"] = float(np.count_nonzero(rows)) * per_year
    return values


def crewing_of_first(seen: View) -> dict[str, Bool]:
    """Return masks (n,) by the first pump to arrive; no incident is in two.

    ``immediate`` and ``on_call``: an own pump alerted at its station, with a crew there or one that had to
    muster; ``under_way``: an own pump returning or on standby; ``neighbour``: a neighbour's.
    """
    responses = seen.log.responses
    came = seen.first_row >= 0
    if not responses["unit"].size:
        return dict.fromkeys(("immediate", "on_call", "under_way", "neighbour"), came)
    row = np.maximum(seen.first_row, 0)
    own = seen.world.units.own[responses["unit"][row]]
    mode, at_home = responses["mode"][row], responses["origin"][row] == Origin.HOME
    return {
        "immediate": came & own & at_home & (mode == Mode.IMMEDIATE),
        "on_call": came & own & at_home & (mode == Mode.ON_CALL),
        "under_way": came & own & ~at_home,
        "neighbour": came & ~own,
    }


def _part_values(seen: View) -> dict[str, float]:
    parts = first_pump_parts(seen)
    values = {f"fire.{name}.mean_s": 60.0 * mean(part[seen.counted]) for name, part in parts.items()}
    crews = crewing_of_first(seen)
    for crewing in ("immediate", "on_call"):
        scope = seen.counted & crews[crewing]
        for name in ("turnout", "travel"):
            values[f"fire.{name}.{crewing}.mean_s"] = 60.0 * mean(parts[name][scope])
    return values


def standard_value(seen: View, standard: Standard) -> float:
    """Return the figure that ``standard`` judges: a share, or seconds; NaN where nothing is counted."""
    scope, minutes = standard_scope(seen, standard)
    kept = minutes[scope]
    if standard.statistic == "share_within":
        return share_within(kept, float(standard.threshold_s or 0.0) / 60.0)
    if standard.statistic == "mean":
        return 60.0 * mean(kept)
    return 60.0 * quantile(kept, float(standard.percentile or 0.0))
