"""Who gains and who loses, on a terminal: tables that fit 80 columns."""

from __future__ import annotations

import math

import numpy as np
from rich.console import Console
from rich.table import Table

from experiments.compare.places import BANDS, Z95, Alike, Counts, Places
from experiments.compare.verdicts import short_verdict
from experiments.presentation.formatting import change, change_span, figure
from experiments.presentation.terminal import new_table

HEADINGS = {band: f">{band.split('_')[1]} s {band.split('_')[0]}" for band in BANDS}
MOST_CELLS = 20
MOST_ALIKE = 3


def print_gains(places: Places, to: Console) -> None:
    """Print the people and the life-threatening incidents that gain or lose, in all."""
    if places.unpaired_per_year > 0.0:
        to.print()
        to.print(same_incidents_text(places), markup=False)
    table = new_table()
    table.add_column("First pump")
    for band in BANDS:
        table.add_column(HEADINGS[band], justify="right", no_wrap=True)
    table.add_row("People", *(f"{places.population[band]:,.0f}" for band in BANDS))
    table.add_row("PLT a year, by place", *(f"{places.plt[band]:,.0f}" for band in BANDS))
    own = [figure(places.plt_incidents[band].value, "") for band in BANDS]
    table.add_row("PLT a year, by incident", *own)
    to.print()
    to.print(table)
    for one in places.alike[:MOST_ALIKE]:
        to.print(alike_text(one), markup=False)
    if places.people_unknown > 0.0:
        to.print(f"{places.people_unknown:,.0f} people live where there are too few incidents to say.")


def alike_text(one: Alike) -> str:
    """Say that the cells of a ground cannot be told apart: a count over a limit then says nothing of single ones."""
    return (
        f"By place, the ground of {one.station} ({one.cells} cells, {one.people:,.0f} people) is told as nearly one "
        f"value, {change_span(one.least_s, one.most_s, 's')} s, each ± {Z95 * one.error_s:.0f}: its cells differ by no "
        "more than chance, so that all of it falls on one side of a limit together."
    )


def same_incidents_text(places: Places) -> str:
    """Say what the incidents that both have gain or lose, where demand differs."""
    whole = places.whole
    parts = [
        f"{title} {change(one.value, unit)} {noun} ({change_span(one.low, one.high, unit)})"
        for title, one, unit, noun in (
            ("first pump", whole.mean, "s", "s"),
            ("life-threatening", whole.plt_mean, "s", "s"),
            ("within 15 min", whole.within_15, "share", "points"),
        )
    ]
    return (
        f"Demand differs: {places.unpaired_per_year:,.0f} incidents a year happen in only one of the two. The "
        f"measures above compare different incidents; the tables of places below only those in both, for which: "
        f"{'; '.join(parts)}."
    )


def print_districts(places: Places, to: Console) -> None:
    """Print each district's change, and how much of it gains or loses."""
    table = new_table()
    table.add_column("District")
    for heading in ("Base", "Change", "95% interval", "Within 15"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    for one in places.districts:
        table.add_row(
            one.name,
            figure(one.base_s, "s"),
            change(one.mean.value, "s"),
            change_span(one.mean.low, one.mean.high, "s"),
            change(one.within_15.value, "share"),
            short_verdict(one.verdict, slight=one.slight),
        )
    to.print()
    to.print(table)
    to.print(
        f"First pump, mean over incidents in both. Verdicts are adjusted for {len(places.districts)} districts (Holm)."
    )
    for what, of in (("People", "population"), ("Life-threatening a year", "plt")):
        to.print()
        to.print(_shares_table(places, what, of))


def _shares_table(places: Places, what: str, of: str) -> Table:
    """Return how much of each district gains or loses; districts where nothing does are left out."""
    table = new_table()
    table.add_column(what)
    for band in BANDS:
        table.add_column(HEADINGS[band], justify="right", no_wrap=True)
    for one in places.districts:
        counts = getattr(one, of)
        if any(counts.values()):
            table.add_row(one.name, *_counts(counts))
    table.add_row("all", *_counts(getattr(places, of)), style="bold")
    return table


def _counts(counts: Counts) -> list[str]:
    return [f"{counts[band]:,.0f}" for band in BANDS]


def print_cells(places: Places, to: Console) -> None:
    """Print the cells where most is gained or lost: people times seconds."""
    cells = places.cells
    later = np.nan_to_num(cells.means.mean)
    weight = np.abs(later) * (cells.people + 1.0)
    order = np.argsort(-weight, kind="stable")[:MOST_CELLS]
    table = new_table()
    table.add_column("Cell (grid square) near")
    for heading in ("Incidents", "Change", "± 1.96 s.e.", "People", "PLT a year"):
        table.add_column(heading, justify="right", no_wrap=True)
    for i in order:
        if not weight[i] > 0.0:
            continue
        table.add_row(
            f"{cells.easting_m[i] // 1000:.0f},{cells.northing_m[i] // 1000:.0f} {cells.settlement[i]}",
            f"{cells.means.count[i]:,}",
            change(float(later[i]), "s"),
            f"{Z95 * float(cells.means.error[i]):.1f}" if math.isfinite(cells.means.error[i]) else "",
            f"{cells.people[i]:,.0f}",
            f"{cells.plt_per_year[i]:.1f}",
        )
    to.print()
    to.print(table)
    to.print(
        f"The {MOST_CELLS} cells with most people times seconds; --out writes all of them as CSV and GeoJSON. "
        "Cells with few incidents lean on the ground of their station."
    )
