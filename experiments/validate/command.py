"""``turnout validate``: predict, compare, print."""

from __future__ import annotations

import sys
from textwrap import fill

from experiments.as_json import as_text
from experiments.calibrate.report import shown
from experiments.progress import progress_bar
from experiments.validate.study import Settings, Validation, validate


def run_validate(settings: Settings, *, as_json: bool = False) -> None:
    """Do what the command does. Raises UserError and Stopped."""
    with progress_bar(shown=not as_json, what="Points") as progress:
        found = validate(settings, progress)
    sys.stdout.write(as_text(document(found)) if as_json else text(found))


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
    return {"scenario": found.scenario.name, "figures": rows, "out": str(found.out)}


def text(found: Validation) -> str:
    """Return the comparison, to read in 80 columns."""
    lines = [found.scenario.title, ""]
    lines.append(f"{'figure':<28}{'period':<20}{'predicted':>10}{'reported':>10}{'errors':>8}")
    for each in found.compared:
        unit = each.figure.unit
        values = (shown(each.prediction.mean, unit), shown(each.figure.value, unit))
        lines.append(
            f"{each.figure.measure[:27]:<28}{each.figure.period[:19]:<20}{values[0]:>10}{values[1]:>10}"
            f"{each.errors:>+8.1f}"
        )
        low, high = shown(each.prediction.low, unit), shown(each.prediction.high, unit)
        lines.append(f"{'':<4}nine years in ten from {low} to {high}")
    told = (
        "errors: how far the prediction lies outside the rounding of the reported figure, in standard errors of the "
        f"prediction. Predictions were written before the figures were read: {found.out}"
    )
    return "\n".join([*lines, "", fill(told, 80, break_on_hyphens=False)]) + "\n"
