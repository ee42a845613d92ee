"""The report of a fit, in Markdown: what was read, what was fitted, what could not be, and by what methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from calibration.demand.fit import PARTS, Fitted
from calibration.demand.option import WORDS, Option
from experiments.fit_demand.report_types import type_sections
from experiments.presentation.formatting import day_text
from experiments.presentation.markdown import table
from scenarios.schema.scenario import Scenario

METHODS_TEXT = """\
## Methods

- **Rate**: records over days that count, as years of 365 days at the sampling fraction; each day counts with the
  calls that month and kind of day make one expect. Interval: Garwood's exact Poisson, 95%. *Scatter* is the variance
  of weekly counts over their mean, after the profile: well above 1, incidents come in clusters (storms, heat), and
  the interval is too narrow by its square root. It says nothing about how next year will differ.
- **Hours and months**: a type's counts are drawn towards the smoothed profile of the other types of its group by
  empirical Bayes (multinomial counts, Dirichlet around the pooled profile, weight by marginal likelihood, one for
  a group). *Weight* is how many records the pooled profile counts for. Bank holidays of the
  scenario's calendar count as weekend.
- **Places**: each record is a grid square, district or settlement of the map; shares of population, urban population,
  main road and open land by maximum likelihood, not below 0; standard errors from the observed information; at a
  share of 0 the upper limit is the profile likelihood's. *Misfit* is chi-square by district per degree of
  freedom: where it is far above 1, places differ by more than these four weights can tell.
- **Time at scene**: lognormal of one appliance's minutes, by maximum likelihood of the intervals that rounding and
  limits leave; minutes of several pumps together are taken as a mean of lognormals with half their variance in
  common, as the model draws them.
- **Attendance**: shares by number of pumps; where only the pumps that attended in all are known, the scenario's
  make-ups are taken out of them. Wilson intervals. Variants of one size keep their proportions and capabilities.
"""


def report_text(
    fitted: Fitted, option: Option | None, base: Scenario, scenario: str, folder: str, pictures: Sequence[str]
) -> str:
    """Return the report as Markdown."""
    name = fitted.mapping.records.name or fitted.file
    parts = [
        f"# Demand from records: {name}\n",
        _summary(option, scenario, folder),
        _read(fitted),
        _rejected(fitted),
        _gaps(fitted),
        _not_fitted(fitted),
        type_sections(fitted, base, pictures),
        METHODS_TEXT,
    ]
    return "\n".join(part for part in parts if part)


def _summary(option: Option | None, scenario: str, folder: str) -> str:
    if option is None:
        return (
            "Nothing of this is in an overlay: no type of the scenario was fitted, or the mapping wants none of it "
            "(`[fit]`, `report_only`). The figures below are for reading.\n"
        )
    rows = [
        [key, ", ".join(WORDS[part] for part in PARTS if part in parts)]
        for key, parts in option.changed.items()
    ]
    return (
        f"`overlay.toml` extends `{scenario}`; `turnout run {folder}/overlay.toml` runs it, "
        f"`turnout compare {scenario} "
        f"{folder}/overlay.toml` sets it against the base. It changes:\n\n{table(['Type', 'Fitted'], rows)}\n"
        "All else stays as it is in the scenario, for types named here too.\n"
    )


def _read(fitted: Fitted) -> str:
    lost = sum(1 for each in fitted.rejected if each.lost == "row")
    values = len(fitted.rejected) - lost
    exposure = fitted.exposure
    lines = [
        "## What was read\n",
        f"- `{fitted.file}`: {fitted.rows:,} rows; {len(fitted.records):,} used, {lost:,} rejected"
        + (f"; {values:,} single values rejected in rows that are used" if values else ""),
    ]
    if exposure is not None:
        how = "stated in the mapping" if exposure.stated else "first and last day of the records"
        every = (exposure.last - exposure.first).days + 1
        out = every - exposure.days.size
        lines.append(
            f"- Period: {day_text(exposure.first)} to {day_text(exposure.last)} ({how}), {every:,} days"
            + (f", {out:,} of them left out" if out else "")
        )
        uncounted = len(fitted.records) - sum(each.count for each in fitted.types)
        if uncounted:
            lines.append(f"- {uncounted:,} usable rows lie on days that are left out and were not counted")
    lines += [f"- {note}" for note in fitted.notes]
    return "\n".join(lines) + "\n"


def _rejected(fitted: Fitted) -> str:
    counts = Counter((each.lost, each.reason) for each in fitted.rejected)
    if not counts:
        return "No row and no value was rejected.\n"
    first: dict[tuple[str, str], str] = {}
    for each in fitted.rejected:
        first.setdefault((each.lost, each.reason), f"row {each.row}: {each.value}"[:70].replace("|", "/"))
    rows = [
        [lost, reason, f"{count:,}", first[lost, reason]] for (lost, reason), count in counts.most_common()
    ]
    head = ["Lost", "Reason", "Number", "For instance"]
    return f"{table(head, rows)}\nEach is in `rejected.csv`. Null values are not faults and are not listed.\n"


def _gaps(fitted: Fitted) -> str:
    exposure = fitted.exposure
    if exposure is None or not exposure.gaps:
        return ""
    gaps = [gap for gap in exposure.gaps if gap.is_gap]
    others = sum(gap.days for gap in exposure.gaps if not gap.is_gap)
    text = "### Gaps\n\n"
    if others:
        text += f"{others:,} days have no record, as chance would have it at this rate.\n"
    if gaps:
        rows = [
            [
                day_text(gap.first),
                day_text(gap.last),
                str(gap.days),
                "stated" if gap.stated else f"{gap.chance:.1g}",
                "yes" if gap.excluded else "no",
            ]
            for gap in gaps
        ]
        text += table(["First", "Last", "Days", "Chance of such a run", "Left out"], rows)
        if not all(gap.excluded for gap in gaps):
            text += (
                "\n**Gaps that are not left out make rates too low.** If the records are missing, say "
                "`period.exclude_gaps = true`, or name the days in `period.exclude`.\n"
            )
    return text


def _not_fitted(fitted: Fitted) -> str:
    """Say what could not be fitted and why, types with one reason together."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for part in PARTS:
        for each in fitted.types:
            found = getattr(each, part)
            if isinstance(found, str) and each.count:
                reasons.setdefault((part, found), []).append(each.type)
    without = [each.type for each in fitted.types if not each.count]
    every = len(fitted.types) - len(without)
    rows = [["all", ", ".join(without), "no row of this type"]] if without else []
    if not reasons and not rows:
        return ""
    rows += [
        [WORDS[part], "all types" if len(types) == every else ", ".join(types), reason]
        for (part, reason), types in reasons.items()
    ]
    return f"## What could not be fitted\n\n{table(['Part', 'Types', 'Why'], rows)}"
