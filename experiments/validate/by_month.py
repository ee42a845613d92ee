"""Predicted and reported shares side by side, a column a month, in 80 columns; and how well they agree in sum."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from experiments.calibrate.periods import months_of
from experiments.validate.prediction import Compared

MONTHS_ACROSS = 7
SCOPE_WIDTH = 24
WITHIN = 2.0
"""Standard errors within which a figure counts as predicted."""

Summary = dict[str, float | int | str]


def parts_of(each: Compared) -> tuple[str, str]:
    """Return grade and crime of a figure ``police.met.<grade>.<crime>``."""
    grade, crime = each.figure.measure.split(".")[-2:]
    return grade, crime


def summaries(compared: Sequence[Compared]) -> list[Summary]:
    """Return how well the figures of single crimes are predicted, by grade and over all; totals are left out."""
    single = [each for each in compared if not each.prediction.asked.total and np.isfinite(each.errors)]
    grades = list(dict.fromkeys(parts_of(each)[0] for each in single))
    groups = [(grade, [each for each in single if parts_of(each)[0] == grade]) for grade in grades]
    return [_summary(name, mine) for name, mine in [*groups, ("all", single)] if mine]


def _summary(name: str, mine: Sequence[Compared]) -> Summary:
    errors = np.array([each.errors for each in mine])
    off = np.array([each.prediction.mean - each.figure.value for each in mine])
    numbers = [(each.figure.met or 0) + (each.figure.not_met or 0) for each in mine]
    weights = numbers if all(numbers) else [1] * len(mine)
    return {
        "grade": name,
        "figures": len(mine),
        "within": float(np.mean(np.abs(errors) <= WITHIN)),
        "mean_errors": float(errors.mean()),
        "rms_errors": float(np.sqrt(np.mean(errors**2))),
        "mean_off": float(np.average(off, weights=weights)),
    }


def months_text(compared: Sequence[Compared]) -> list[str]:
    """Return the table: reported %, predicted % and errors of every grade and crime, month by month."""
    periods = sorted({each.figure.period for each in compared})
    scopes = list(dict.fromkeys(each.figure.measure for each in compared))
    by_key = {each.figure.key: each for each in compared}
    lines: list[str] = []
    for start in range(0, len(periods), MONTHS_ACROSS):
        across = periods[start : start + MONTHS_ACROSS]
        lines.append(" " * SCOPE_WIDTH + "".join(f"{_heading(period):>8}" for period in across))
        for measure in scopes:
            mine = [by_key.get(f"{measure}@{period}") for period in across]
            lines += _rows(mine)
        lines.append("")
    return lines


def _rows(mine: Sequence[Compared | None]) -> list[str]:
    first = next((each for each in mine if each is not None), None)
    if first is None:
        return []
    grade, crime = parts_of(first)
    title = f"{grade}, {crime.replace('_', ' ')}"
    cells = {
        "  reported %": [None if each is None else f"{100 * each.figure.value:.1f}" for each in mine],
        "  predicted %": [None if each is None else f"{100 * each.prediction.mean:.1f}" for each in mine],
        "  errors": [None if each is None else f"{each.errors:+.1f}" for each in mine],
    }
    rows = [
        f"{label:<{SCOPE_WIDTH}}" + "".join(f"{cell or '':>8}" for cell in row)
        for label, row in cells.items()
    ]
    return [title, *rows]


def _heading(period: str) -> str:
    months = months_of("police.met.x.x", period)
    if months is None or months[0] != months[1]:
        return period[:7]
    return date.fromisoformat(f"{period[:7]}-01").strftime("%b %y")


def summary_text(compared: Sequence[Compared]) -> list[str]:
    """Return the summary by grade, in 80 columns."""
    lines = [f"{'grade':<16}{'figures':>10}{'within 2':>12}{'mean':>10}{'rms':>10}{'mean off, points':>20}"]
    lines += [
        f"{each['grade']:<16}{each['figures']:>10}{each['within']:>12.0%}{each['mean_errors']:>+10.2f}"
        f"{each['rms_errors']:>10.2f}{100 * float(each['mean_off']):>+20.1f}"
        for each in summaries(compared)
    ]
    return lines
