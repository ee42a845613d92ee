"""A validation, to read and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from experiments.calibrate.report import shown
from experiments.validate.by_month import months_text, summaries, summary_text
from experiments.validate.prediction import Compared
from experiments.validate.result import Validation


def document(found: Validation) -> dict[str, object]:
    """Return the result for ``--format json``."""
    rows = [
        {
            "measure": each.figure.measure,
            "period": each.figure.period,
            "unit": each.figure.unit,
            "predicted": each.prediction.mean,
            "low": each.prediction.low,
            "high": each.prediction.high,
            "reported": each.figure.value,
            "off": each.off,
            "errors": each.errors,
        }
        for each in found.compared
    ]
    summary = {"by_grade": summaries(found.by_month)} if found.by_month else {}
    return {"scenario": found.scenario.name, "figures": rows, **summary, "out": str(found.out)}


def text(found: Validation) -> str:
    """Return the comparison, to read in 80 columns."""
    lines = [found.scenario.title, ""]
    whole = [each for each in found.compared if each not in found.by_month]
    if whole:
        lines += [*_whole_text(whole), ""]
    if found.by_month:
        lines += [*months_text(found.by_month), *summary_text(found.by_month), ""]
    told = (
        "errors: how far the prediction lies outside the rounding of the reported figure, in standard errors of the "
        f"prediction. Predictions were written before the figures were read: {found.out}"
    )
    if found.by_month:
        told += (
            ". Errors by month hold the chance of the reported number of incidents, what parameter sets and days add, "
            "and that of the simulated months; high harm is the sum of its crimes and stands in no count"
        )
    return "\n".join([*lines, fill(told, 80, break_on_hyphens=False)]) + "\n"


def _whole_text(compared: Sequence[Compared]) -> list[str]:
    lines = [f"{'figure':<28}{'period':<20}{'predicted':>10}{'reported':>10}{'errors':>8}"]
    for each in compared:
        unit = each.figure.unit
        values = (shown(each.prediction.mean, unit), shown(each.figure.value, unit))
        lines.append(
            f"{each.figure.measure[:27]:<28}{each.figure.period[:19]:<20}{values[0]:>10}{values[1]:>10}"
            f"{each.errors:>+8.1f}"
        )
        low, high = shown(each.prediction.low, unit), shown(each.prediction.high, unit)
        lines.append(f"{'':<4}nine years in ten from {low} to {high}")
    return lines
