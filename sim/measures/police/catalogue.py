"""Definitions of the police figures: which there are depends on the grades and the crimes of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.measures.fire.catalogue import Definition
from sim.measures.police.catalogue_work import (
    ANSWERED,
    STATISTICS,
    call_definitions,
    missed_definitions,
    words,
    work_definitions,
)
from sim.measures.police.met import PARTS
from sim.measures.police.select import HIGH_HARM, OTHER

NOT_DUE = "cells outside; incidents whose time was not up at the end of the run"
NOT_TIMED = NOT_DUE + "; incidents without a published response time"
UNREACHED = NOT_DUE + "; incidents that no unit reached"


@dataclass(frozen=True, slots=True)
class PoliceNames:
    """The parts of names that a scenario decides: its grades, most urgent first, and its crimes."""

    grades: tuple[str, ...]
    crimes: tuple[str, ...]


def _met(grade: str, urgent: bool, crimes: Sequence[str]) -> list[Definition]:
    name, title = f"police.met.{grade}", f"Time met, {words(grade)}"
    what = f"incidents graded {words(grade)}"
    text = "Share of {} with a unit at the scene within the grade's time, urban or rural. Never reached is not met."
    rows = [Definition(name, title, "share", text.format(what), True, ANSWERED, NOT_DUE)]
    if urgent:
        rows += [
            Definition(
                f"{name}.{area}",
                f"{title}, {area}",
                "share",
                text.format(f"{area} {what}"),
                True,
                ANSWERED,
                NOT_DUE,
            )
            for area in ("urban", "rural")
        ]
    scopes = {
        HIGH_HARM: ("high harm", "of the high-harm crimes"),
        OTHER: ("not high harm", "of no high-harm crime"),
    } | {crime: (words(crime), f"of {words(crime)}") for crime in crimes}
    return rows + [
        Definition(
            f"{name}.{scope}",
            f"{title}, {short}",
            "share",
            text.format(f"{what} {long}"),
            True,
            ANSWERED,
            NOT_TIMED,
        )
        for scope, (short, long) in scopes.items()
    ]


_PARTS = {
    "response": ("Response", "call answered to first unit at the scene"),
    "control": ("Control", "call answered to open for assignment (handling, grading, the grade's delay)"),
    "queue": ("Queue", "open for assignment to first unit assigned"),
    "travel": ("Travel", "wheels moving to arrival of the first unit at the scene"),
}


def _times(grade: str) -> list[Definition]:
    rows = [
        Definition(
            f"police.{part}.{grade}.{key}",
            f"{_PARTS[part][0]}, {words(grade)}: {short}",
            "s",
            f"{long} of {_PARTS[part][1]}, over incidents graded {words(grade)} that a unit reached.",
            higher_is_better=False,
            clock=ANSWERED if part in ("response", "control") else "",
            exclusions=UNREACHED,
        )
        for part in PARTS
        for key, (short, long) in STATISTICS.items()
    ]
    return [
        *rows,
        Definition(
            f"police.queued.{grade}",
            f"Queued, {words(grade)}",
            "share",
            f"Share of incidents graded {words(grade)} that a unit reached for which none was free when they opened.",
            higher_is_better=False,
            exclusions=UNREACHED,
        ),
    ]


_VOLUMES = (
    ("police.incidents", "Police incidents", "per_year", "Incidents that the police attend, all grades."),
    ("police.incidents.per_day", "Police incidents a day", "per_day", "The same, a day."),
)


def police_definitions(names: PoliceNames) -> list[Definition]:
    """Return the definitions of every police figure, in report order."""
    rows = [row for place, grade in enumerate(names.grades) for row in _met(grade, place == 0, names.crimes)]
    rows += [row for grade in names.grades for row in _times(grade)]
    rows += [
        Definition(name, title, unit, text, None, "", "cells outside") for name, title, unit, text in _VOLUMES
    ]
    rows += [
        Definition(
            f"police.incidents.{grade}.per_day",
            f"Incidents a day, {words(grade)}",
            "per_day",
            f"Incidents graded {words(grade)}, a day.",
            exclusions="cells outside",
        )
        for grade in names.grades
    ]
    rows.append(
        Definition(
            f"police.incidents.{HIGH_HARM}.per_day",
            "High-harm incidents a day",
            "per_day",
            "Incidents of the high-harm crimes, all grades, a day.",
            exclusions="cells outside",
        )
    )
    never = "Incidents whose time was up and that no unit reached."
    rows.append(
        Definition(
            "police.no_attendance.count",
            "Never attended by the police",
            "per_year",
            never,
            False,
            "",
            NOT_DUE,
        )
    )
    return rows + work_definitions() + missed_definitions() + call_definitions()
