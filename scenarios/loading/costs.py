"""What a year of a service costs: the table ``costs.csv`` beside a service's other tables, and its rules.

Budgets are shared out over the pumps that they pay; every figure has its source, and those that are assumptions
say so. Buildings, control, training and headquarters are not in it: they do not follow the pumps.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scenarios.loading.csv_tables import csv_records
from scenarios.loading.datasets import DATA, geography_folder
from scenarios.loading.faults import ScenarioError, ScenarioFault, nearest_remedy
from scenarios.schema.scenario import Scenario

FILE = "costs.csv"
KEYS = (
    "wholetime_budget",
    "wholetime_pumps",
    "wholetime_riders_per_pump",
    "on_call_budget",
    "on_call_pumps",
    "on_call_hours",
    "on_call_crew_hour",
    "day_crew_hours_a_week",
    "standby_cost",
    "standby_moves",
    "appliance_year",
    "appliance_hour",
)
"""Every row that the table must have."""

DIVISORS = ("wholetime_pumps", "wholetime_riders_per_pump", "on_call_pumps", "standby_moves")
COLUMNS = ("key", "value", "unit", "source", "confidence")
WEEK_H = 168.0
Crew = Literal["wholetime", "day_crewed", "on_call"]


@dataclass(frozen=True, slots=True)
class CostItem:
    """One row of the table."""

    value: float
    unit: str
    source: str
    confidence: str
    note: str = ""

    @property
    def assumed(self) -> bool:
        """Whether the figure rests on an assumption."""
        return self.confidence not in ("high", "confirmed")


@dataclass(frozen=True, slots=True)
class Costs:
    """The cost model of a service; ``items`` has every key of ``KEYS``. All results are in GBP."""

    items: Mapping[str, CostItem]

    def _value(self, key: str) -> float:
        return self.items[key].value

    @property
    def day_share(self) -> float:
        """Share of the week in which a day crew is on duty."""
        return self._value("day_crew_hours_a_week") / WEEK_H

    @property
    def standby_move(self) -> float:
        """GBP a standby move."""
        return self._value("standby_cost") / self._value("standby_moves")

    @property
    def appliance_hour(self) -> float:
        """GBP an hour that an appliance is committed, its crew's pay left out."""
        return self._value("appliance_hour")

    @property
    def on_call_crew_hour(self) -> float:
        """GBP an hour that an on-call crew is committed."""
        return self._value("on_call_crew_hour")

    def crew_year(self, crewing: Crew, *, riders_per_pump: float | None = None) -> float:
        """Return GBP a year for crewing one pump; an on-call crew's hours at incidents come on top.

        ``riders_per_pump`` is the strength of a wholetime watch a pump, None for what the budget pays.
        """
        on_call = self._value("on_call_budget") - self._value("on_call_hours") * self.on_call_crew_hour
        on_call /= self._value("on_call_pumps")
        if crewing == "on_call":
            return on_call
        paid = self._value("wholetime_riders_per_pump")
        strength = 1.0 if riders_per_pump is None else riders_per_pump / paid
        wholetime = strength * self._value("wholetime_budget") / self._value("wholetime_pumps")
        if crewing == "wholetime":
            return wholetime
        return self.day_share * wholetime + (1.0 - self.day_share) * on_call

    def standing(self, scenario: Scenario) -> dict[str, float]:
        """Return GBP a year that do not depend on what happens: crews by crewing, and appliances."""
        pumps: dict[Crew, int] = {"wholetime": 0, "day_crewed": 0, "on_call": 0}
        appliances = 0
        for appliance in scenario.appliances.values():
            if appliance.removed or scenario.stations[appliance.station].service != "own":
                continue
            appliances += 1
            if appliance.kind == "pump" and appliance.crewing in pumps:
                pumps[appliance.crewing] += 1
        riders = float(scenario.wholetime.riders_per_pump)
        found = {
            f"{crewing}_crews": number * self.crew_year(crewing, riders_per_pump=riders)
            for crewing, number in pumps.items()
        }
        return found | {"appliances": appliances * self._value("appliance_year")}


def costs_of(scenario: Scenario) -> Costs | None:
    """Return the cost model that lies beside a scenario's tables, None if there is none.

    Raises:
        ScenarioError: with every fault of the table.

    """
    folder = geography_folder(scenario)
    path = folder / FILE
    if not os.path.lexists(path):
        return None
    shown = FILE if folder.parent == DATA else str(path)
    header, rows = csv_records(path, shown)
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        problem = f"there is no column {', '.join(missing)}"
        raise ScenarioError([ScenarioFault(shown, "row 1", "", problem, "the first row names the columns")])
    items: dict[str, CostItem] = {}
    faults: list[ScenarioFault] = []
    for line, row in rows:
        _take(shown, f"row {line}", row, items, faults)
    told = {fault.value.strip('"') for fault in faults} | set(items)
    faults += [
        ScenarioFault(
            shown, "", f'"{key}"', "there is no such row", "add it; the embedded table shows its form"
        )
        for key in KEYS
        if key not in told
    ]
    if faults:
        raise ScenarioError(faults)
    return Costs(items)


def _take(
    shown: str,
    row_name: str,
    row: Mapping[str, str | None],
    items: dict[str, CostItem],
    faults: list[ScenarioFault],
) -> None:
    """Read one row into ``items`` or say what is wrong with it."""
    key = (row["key"] or "").strip()
    text = (row["value"] or "").strip()
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if key not in KEYS:
        faults.append(ScenarioFault(shown, row_name, f'"{key}"', "unknown cost", nearest_remedy(key, KEYS)))
    elif key in items:
        faults.append(
            ScenarioFault(shown, row_name, f'"{key}"', "the row stands twice", "delete one of them")
        )
    elif not 0.0 <= value < math.inf or (value == 0.0 and key in DIVISORS):
        least = "above 0" if key in DIVISORS else "of 0 or more"
        problem = f'{row_name}: "{text}" is not a number {least}'
        faults.append(
            ScenarioFault(shown, "value", f'"{key}"', problem, "write a plain number such as 9544000")
        )
    else:
        cell = {name: (row.get(name) or "").strip() for name in ("unit", "source", "confidence", "note")}
        items[key] = CostItem(value, cell["unit"], cell["source"], cell["confidence"], cell["note"])
