"""What a comparison prints on a terminal: tables that fit 80 columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from experiments.compare.costs import CostDifference, CostOfGain
from experiments.compare.difference import MeasureDifference
from experiments.compare.result import Comparison, OptionResult
from experiments.compare.text_places import print_cells, print_districts, print_gains
from experiments.compare.verdicts import short_verdict
from experiments.posterior.text import definitions_of, sets_text
from experiments.presentation.formatting import change, change_span, figure, length_text, pounds, thousands
from experiments.presentation.headline import headline
from experiments.presentation.terminal import new_table
from experiments.statistics.paired import Verdict

SHORT = {
    "fire.utilisation.mean": "Utilisation",
    "fire.standby.moves": "Standby moves",
    "fire.standby.people_moves": "Moves of people",
    "fire.border.received": "Help received",
    "missed.count": "Missed 15 minutes",
    "police.diversions": "Diversions a year",
    "police.overtime.hours": "Overtime hours",
    "police.missed.count": "Police late",
}
"""Measures of the first table besides those of a run's, with titles short enough for it."""


def short_titles(names: Iterable[str]) -> dict[str, str]:
    """Return the measures of the first table among ``names``, with their titles."""
    known = list(names)
    return {**headline(known), **{name: SHORT[name] for name in SHORT if name in known}}


