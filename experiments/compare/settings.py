"""What a comparison is asked for, and what makes scenarios incomparable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from experiments.errors import UserError
from experiments.presentation.report import HEADLINE
from scenarios.schema.scenario import Scenario

RELATIVE = 0.01
"""Smallest difference of interest of a count or of hours: this share of the base's figure (assumption)."""

SMALLEST: Mapping[str, float] = {"share": 0.001, "s": 1.0, "pumps": 0.1}
"""Smallest difference of interest by unit: 0.1 points, one second, a tenth of a pump (assumptions: about a tenth
of what a service tolerates between a model and the county, 1 point and 10 s)."""

HEADLINE_MEASURES = tuple(HEADLINE)
"""Measures whose verdicts are adjusted for the number of options."""


@dataclass(frozen=True, slots=True)
class CompareSettings:
    """How to compare. ``precision`` is of the differences and then decides the number of replications.

    ``runs`` is the folder under which every scenario has its run folder: what it holds is not done again.
    ``places`` also compares districts and cells. ``smallest`` overrides smallest differences of interest by
    unit, in the measure's unit (0.001 is 0.1 points).
    """

    replications: int = 10
    precision: str | None = None
    ceiling: int = 200
    years: float | None = None
    days: int | None = None  # in place of years
    seed: int = 1
    workers: int = 1
    runs: Path = Path("runs")
    places: bool = True
    smallest: Mapping[str, float] = field(default_factory=dict)

    def smallest_of(self, unit: str, base: float) -> float:
        """Return the smallest difference of interest of a measure whose base figure is ``base``."""
        fixed = self.by_unit.get(unit)
        return fixed if fixed is not None else RELATIVE * abs(base)

    @property
    def by_unit(self) -> dict[str, float]:
        """Return the smallest differences of interest that do not depend on the base's figure."""
        return {**SMALLEST, **self.smallest}


def parse_smallest(text: str | None) -> dict[str, float]:
    """Read ``"points=0.1,s=1"``: points for shares, otherwise the unit of the measure. Raises UserError."""
    found: dict[str, float] = {}
    for part in (text or "").split(",") if text else ():
        name, _, number = (piece.strip() for piece in part.partition("="))
        try:
            value = float(number)
        except ValueError:
            value = float("nan")
        if name not in ("points", "s", "pumps") or not 0.0 < value < float("inf"):
            msg = f'--interest: "{part.strip()}" is not points, s or pumps = a number above 0, such as "s=1".'
            raise UserError(msg)
        found["share" if name == "points" else name] = value / 100.0 if name == "points" else value
    return found


def content(scenario: Scenario) -> Scenario:
    """Return a scenario without what only tells of its file: equal contents simulate alike."""
    return scenario.model_copy(update={"name": "x", "title": "", "question": "", "source": ""})


def labels(scenarios: Sequence[Scenario]) -> list[str]:
    """Return the scenarios' names, the second of the same name as ``name (2)``, and so on."""
    seen: dict[str, int] = {}
    named = []
    for scenario in scenarios:
        seen[scenario.name] = seen.get(scenario.name, 0) + 1
        count = seen[scenario.name]
        named.append(scenario.name if count == 1 else f"{scenario.name} ({count})")
    return named


def check_enough(count: int) -> None:
    """Raise UserError unless there are a base and an option."""
    if count < 2:
        msg = (
            f"a comparison needs two scenarios or more, the base and then its options; {count or 'none'} given. "
            "`turnout scenario list` tells which there are."
        )
        raise UserError(msg)


def check_comparable(base: Scenario, options: Sequence[Scenario]) -> None:
    """Raise UserError, telling every fault, unless all scenarios are of one service and one period.

    Two options of one name are refused too: their lines and files could not be told apart.
    """
    check_enough(1 + len(options))
    names = [option.name for option in options]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        told = ", ".join(f'"{name}"' for name in twice)
        msg = (
            f"two options have one name: {told}. Give each file a name of its own (its field `name`, "
            "or the name of the file), and each option once."
        )
        raise UserError(msg)
    faults = [
        fault
        for label, option in zip(labels([base, *options])[1:], options, strict=True)
        for fault in _differences(base, option, label)
    ]
    if faults:
        remedy = "Give all scenarios one service, one map and one start; --years gives all one length."
        raise UserError(" ".join([*faults, remedy]))


def _differences(base: Scenario, option: Scenario, label: str) -> list[str]:
    facts = (
        ("is of another service", option.service, base.service),
        ("stands on other tables", option.geography.tables, base.geography.tables),
        ("starts on another day", option.calendar.start, base.calendar.start),
        ("has another length in days", option.calendar.days, base.calendar.days),
    )
    return [
        f"{label} {what} ({mine}) than {base.name} ({theirs})."
        for what, mine, theirs in facts
        if mine != theirs
    ]
