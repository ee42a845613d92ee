"""What ``turnout sensitivity`` prints: tables of at most 80 columns."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table

from experiments.presentation.formatting import figure, span
from experiments.presentation.terminal import new_table
from experiments.sensitivity.ranking import Ranking, Share
from experiments.sensitivity.result import Sensitivity

SHOWN = 15
"""Assumptions in the printed tables; the files have all."""


def change(value: float, unit: str, *, sign: bool = True) -> str:
    """Format a difference: shares in percentage points, times in seconds; "" if not known."""
    if not math.isfinite(value):
        return ""
    number = 100.0 * value if unit == "share" else value
    digits = 2 if unit == "share" else 1
    text = f"{number:+.{digits}f}" if sign else f"{number:.{digits}f}"
    return text if text.strip("+-0.") else f"{0:.{digits}f}"


def change_unit(unit: str) -> str:
    """Name the unit of a difference."""
    return {"share": "points", "s": "seconds"}.get(unit, unit.replace("_", " "))


def shown_value(value: object) -> str:
    """Format an assumption's value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("_", " ")


def print_sensitivity(found: Sensitivity, to: Console, *, every: bool = False) -> None:
    """Print the tornado, the indices, the ranking, and where it was written."""
    settings = found.settings
    most = len(found.swings) if every else SHOWN
    to.print(f"{found.title}: what drives “{found.measure_title}”?", style="bold")
    to.print(
        f"{len(found.ranges)} assumptions over their ranges, {found.points} points of "
        f"{settings.replications} × {settings.days} days, seed {settings.seed}. As assumed: "
        f"{figure(found.value.value, found.unit)} ({span(found.value.low, found.value.high, found.unit)})."
    )
    to.print()
    to.print(_tornado(found, most))
    to.print(f"± of the change from the base, {change_unit(found.unit)}: 95% over replications, same chance.")
    to.print()
    to.print(_indices(found, most))
    to.print(_told(found))
    if found.ranking is not None:
        to.print()
        to.print(_ranking(found.ranking, found.unit))
        to.print(_verdict(found.ranking))
    to.print(f"Written to {found.out}", soft_wrap=True, markup=False)


def _tornado(found: Sensitivity, most: int) -> Table:
    by_path = {each.path: each for each in found.ranges}
    table = new_table()
    table.add_column("One at a time")
    for name in ("Low", "High", "At low", "±", "At high", "±"):
        table.add_column(name, justify="right", no_wrap=name not in {"Low", "High"})
    for swing in found.swings[:most]:
        each = by_path[swing.path]
        times = "×" if each.scale == "factor" else ""
        table.add_row(
            each.meaning,
            times + shown_value(each.low),
            times + shown_value(each.high),
            figure(swing.low.value, found.unit),
            change(swing.low_difference.half_width, found.unit, sign=False),
            figure(swing.high.value, found.unit),
            change(swing.high_difference.half_width, found.unit, sign=False),
        )
    return table


def _indices(found: Sensitivity, most: int) -> Table:
    by_path = {each.path: each for each in found.ranges}
    index = {row.path: row for row in found.indices}
    table = new_table()
    table.add_column("All together")
    for name in ("Effect", "±", "Signed", "Alone", "±", "Total", "±"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in found.screened[:most]:
        own = index.get(row.path)
        table.add_row(
            by_path[row.path].meaning,
            change(row.mu_star, found.unit, sign=False),
            change(_both(row.half_width, row.noise), found.unit, sign=False),
            change(row.mu, found.unit),
            *(
                ["", "", "", ""]
                if own is None
                else [
                    f"{own.first:.2f}",
                    f"{own.first_half_width:.2f}",
                    f"{own.total:.2f}",
                    f"{_both(own.total_half_width, own.total_noise):.2f}",
                ]
            ),
        )
    return table


def _both(*parts: float) -> float:
    """Return the errors of design and simulation together: they are independent."""
    return math.sqrt(sum(part * part for part in parts if math.isfinite(part)))


def _told(found: Sensitivity) -> str:
    text = (
        f"Effect: Morris, mean size in {change_unit(found.unit)} over the range. ± 95%: of the design "
        "(bootstrap) and of the replications together."
    )
    if found.indices:
        alone = sum(row.first for row in found.indices)
        text += (
            f" Alone, Total: Sobol' shares of the variance among the {len(found.indices)} survivors; "
            f"{alone:.0%} of it comes from single assumptions, the rest from their interplay and from error."
        )
    return text


def _percent(share: Share | None) -> str:
    return "" if share is None else f"{share.value:.0%} ({100 * share.low:.0f}–{share.high:.0%})"


def _ranking(ranking: Ranking, unit: str) -> Table:
    table = new_table()
    table.add_column("Option, best first", overflow="fold")
    table.add_column("Gain", justify="right", no_wrap=True)
    table.add_column("90% of samples", justify="right", no_wrap=True)
    table.add_column("Is first", justify="right", no_wrap=True)
    table.add_column("Beats base", justify="right", no_wrap=True)
    for row in ranking.rows:
        base = row.better is None
        table.add_row(
            row.option,
            ""
            if base
            else f"{change(row.gain.value, unit)} ±{change(row.gain.half_width, unit, sign=False)}",
            "" if base else f"{change(row.gain_low, unit)} to {change(row.gain_high, unit)}",
            _percent(row.first),
            _percent(row.better),
        )
    return table


SURE = 0.9
"""Share of the uncertainty in which an option must be first, its whole interval, to be said to survive."""


def _verdict(ranking: Ranking) -> str:
    first = ranking.rows[0]
    same = ranking.same_order
    return (
        f"First place of {first.option} {_stands(first.first.low)}: first in {first.first.value:.0%} "
        f"({first.first.low:.0%} to {first.first.high:.0%}) of "
        f"{ranking.samples} samples of all ranges; the whole order is kept in {same.value:.0%} "
        f"({same.low:.0%} to {same.high:.0%}). Intervals of shares: Wilson, 95%."
    )


def _stands(low: float) -> str:
    """Return what the lower end of the interval of the share of first places allows to be said."""
    if low >= SURE:
        return f"survives the uncertainty ({SURE:.0%} of it or more)"
    return (
        "holds in more than half of the uncertainty"
        if low > 0.5
        else "is not shown to survive the uncertainty"
    )
