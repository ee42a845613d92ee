"""What ``turnout fit-demand`` prints: the fit in a table of 80 columns, and where the rest is."""

from __future__ import annotations

from collections import Counter

from rich.console import Console

from calibration.demand.fit import PARTS, Fitted, TypeFit
from calibration.demand.option import WORDS, Option
from calibration.demand.places import WEIGHTS, Places
from calibration.demand.rates import Rate
from calibration.demand.scene import Scene
from experiments.fit_demand.result import Written
from experiments.presentation.terminal import new_table

MOST_REASONS = 6


def print_fit(fitted: Fitted, option: Option | None, written: Written, to: Console) -> None:
    """Print what was read, the fit by type, what could not be fitted, and the files."""
    lost = sum(1 for each in fitted.rejected if each.lost == "row")
    to.print(f"{fitted.file}: {fitted.rows:,} rows, {len(fitted.records):,} used, {lost:,} rejected.")
    if fitted.exposure is not None:
        to.print(
            f"{fitted.exposure.first} to {fitted.exposure.last}, {fitted.exposure.days.size:,} days count."
        )
    reasons = Counter((each.lost, each.reason) for each in fitted.rejected)
    for (what, reason), count in reasons.most_common(MOST_REASONS):
        to.print(
            f"  {count:,} × {reason}" + ("" if what == "row" else " (the row still counts)"), markup=False
        )
    if len(reasons) > MOST_REASONS:
        to.print(f"  and {len(reasons) - MOST_REASONS} more reasons")
    gaps = [] if fitted.exposure is None else [gap for gap in fitted.exposure.gaps if gap.is_gap]
    if gaps:
        days = sum(gap.days for gap in gaps)
        out = "left out" if all(gap.excluded for gap in gaps) else "not left out: rates are too low"
        to.print(f"  {len(gaps)} gaps, {days:,} days, {out}")
    for note in fitted.notes:
        to.print(note, markup=False)
    to.print()
    table = new_table()
    table.add_column("Type", overflow="fold")
    for name in ("Rows", "A year", "± s.e.", "Scene min", "Mostly"):
        table.add_column(name, justify="right", no_wrap=name != "Mostly")
    for each in fitted.types:
        table.add_row(*_cells(each))
    to.print(table)
    _not_fitted(fitted, to)
    if option is None:
        to.print("No overlay: nothing of it belongs to a type of the scenario, or the mapping wants none.")
    else:
        to.print(f"Run it: turnout run {written.overlay}", soft_wrap=True, markup=False)
    to.print(f"Read it: {written.report}", soft_wrap=True, markup=False)


def _cells(each: TypeFit) -> tuple[str, ...]:
    rate = (
        (f"{each.rate.per_year:,.0f}", f"{each.rate.standard_error:,.0f}")
        if isinstance(each.rate, Rate)
        else ("", "")
    )
    scene = f"{each.scene.median_min:.0f}" if isinstance(each.scene, Scene) else ""
    mostly = ""
    if isinstance(each.places, Places):
        share = each.places.mixture.share
        k = int(share.argmax())
        mostly = f"{WEIGHTS[k].replace('_', ' ')} {share[k]:.0%}"
    return (each.type, f"{each.count:,}", *rate, scene, mostly)


def _not_fitted(fitted: Fitted, to: Console) -> None:
    """Print the parts that no type has, with the reason, and how many types lack one of the others."""
    for part in PARTS:
        rowed = [each for each in fitted.types if each.count]
        why = [found for each in rowed if isinstance(found := getattr(each, part), str)]
        if not why:
            continue
        reason = Counter(why).most_common(1)[0][0]
        which = "" if len(why) == len(rowed) else f" for {len(why)} of {len(rowed)} types"
        to.print(f"Not fitted{which}: {WORDS[part]} ({reason}).", markup=False)
