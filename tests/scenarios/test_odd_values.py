"""Whatever stands in whatever field: faults with a remedy, or a scenario; never another error."""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path

import pytest

from scenarios.loading.load import check_scenario
from scenarios.schema.field_table import schema_fields

ENTRIES = {
    "stations": "E10",
    "appliances": "E34R1",
    "on_call_hours": "E44",
    "incident_types": "rescue",
    "scripted_incidents": "refinery",
    "surges": "spate",
    "attendance": "person",
    "profiles_hour": "afa",
    "profiles_month": "afa",
    "standards": "essex_all_15",
}
POLICE_ENTRIES = {
    "schemes": "force",
    "grades": "emergency",
    "grading": "rape",
    "regrading": "burglary-priority",
    "incident_types": "robbery",
    "profiles_hour": "violence",
    "profiles_month": "summer",
    "districts": "harlow",
    "bases": "harlow",
    "places": "grays",
    "centres": "harlow",
    "facilities": "custody-harlow",
    "shifts": "early",
    "cars": "harlow-early",
    "abstractions": "cop26",
    "fire_attendance": "rescue",
}
ODD = (3, -1, "x", "x" * 5000, [], [1], [["x"]], {}, {"a": 1}, True, None, float("nan"), 1e308, 10**400)
CONTROL = (("extends",), ("resolved",), ("remove",), ("remove", "stations"), ("remove", "attendance"))


def places() -> list[tuple[str, ...]]:
    """Give every field and everything that contains fields, with real names for the entries."""
    leaves = [path.split(".") for path, *_ in schema_fields()]
    named = [
        [
            (POLICE_ENTRIES if leaf[0] == "police" else ENTRIES)[leaf[i - 1]] if part == "*" else part
            for i, part in enumerate(leaf)
        ]
        for leaf in leaves
    ]
    found = {tuple(path[:end]) for path in named for end in range(1, len(path) + 1)}
    return sorted(found | set(CONTROL))


@pytest.mark.parametrize(
    "part", [0, pytest.param(1, marks=pytest.mark.long), pytest.param(2, marks=pytest.mark.long)]
)
def test_odd_values_are_faults_or_harmless(tmp_path: Path, part: int) -> None:
    """A third of the places in the ordinary suite, the others in the long one."""
    file = tmp_path / "odd.json"
    refused = 0
    chosen = list(zip(places(), cycle(ODD), strict=False))[part::3]
    for place, value in chosen:
        base = "police-baseline" if place[0] == "police" else "baseline"
        content: dict[str, object] = {"extends": base}
        inner: dict[str, object] = content
        for step in place[:-1]:
            inner = inner.setdefault(step, {})  # type: ignore[assignment]
        inner[place[-1]] = value
        file.write_text(json.dumps(content), encoding="utf-8")
        faults = check_scenario(file)
        refused += bool(faults)
        for fault in faults:
            assert fault.problem, (place, value)
            assert fault.remedy, (place, value)
    assert refused > len(chosen) / 2
