"""What a run prints of the police: time met by crime and grade, why emergencies were late, Appendix 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.execution.documents import Value
from experiments.presentation.formatting import figure
from experiments.presentation.headline import grades_of

if TYPE_CHECKING:
    from rich.table import Table

    from experiments.presentation.summary import Row

MISSED = "police.missed."
LONGEST_LINE = 13
"""Months of a line of Appendix 1: the force's own 13, and as many as 80 columns hold."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def words(key: str) -> str:
    """Return a key as a user reads it."""
    return key.replace("_", " ").capitalize()


def crime_table(rows: Sequence[Row]) -> Table | None:
    """Return time met by crime (across: grades, each with what was reported); None without police."""
    from experiments.presentation.terminal import new_table

    by_name = {row.name: row for row in rows}
    grades = [
        grade
        for grade in grades_of(by_name)
        if f"police.met.{grade}" in by_name and math.isfinite(by_name[f"police.met.{grade}"].interval.value)
    ]
    if not grades:
        return None
    first = f"police.met.{grades[0]}."
    crimes = [name.removeprefix(first) for name in by_name if name.startswith(first)]
    crimes = [crime for crime in crimes if crime not in ("urban", "rural")]
    known = any(by_name[f"police.met.{g}.{c}"].reported is not None for g in grades for c in crimes)
    table = new_table()
    table.add_column("In time, by crime")
    for grade in grades:
        table.add_column(words(grade), justify="right", no_wrap=True)
        if known:
            table.add_column("rep.", justify="right", no_wrap=True)
    for crime in crimes:
        cells = []
        for grade in grades:
            row = by_name[f"police.met.{grade}.{crime}"]
            cells.append(figure(row.interval.value, row.unit))
            if known:
                cells.append(figure(row.reported, row.unit))
        table.add_row(words(crime), *cells)
    return table


def missed_shares(rows: Sequence[Row]) -> dict[str, float]:
    """Return police cause to mean share of the misses, the commonest first; {} without police."""
    shares = {
        row.name.removeprefix(MISSED): row.interval.value
        for row in rows
        if row.name.startswith(MISSED) and row.name != f"{MISSED}count"
    }
    known = {cause: share for cause, share in shares.items() if math.isfinite(share)}
    return dict(sorted(known.items(), key=lambda item: (-item[1], item[0])))


def missed_table_of_police(rows: Sequence[Row]) -> Table | None:
    """Return the table of why police incidents missed; None without."""
    from experiments.presentation.terminal import new_table

    shares = missed_shares(rows)
    if not shares:
        return None
    table = new_table()
    table.add_column("Why the police were late")
    table.add_column("Share of misses", justify="right")
    for cause, share in shares.items():
        table.add_row(cause.replace("_", " "), figure(share, "share"))
    return table


def appendix_text(columns: Mapping[str, Sequence[Value]]) -> str:
    """Return Appendix 1 as text of at most 80 columns: Met, Not met and % met by crime, grade and month.

    ``columns`` are those of ``police_appendix1``, averaged over replications; counts are shown whole. More than
    13 months go over several lines of tables, the total in the last.
    """
    crimes = [crime for crime in dict.fromkeys(columns["crime"]) if crime != "all"]
    grades = list(dict.fromkeys(columns["grade"]))
    months = list(dict.fromkeys(columns["month"]))
    cells = {
        (crime, grade, month): (met, not_met)
        for crime, grade, month, met, not_met in zip(
            *(columns[name] for name in ("crime", "grade", "month", "met", "not_met")), strict=True
        )
    }
    lines = ["Frequency with which target response times were met (as Appendix 1)"]
    for crime in crimes:
        lines += ["", words(crime)]
        for grade in grades:
            counts = [cells[crime, grade, month] for month in months]
            lines += _block(words(grade), months, counts)
    return "\n".join(lines) + "\n"


def _block(grade: str, months: Sequence[str], counts: Sequence[tuple[float, float]]) -> list[str]:
    lines: list[str] = []
    total = (math.fsum(met for met, _ in counts), math.fsum(late for _, late in counts))
    for start in range(0, len(months), LONGEST_LINE):
        shown = months[start : start + LONGEST_LINE]
        part = list(counts[start : start + LONGEST_LINE])
        last = start + LONGEST_LINE >= len(months)
        heads = [_MONTHS[int(month[5:]) - 1] for month in shown]
        years = [month[2:4] for month in shown]
        lines.append(_line(grade[:9], heads, "Total" if last else ""))
        lines.append(_line("", years, ""))
        whole = [*part, total]
        rows = (
            ("Met", [f"{met:.0f}" for met, _ in whole]),
            ("Not met", [f"{late:.0f}" for _, late in whole]),
            ("% met", [_percent(met, late) for met, late in whole]),
        )
        lines += [_line(label, texts[:-1], texts[-1] if last else "") for label, texts in rows]
    return lines


def _percent(met: float, late: float) -> str:
    whole = met + late
    if whole <= 0.0:
        return "–"
    share = 100.0 * met / whole
    return "100" if share >= 99.95 else f"{share:.1f}"


def _line(label: str, cells: Sequence[str], total: str) -> str:
    return (f"{label:<9}" + "".join(f"{cell:>5}" for cell in cells) + f"{total:>6}").rstrip()


def wide(columns: Mapping[str, Sequence[Value]]) -> dict[str, list[Value]]:
    """Return a breakdown by group and grade as a row a group: incidents, the share met of every grade, and the
    most urgent grade's mean and 90th centile.
    """
    grades = list(dict.fromkeys(columns["grade"]))
    groups = list(dict.fromkeys(columns["group"]))
    cells = {
        (group, grade): row
        for row, (group, grade) in enumerate(zip(columns["group"], columns["grade"], strict=True))
    }
    urgent = grades[0] if grades else ""

    def value(name: str, group: str, grade: str) -> float:
        return float(columns[name][cells[group, grade]])

    found: dict[str, list[Value]] = {"group": groups}
    found["incidents"] = [
        math.fsum(v for grade in grades if not math.isnan(v := value("incidents", group, grade)))
        for group in groups
    ]
    for grade in grades:
        found[f"met_{grade}"] = [value("met", group, grade) for group in groups]
    for name in ("mean_s", "p90_s", "queue_mean_s"):
        found[f"{urgent}_{name}"] = [value(name, group, urgent) for group in groups]
    return found


def wide_headings(columns: Mapping[str, Sequence[Value]]) -> dict[str, str]:
    """Return the headings of ``wide``: shares met by grade, then times of the most urgent."""
    titles = {"group": "", "incidents": "Incidents"}
    for name in columns:
        if name.startswith("met_"):
            titles[name] = words(name.removeprefix("met_"))
        for end, title in (("_queue_mean_s", "Queue"), ("_mean_s", "Mean"), ("_p90_s", "90th")):
            if name not in titles and name.endswith(end):
                titles[name] = title
    return titles