def measures_table(measures: Sequence[MeasureDifference], *, full_names: bool = False) -> Table:
    """Return the table of base, option, difference, interval and verdict; over a sample both intervals."""
    if any(one.spread is not None for one in measures):
        return over_sample_table(measures, full_names=full_names)
    table = new_table()
    table.add_column("Measure", overflow="fold")
    for heading in ("Base", "Option", "Change", "95% interval"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Verdict")
    titles = short_titles(one.name for one in measures)
    for one in measures:
        table.add_row(
            one.name if full_names else titles.get(one.name, one.title),
            figure(one.base, one.unit),
            figure(one.option, one.unit),
            change(one.difference, one.unit),
            change_span(one.interval.low, one.interval.high, one.unit),
            short_verdict(one.verdict, slight=one.slight, needed=one.needed),
        )
    return table


def over_sample_table(measures: Sequence[MeasureDifference], *, full_names: bool) -> Table:
    """Return the table of a comparison over a sample of parameters: the option's own figure gives way."""
    table = new_table()
    table.padding = (0, 0)  # six columns on 80
    table.add_column("Measure", overflow="fold")
    for heading in ("Base", "Change", "Parameters\nheld", "With\nparameters"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Verdict")
    titles = short_titles(one.name for one in measures)
    for one in measures:
        held = one.interval if one.spread is None else one.spread.held
        table.add_row(
            one.name if full_names else titles.get(one.name, one.title),
            figure(one.base, one.unit),
            change(one.difference, one.unit),
            change_span(held.low, held.high, one.unit),
            change_span(one.interval.low, one.interval.high, one.unit),
            short_verdict(one.verdict, slight=one.slight),
        )
    return table


def first_measures(option: OptionResult) -> list[MeasureDifference]:
    """Return the measures of the first table that the comparison has."""
    by_name = {measure.name: measure for measure in option.measures}
    found = [by_name[name] for name in short_titles(by_name)]
    return [one for one in found if one.base or one.option]  # moves of people: only where there are any


def print_comparison(
    comparison: Comparison, to: Console, *, every: bool = False, by: str | None = None
) -> None:
    """Print every option against the base; ``every`` measure, or those of the first table.

    ``by`` district or cell also prints who gains and who loses there.
    """
    noun = "replication" if comparison.replications == 1 else "replications"
    what = f"{comparison.replications} {noun} of {length_text(comparison.days)}"
    if comparison.basis is not None:
        what = sets_text(comparison.basis, comparison.days)
    to.print(f"Base: {comparison.base.title} ({comparison.base.label})", style="bold", markup=False)
    to.print(
        f"{what}, seed {comparison.seed}: base and option meet the same incidents and, where they agree, the "
        "same crews.",
        markup=False,
    )
    for option in comparison.options:
        to.print()
        _print_option(option, to, every=every, by=by)
    to.print()
    for note in (*comparison.notes, *explanations(comparison)):
        to.print(note, markup=False)


def _print_option(option: OptionResult, to: Console, *, every: bool, by: str | None) -> None:
    to.print(f"Option: {option.side.title} ({option.name})", style="bold", markup=False)
    if option.same_as_base:
        to.print("The same scenario as the base: every difference is zero by construction.")
    to.print()
    shown = option.measures if every else first_measures(option)
    to.print(measures_table(shown, full_names=every))
    if option.places is not None:
        print_gains(option.places, to)
        if by is not None:
            {"district": print_districts, "cell": print_cells}[by](option.places, to)
    if option.costs is not None:
        to.print()
        to.print(costs_table(option.costs))
        for gain in option.costs.gains:
            to.print(gain_text(gain), markup=False)
    for note in option.notes:
        to.print(note, markup=False)


def costs_table(costs: CostDifference) -> Table:
    """Return the lines of the cost of a year that differ, and the sum; thousands of pounds."""
    table = new_table()
    table.add_column("Cost a year, £ thousand")
    for heading in ("Base", "Option", "Change", "95% interval"):
        table.add_column(heading, justify="right", no_wrap=True)
    for line in costs.lines:
        if line.name == "total" or line.interval.value != 0.0:
            low, high = line.interval.low / 1000.0, line.interval.high / 1000.0
            spread = math.isfinite(low) and high - low > 0.01
            table.add_row(
                line.title if line.name != "total" else "All that the model costs",
                f"{line.base / 1000.0:,.0f}",
                f"{line.option / 1000.0:,.0f}",
                thousands(line.interval.value / 1000.0),
                f"{thousands(low)} to {thousands(high)}" if spread else "",
            )
    return table


def gain_text(gain: CostOfGain) -> str:
    """Return what one second or point costs or saves, in a sentence."""
    title = short_titles([gain.measure]).get(gain.measure, gain.title)
    if gain.gbp is None:
        return f"{title}: {gain.meaning}."
    span = "" if gain.low is None or gain.high is None else f" ({pounds(gain.low)} to {pounds(gain.high)})"
    what = "gained costs" if gain.meaning == "costs" else "given up saves"
    return f"{title}: each {gain.per} {what} {pounds(gain.gbp)} a year{span}."


def explanations(comparison: Comparison) -> list[str]:
    """Return the notes under the tables: only those that they need."""
    smallest = comparison.smallest
    about = "Differences are option less base: points of percentages, seconds of times."
    notes = [f"{about} Intervals: paired t, the model's own chance only."]
    if comparison.basis is not None:
        held, whole = definitions_of(comparison.basis, comparison.days)
        notes = [f"{about} Every parameter set is applied to base and option alike.", held, whole]
        notes += [*comparison.basis.notes, "Verdicts are by the interval with parameters."]
    measures = [measure for option in comparison.options for measure in first_measures(option)]
    verdicts = {measure.verdict for measure in measures}
    of_interest = (
        f"the smallest difference of interest ({100.0 * smallest['share']:g} points, {smallest['s']:g} s, "
        f"{smallest['pumps']:g} pumps, 1% of counts and hours)"
    )
    if Verdict.NONE in verdicts or any(measure.slight for measure in measures):
        notes.append(f"no difference, slight: the whole interval is under {of_interest}.")
        of_interest = "the smallest difference of interest"
    if Verdict.TOO_FEW in verdicts:
        notes.append(
            f"too few: 99 means too few replications to say; 99 would make the interval no wider than {of_interest}."
        )
    if Verdict.UNDECIDED in verdicts:
        notes.append(f"undecided: neither a difference is shown, nor that it is under {of_interest}.")
    if any(option.places is not None for option in comparison.options):
        notes.append(
            "PLT: potentially life-threatening. By place: incidents expected in cells whose mean changes so much; "
            "by incident: those whose own first pump does."
        )
    if len(comparison.options) > 1:
        notes.append(
            f"Verdicts of the first {len(comparison.headline)} measures are adjusted for {len(comparison.options)} "
            "options (Holm, each measure by itself); other verdicts and all intervals are not."
        )
    else:
        notes.append(
            "Nothing is adjusted for the number of measures: of 20 that do not differ one may seem to."
        )
    return notes
