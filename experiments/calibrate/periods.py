"""Figures of some months: met and not met of those months of a run, in place of the whole run's measure.

A report gives ``police.met.<grade>.<crime>`` by month (period ``2022-03``) or over several (``2021-09..2022-02``). A
run has the same counts by month in its table ``police_appendix1``; they are pooled over the months of the period that
the run covers, a month of which it covers a part among them. All other figures are those of the whole run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from calibration.reported import Reported
from experiments.errors import UserError
from experiments.execution.documents import Document
from scenarios.schema.scenario import Scenario

MEASURE = re.compile(r"police\.met\.(\w+)\.(\w+)")
WHOLE_RUN = ("urban", "rural")
"""Parts of a grade's incidents that the table does not tell apart."""
TABLE = "police_appendix1"
MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
PERIOD = re.compile(rf"({MONTH})(?:-\d\d)?(?:\.\.({MONTH})(?:-\d\d)?)?")
MET, TIMED = "met", "timed"
"""After the name of a figure and a blank: its counts, in place of its share."""


def months_of(measure: str, period: str) -> tuple[str, str] | None:
    """Return first and last month of a figure that a run gives by month; None: it is one of the whole run."""
    scope, months = MEASURE.fullmatch(measure), PERIOD.fullmatch(period)
    if scope is None or months is None or scope[2] in WHOLE_RUN:
        return None
    return months[1], months[2] or months[1]


def months_of_run(scenario: Scenario) -> tuple[str, str]:
    """Return first and last month of a scenario's runs."""
    start = scenario.calendar.start
    last = start + timedelta(days=scenario.calendar.days - 1)
    return f"{start:%Y-%m}", f"{last:%Y-%m}"


def check_periods(figures: Iterable[Reported], scenario: Scenario) -> None:
    """Raise UserError naming every figure of months that the scenario's runs do not cover."""
    begins, ends = months_of_run(scenario)
    outside = []
    for figure in figures:
        months = months_of(figure.measure, figure.period)
        if months is not None and (months[1] < begins or months[0] > ends):
            outside.append(figure.key)
    if outside:
        more = f" and {len(outside) - 3} more" if len(outside) > 3 else ""
        msg = (
            f"{scenario.name} runs from {begins} to {ends}: no month of {', '.join(outside[:3])}{more}. "
            "Simulate longer (--days), let the scenario begin elsewhere, or take the figures out of the table."
        )
        raise UserError(msg)


def counts_of(key: str) -> tuple[str, str]:
    """Return the names of the two counts behind the share "measure@period": met, and all that were timed."""
    return f"{key} {MET}", f"{key} {TIMED}"


def value_of_months(tables: Document, name: str) -> float | None:
    """Return a figure "measure@period", or a count of it, from the tables of a replication.

    NaN: no such incident was timed then. None: the run does not give the measure by month.
    """
    key, _, count = name.partition(" ")
    measure, _, period = key.partition("@")
    months = months_of(measure, period)
    table = tables.get(TABLE)
    if months is None or table is None:
        return None
    grade, crime = measure.split(".")[-2:]
    mine = (table["grade"] == grade) & (table["crime"] == crime)
    if not mine.any():
        return None
    rows = mine & (table["month"] >= months[0]) & (table["month"] <= months[1])
    met = float(table["met"][rows].sum())
    timed = met + float(table["not_met"][rows].sum())
    if count:
        return {MET: met, TIMED: timed}[count]
    return met / timed if timed > 0.0 else float("nan")
