"""Every fitted figure as a row: what it is, its value, standard error and interval, the count and the method."""

from __future__ import annotations

from collections.abc import Iterator

from calibration.demand.attendance import Attendance, Makeups
from calibration.demand.fit import PARTS, Fitted, TypeFit
from calibration.demand.places import WEIGHTS, Places
from calibration.demand.profiles import Profile
from calibration.demand.rates import Rate
from calibration.demand.scene import Scene
from scenarios.schema.scenario import IncidentType, Scenario

METHODS = {
    "rate": "count over exposure; Poisson, Garwood interval",
    "hours": "empirical Bayes towards the pooled profile (Dirichlet)",
    "months": "empirical Bayes towards the pooled profile (Dirichlet)",
    "places": "maximum likelihood of a mixture, shares not below 0; observed information",
    "scene": "maximum likelihood of a lognormal from intervals; observed information",
    "attendance": "counted; Wilson interval",
    "makeups": "counted; Wilson interval",
}
MIXTURE = "maximum likelihood of a mixture with the scenario's make-ups; observed information"
COLUMNS = ("type", "part", "figure", "value", "standard_error", "low", "high", "count", "scenario", "method")

Row = dict[str, object]


def fitted_rows(fitted: Fitted, base: Scenario) -> list[Row]:
    """Return every figure; ``scenario`` is the base's value, where it has one. Parts not fitted give their reason."""
    rows: list[Row] = []
    for each in fitted.types:
        for part in PARTS:
            found = getattr(each, part)
            if isinstance(found, str):
                rows.append(_row(each.type, part, "not fitted", method=found))
            else:
                rows += _figures(each, part, found, base.incident_types.get(each.type))
    return rows or [_row("", "", "")]


def _row(
    kind: str,
    part: str,
    figure: str,
    value: object = "",
    error: object = "",
    low: object = "",
    high: object = "",
    count: object = "",
    scenario: object = "",
    method: str = "",
) -> Row:
    values = (kind, part, figure, *map(_short, (value, error, low, high)), count, _short(scenario), method)
    return dict(zip(COLUMNS, values, strict=True))


def _short(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value


def _figures(each: TypeFit, part: str, found: object, own: IncidentType | None) -> Iterator[Row]:
    method = METHODS[part]
    if isinstance(found, Rate):
        was = "" if own is None else own.per_year * own.attended_share
        yield _row(
            each.type,
            part,
            "attended_per_year",
            found.per_year,
            found.standard_error,
            found.low,
            found.high,
            found.count,
            was,
            method,
        )
    elif isinstance(found, Profile):
        cycles = ("weekday", "weekend") if part == "hours" else ("month",)
        for c, cycle in enumerate(cycles):
            for b in range(found.rate.shape[1]):
                value, error = float(found.rate[c, b]), float(found.standard_error[c, b])
                name = f"{cycle} {b:02d}" if part == "hours" else f"{cycle} {b + 1}"
                low, high = max(0.0, value - 1.96 * error), value + 1.96 * error
                yield _row(each.type, part, name, value, error, low, high, found.count, "", method)
    elif isinstance(found, Places):
        m = found.mixture
        for k, name in enumerate(WEIGHTS):
            was = "" if own is None else own.weights.get(name, 0.0) / sum(own.weights.values())
            yield _row(
                each.type,
                part,
                name,
                float(m.share[k]),
                float(m.standard_error[k]),
                float(m.low[k]),
                float(m.high[k]),
                found.count,
                was,
                method,
            )
    else:
        yield from _of_pumps(each.type, part, found, own, method)


def _of_pumps(kind: str, part: str, found: object, own: IncidentType | None, method: str) -> Iterator[Row]:
    if isinstance(found, Scene):
        yield from _of_scene(kind, part, found, own, method)
    elif isinstance(found, Attendance):
        yield from _of_attendance(kind, part, found, own, method)
    elif isinstance(found, Makeups):
        yield from _of_makeups(kind, part, found, own, method)


def _of_scene(kind: str, part: str, found: Scene, own: IncidentType | None, method: str) -> Iterator[Row]:
    for name, value, error in (
        ("scene_median_min", found.median_min, found.median_error),
        ("scene_sigma", found.sigma, found.sigma_error),
    ):
        was = "" if own is None else getattr(own, name)
        low, high = max(0.0, value - 1.96 * error), value + 1.96 * error
        yield _row(kind, part, name, value, error, low, high, found.count, was, method)


def _of_attendance(
    kind: str, part: str, found: Attendance, own: IncidentType | None, method: str
) -> Iterator[Row]:
    how = method if found.method == "counted" else MIXTURE
    for size in found.sizes:
        was: object = ""
        if own is not None:
            was = float(sum(v.share for v in own.attendance.values() if v.pumps == size.pumps))
        name, error = f"{size.pumps} pumps", size.standard_error
        yield _row(kind, part, name, size.share, error, size.low, size.high, found.count, was, how)


def _of_makeups(kind: str, part: str, found: Makeups, own: IncidentType | None, method: str) -> Iterator[Row]:
    was = "" if own is None else own.makeup_share
    share, error = found.share, found.standard_error
    yield _row(kind, part, "makeup_share", share, error, found.low, found.high, found.count, was, method)
    if found.pumps_mean is not None:
        was = "" if own is None else own.makeup_pumps_mean
        mean, spread, how = found.pumps_mean, found.pumps_mean_error, "mean of those made up"
        yield _row(kind, part, "makeup_pumps_mean", mean, spread, "", "", found.made_up, was, how)
