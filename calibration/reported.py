"""What the service reported: figures by measure name, with unit, rounding, period, source and use in the fit.

Shares are fractions, times seconds. The names are those of the measures that a run gives, where it gives them.
A table needs the columns ``measure``, ``value``, ``unit``, ``rounding`` and ``period``; the others may be left out:

- ``sampling_sd``: how far the reported period, one draw of the world's chance, may lie from the expectation of such
  periods, one standard deviation in the figure's unit. Left empty, it is worked out where it can be: binomial for a
  share with ``met`` and ``not_met``, Poisson for a count a year; 0 otherwise;
- ``use``: ``fit``, ``hold_out`` (predicted, never fitted) or ``context`` (neither; the default);
- ``definition``, ``source``, ``source_line`` (seed document and line), ``confidence``, ``note``: for the reader.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast, get_args

from scenarios.loading.csv_tables import csv_records
from scenarios.loading.faults import ScenarioError, ScenarioFault, listed

FOLDER = Path(__file__).parent / "targets"
FILE = FOLDER / "fire.csv"
POLICE_FILE = FOLDER / "police.csv"
BASELINE_PERIOD = "2020/21"
NEEDED = ("measure", "value", "unit", "rounding", "period")
Use = Literal["fit", "hold_out", "context"]


@dataclass(frozen=True, slots=True)
class Reported:
    """One reported figure. ``rounding`` is the step to which it was rounded, in its unit; 0: counts give it exactly.

    ``met`` and ``not_met`` are the counts behind a share, where they were published.
    """

    measure: str
    value: float
    unit: str
    rounding: float
    period: str
    source: str = ""
    confidence: str = ""
    note: str = ""
    definition: str = ""
    sampling_sd: float = 0.0
    source_line: str = ""
    use: Use = "context"
    met: int | None = None
    not_met: int | None = None

    @property
    def lowest(self) -> float:
        """The smallest figure that would have been reported so."""
        return self.value - self.rounding / 2.0

    @property
    def highest(self) -> float:
        """The largest figure that would have been reported so."""
        return self.value + self.rounding / 2.0

    @property
    def key(self) -> str:
        """Measure and period, the name of the figure among those of several periods."""
        return f"{self.measure}@{self.period}"


def read_reported(path: Path = FILE) -> tuple[Reported, ...]:
    """Return every reported figure, of all periods.

    Raises:
        ScenarioError: with every fault: a column that is missing, a number that is none, one figure twice …

    """
    figures: list[Reported] = []
    faults: list[ScenarioFault] = []
    seen: dict[tuple[str, str], int] = {}
    header, rows = csv_records(path, path.name)
    missing = [column for column in NEEDED if column not in header]
    if missing:
        remedy = f"the first line must name {', '.join(NEEDED)}"
        raise ScenarioError([ScenarioFault(path.name, "", "", f"no column {listed(missing)}", remedy)])
    for line, text in rows:
        where = f"row {line}"
        key = (text["measure"], text["period"])
        if key in seen:
            problem = f"the same figure as row {seen[key]}: {key[0]} of {key[1]}"
            faults.append(ScenarioFault(path.name, where, "", problem, "delete one of the two rows"))
        seen[key] = line
        try:
            figures.append(_figure(text))
        except ValueError as error:
            remedy = "write plain numbers, with a point for the decimals"
            faults.append(ScenarioFault(path.name, where, text["value"], str(error), remedy))
    if not figures and not faults:
        faults = [ScenarioFault(path.name, "", "", "there is no figure in the table", "add a row")]
    if faults:
        raise ScenarioError(faults)
    return tuple(figures)


def _figure(text: Mapping[str, str]) -> Reported:
    use = text.get("use") or "context"
    if use not in get_args(Use):
        raise ValueError(f'use is "{use}", not {listed(get_args(Use))}')
    value, rounding = _number(text, "value"), _number(text, "rounding")
    if rounding < 0.0:
        raise ValueError(f"rounding is {rounding:g}: a step is 0 or more")
    if text["unit"] == "share" and not 0.0 <= value <= 1.0:
        raise ValueError(f"a share is from 0 to 1 (86% is 0.86), not {value:g}")
    met, not_met = _count(text, "met"), _count(text, "not_met")
    if (met is None) != (not_met is None):
        raise ValueError("met and not_met stand together or not at all")
    if (
        met is not None
        and not_met is not None
        and abs(met / max(met + not_met, 1) - value) > rounding + 0.0006
    ):
        raise ValueError(f"met {met} and not_met {not_met} do not make {value:g}")
    given = text.get("sampling_sd", "")
    sampling_sd = _number(text, "sampling_sd") if given else _sampling_sd(text["unit"], value, met, not_met)
    if sampling_sd < 0.0:
        raise ValueError(f"sampling_sd is {sampling_sd:g}: a standard deviation is 0 or more")
    words = {
        name: text.get(name, "") for name in ("source", "confidence", "note", "definition", "source_line")
    }
    return Reported(
        measure=text["measure"],
        value=value,
        unit=text["unit"],
        rounding=rounding,
        period=text["period"],
        sampling_sd=sampling_sd,
        use=cast("Use", use),
        met=met,
        not_met=not_met,
        **words,
    )


def _number(text: Mapping[str, str], name: str) -> float:
    try:
        number = float(text[name])
    except ValueError:
        raise ValueError(f'{name} is "{text[name]}", not a number') from None
    if not math.isfinite(number):
        raise ValueError(f"{name} is {text[name]}: it must be finite")
    return number


def _count(text: Mapping[str, str], name: str) -> int | None:
    if not text.get(name):
        return None
    try:
        count = int(text[name])
    except ValueError:
        raise ValueError(f'{name} is "{text[name]}", not a whole number') from None
    if count < 0:
        raise ValueError(f"{name} is {count}: a count is 0 or more")
    return count


def _sampling_sd(unit: str, value: float, met: int | None, not_met: int | None) -> float:
    """Return the chance of the reported period, from its counts: binomial, with half a count added to each side.

    The half (Jeffreys) keeps a month in which 5 of 5 were met from counting as free of chance.
    """
    if met is not None and not_met is not None:
        n = met + not_met + 1.0
        share = (met + 0.5) / n
        return math.sqrt(share * (1.0 - share) / n)
    return math.sqrt(value) if unit == "a year" and value > 0.0 else 0.0


def reported(period: str = BASELINE_PERIOD, *, path: Path = FILE) -> dict[str, Reported]:
    """Return the figures of one period by measure name; an unknown period has none."""
    return {figure.measure: figure for figure in read_reported(path) if figure.period == period}


def figures_for(use: Use, *, path: Path = FILE) -> tuple[Reported, ...]:
    """Return the figures of a table that are for this use, in its order."""
    return tuple(figure for figure in read_reported(path) if figure.use == use)


def names_of(figures: Sequence[Reported]) -> tuple[str, ...]:
    """Return the name of each figure's output: its measure, or measure@period where a measure has several figures."""
    times = Counter(figure.measure for figure in figures)
    return tuple(figure.measure if times[figure.measure] == 1 else figure.key for figure in figures)


REPORTED: Mapping[str, float] = MappingProxyType({name: each.value for name, each in reported().items()})
"""The values of the baseline's year by measure name."""
