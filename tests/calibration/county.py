"""A county small enough to simulate in milliseconds: what the fit is tried on.

Real Monte Carlo with common random numbers: a replication draws its incidents once, by seed and number, and the
parameters only change what happens to them, with thresholds (15 minutes, a crew that is there or not), so that the
outputs carry the same kind of noise as those of the simulation proper.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calibration.parameters import Parameter
from calibration.reported import Reported
from calibration.simulated_runs import Runs

F64 = NDArray[np.float64]
INCIDENTS = 14_000
NAMES = (
    "share_15",
    "plt_mean_s",
    "primary_mean_s",
    "available",
    "available_wholetime",
    "available_on_call",
    "failures",
)
ROUNDING = (0.01, 1.0, 1.0, 0.001, 0.001, 0.001, 1.0)
SAMPLING = (0.0028, 4.3, 6.4, 0.0008, 0.001, 0.001, 5.2)
UNITS = ("share", "s", "s", "share", "share", "share", "a year")
REPLICATIONS = ((1, 0), (1, 1), (1, 2))


def parameters() -> tuple[Parameter, ...]:
    """Return nine parameters, the last of which nothing reported tells of."""

    def factor(key: str, sd: float) -> Parameter:
        return Parameter(key, (key,), np.exp(-3.5 * sd), np.exp(3.5 * sd), "log", 1.0, sd, meaning=key)

    return (
        factor("speed_town", 0.08),
        factor("speed_country", 0.08),
        factor("handling", 0.1),
        factor("muster", 0.07),
        factor("wholetime_turnout", 0.12),
        Parameter("on_call_available", ("a",), 0.74, 0.84, "logit", 0.79, 0.05, meaning="on-call crews"),
        Parameter("wholetime_available", ("b",), 0.95, 0.997, "logit", 0.985, 0.3, meaning="wholetime crews"),
        Parameter("failures", ("c",), 10.0, 80.0, "log", 27.0, 0.4, meaning="alerts that fail"),
        factor("stray", 0.1),
    )


def simulate(points: F64, replications: Sequence[tuple[int, int]] = REPLICATIONS) -> Runs:
    """Return the outputs of a year at points (n, 9) for each replication."""
    values = [np.array([_year(point, draws) for point in points]) for draws in map(_draws, replications)]
    return Runs(np.asarray(points, dtype=np.float64), np.stack(values, axis=1), NAMES, tuple(replications))


def _draws(replication: tuple[int, int]) -> dict[str, F64]:
    rng = np.random.default_rng(replication)
    town = rng.random(INCIDENTS) < 0.72
    wholetime = rng.random(INCIDENTS) < np.where(town, 0.75, 0.15)
    return {
        "town": town,
        "wholetime": wholetime,
        "plt": rng.random(INCIDENTS) < np.where(town, 0.27, 0.36),
        "primary": rng.random(INCIDENTS) < 0.13,
        "km": rng.gamma(np.where(town, 3.0, 4.0), np.where(town, 1.0, 1.9)),
        "more_km": 2.0 + rng.exponential(np.where(town, 3.0, 6.0)),
        "handling_s": 75.0 * np.exp(0.5 * rng.standard_normal(INCIDENTS)),
        "turnout_s": np.exp(0.3 * rng.standard_normal(INCIDENTS)),
        "journey": np.exp(0.15 * rng.standard_normal(INCIDENTS)),
        "u": rng.random(INCIDENTS),
        "year": rng.standard_normal(3),
    }


def _year(point: F64, d: dict[str, F64]) -> list[float]:
    town_speed, country_speed, handling, muster, turnout, on_call, wholetime, failures, _ = point
    there = d["u"] < np.where(d["wholetime"], wholetime, on_call)
    km = d["km"] + np.where(there, 0.0, d["more_km"])
    kph = np.where(d["town"], 34.0 * town_speed, 52.0 * country_speed)
    alert_s = np.where(d["wholetime"] & there, 80.0 * turnout, 285.0 * muster)
    late_s = np.where(d["u"][::-1] < failures / INCIDENTS, 240.0, 0.0)
    time_s = d["handling_s"] * handling + alert_s * d["turnout_s"] + 3600.0 * km / kph * d["journey"] + late_s
    shares = (wholetime + 0.001 * d["year"][0], on_call + 0.001 * d["year"][1])
    return [
        float((time_s <= 900.0).mean()),
        float(time_s[d["plt"]].mean()),
        float(time_s[d["primary"]].mean()),
        0.3 * shares[0] + 0.7 * shares[1],
        *shares,
        failures + np.sqrt(failures) * d["year"][2],
    ]


def report(year: F64) -> tuple[Reported, ...]:
    """Return a simulated year (outputs,) as it would be reported: rounded."""
    return tuple(
        Reported(name, float(np.round(value / step) * step), unit, step, "y", sampling_sd=sd, use="fit")
        for name, value, unit, step, sd in zip(NAMES, year, UNITS, ROUNDING, SAMPLING, strict=True)
    )
