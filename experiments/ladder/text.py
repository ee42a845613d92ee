"""What ``turnout ladder`` prints: tables of at most 80 columns."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table

from experiments.ladder.blocks import BLOCKS
from experiments.ladder.result import Found, Worth
from experiments.ladder.study import FIGURES
from experiments.presentation.formatting import figure
from experiments.presentation.terminal import new_table
from experiments.sensitivity.text import change
from experiments.statistics.intervals import Interval

SHOWN = 12
"""Pumps in the printed table; the files have all."""
TITLES = {
    "random": "By lot",
    "on_call_by_day": "On-call pumps by lot, weekdays 07 to 18 only",
    "farthest": "Farthest from demand first",
}


def print_ladder(found: Found, to: Console, *, every: bool = False) -> None:
    """Print a table for each order of going, then what each pump is worth."""
    settings = found.settings
    to.print(f"{found.title}: the standards with fewer pumps", style="bold")
    to.print(
        f"Fleet of {found.fleet} pumps; {settings.replications} × {settings.days} days, seed {settings.seed}, "
        f"{found.runs} runs. A pump that goes leaves its people at their station."
    )
    for by in settings.by:
        to.print()
        to.print(_rungs(found, by))
    to.print(
        "On the run: mean number crewed. ±: 95% of the change against the whole fleet, same chance; "
        "points and seconds."
    )
    if found.pumps:
        to.print()
        to.print(_pumps(found, len(found.pumps) if every else SHOWN))
        to.print()
        to.print(_by_block(found))
        to.print(_note(found))
    to.print(f"Written to {found.out}", soft_wrap=True, markup=False)


def _rungs(found: Found, by: str) -> Table:
    orders = found.settings.orders
    lots = f" ({orders} orders)" if by != "farthest" and orders > 1 else ""
    table = new_table()
    table.title = f"{TITLES[by]}{lots}"
    table.title_justify = "left"
    for name in ("Pumps", "On the run", "Within 15", "Change", "±", "PLT mean", "Change", "±"):
        table.add_column(name, justify="right", no_wrap=True)
    for rung in found.rungs:
        if rung.by != by:
            continue
        row = [str(rung.pumps), f"{rung.on_the_run.value:.1f}"]
        for name in FIGURES[:2]:
            unit, moved = found.units[name], rung.changes[name]
            row += [
                figure(rung.values[name].value, unit),
                change(moved.value, unit),
                change(moved.half_width, unit, sign=False),
            ]
        table.add_row(*row)
    return table


def _pumps(found: Found, most: int) -> Table:
    table = new_table()
    table.add_column("Without")
    table.add_column("at", overflow="fold")
    for name in ("Within 15", "±", "A year", "±", "PLT mean", "±"):
        table.add_column(name, justify="right", no_wrap=True)
    for worth in found.pumps[:most]:
        year, within, plt = worth.a_year["day"], worth.within["day"], worth.plt_s["day"]
        table.add_row(
            worth.pump,
            worth.station,
            change(-within.value, "share"),
            change(within.half_width, "share", sign=False),
            _whole(-year.value),
            _whole(year.half_width, sign=False),
            change(plt.value, "s"),
            change(plt.half_width, "s", sign=False),
        )
    return table


def _whole(value: float, *, sign: bool = True) -> str:
    if not math.isfinite(value):
        return ""
    return f"{value:+,.0f}" if sign and abs(value) >= 0.5 else f"{abs(value):,.0f}"


def _by_block(found: Found) -> Table:
    table = new_table()
    table.add_column("Most missed", no_wrap=True)
    for name in ("first", "second", "third"):
        table.add_column(name)
    for block, (start, end) in BLOCKS.items():
        best = sorted(found.pumps, key=lambda each: (-_value(each, block), each.pump))[:3]
        cells = [f"{each.pump} {each.station} {_points(each.within[block])}" for each in best]
        table.add_row(f"{block} {start:02d}–{end:02d}", *cells, *[""] * (3 - len(cells)))
    return table


def _value(worth: Worth, block: str) -> float:
    value = worth.within[block].value
    return -math.inf if math.isnan(value) else value


def _points(lost: Interval) -> str:
    half = change(lost.half_width, "share", sign=False)
    return change(-lost.value, "share") + (f" ±{half}" if half else "")


def _note(found: Found) -> str:
    clear = sum(each.within["day"].low > 0 for each in found.pumps)
    return (
        f"Points within 15 min, by the hour of the call. A year: incidents no longer reached in 15 min. Of "
        f"{len(found.pumps)} pumps {clear} are missed beyond the noise at 95%; about "
        f"{max(1, round(0.025 * len(found.pumps)))} would seem so by chance alone."
    )
