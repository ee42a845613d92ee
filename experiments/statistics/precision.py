"""How many replications: until the intervals of the named measures are narrow enough.

The rule: at least ``FLOOR`` replications, then stop at the first n at which every half-width is reached.
Looking after each replication makes the interval cover a little less than its nominal 95%: the run tends to
stop when the sample spread happens to be small. The floor keeps that small (Law, 5th ed., section 9.4.1; the
loss is measured in tests/experiments/statistics/test_precision.py). The rule looks at replications in their order, so
the answer does not depend on the number of workers; ``--replications n`` afterwards gives the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experiments.errors import UserError
from experiments.statistics.intervals import LEVEL, t_interval, t_quantile

FLOOR = 5
CEILING = 200
SHORT_NAMES = {
    "within_15": "fire.all.within_15",
    "plt": "fire.plt.mean_s",
    "primary": "fire.primary.mean_s",
    "availability": "fire.availability.overall",
}
"""Short names that ``--precision`` takes beside the full names."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Half-width of the 95% interval that one measure is to reach, in the measure's own unit."""

    measure: str
    half_width: float


def parse_precision(text: str, units: Mapping[str, str]) -> tuple[Precision, ...]:
    """Read ``"within_15=0.5,fire.plt.mean_s=10"``: points for shares, the measure's own unit otherwise.

    ``units`` gives the unit of every measure there is. Raises UserError with the offending part.
    """
    wanted = []
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            msg = f'--precision: "{part.strip()}" is not measure=half-width, such as "within_15=0.5".'
            raise UserError(msg)
        measure = SHORT_NAMES.get(name, name)
        if measure not in units:
            raise UserError(_unknown(name, units))
        half_width = _number(name, number)
        wanted.append(Precision(measure, half_width / 100.0 if units[measure] == "share" else half_width))
    return tuple(wanted)


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (0.0 < value < math.inf):
        msg = f'--precision: the half-width of {name} must be a number above 0, not "{text}".'
        raise UserError(msg)
    return value


def _unknown(name: str, units: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, [*units, *SHORT_NAMES], n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f'--precision: there is no measure "{name}".{hint} docs/commands.md lists them.'


def replications_needed(
    wanted: Sequence[Precision], values: Mapping[str, Sequence[float]], *, floor: int = FLOOR
) -> int | None:
    """Return the first n ≥ ``floor`` at which every precision is reached, None if not yet.

    ``values`` holds each measure over the replications so far, in their order.
    """
    so_far = min((len(values.get(p.measure, ())) for p in wanted), default=0)
    for n in range(max(2, floor), so_far + 1):
        if all(_reached(p, values[p.measure][:n]) for p in wanted):
            return n
    return None


def _reached(precision: Precision, values: Sequence[float]) -> bool:
    half = t_interval(values).half_width
    return not math.isnan(half) and half <= precision.half_width


def forecast(
    wanted: Sequence[Precision],
    values: Mapping[str, Sequence[float]],
    *,
    floor: int = FLOOR,
    ceiling: int = CEILING,
) -> int:
    """Guess the number of replications needed, for the progress bar only."""
    guess = floor
    for precision in wanted:
        known = values.get(precision.measure, ())
        interval = t_interval(known)
        if interval.n < 2:
            continue
        spread = interval.half_width / t_quantile(0.5 + LEVEL / 2.0, interval.n - 1) * math.sqrt(interval.n)
        guess = max(guess, math.ceil((2.0 * spread / precision.half_width) ** 2))
    return min(guess, ceiling)
