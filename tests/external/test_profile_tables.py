"""The profile tables follow from the London sample by the recipe that docs/scenarios.md gives."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from scenarios.loading.load import load_scenario

SAMPLE = (
    Path(__file__).resolve().parents[2].parent
    / "shared"
    / "data"
    / "incidents"
    / "lfb_incidents_sample_2023.csv"
)
pytestmark = pytest.mark.skipif(not SAMPLE.exists(), reason="the London sample lies outside the project")

WEEKEND_LEVEL = {
    "afa": 0.93,
    "other_false_alarm": 1.03,
    "other_special_service": 1.03,
    "primary_fire": 0.99,
    "road_traffic_collision": 1.10,
    "secondary_fire": 1.10,
    "all": 1.0,
}
WEEKEND_BLOCKS = (1.14, 0.90, 0.99, 1.04)


def category(row: dict[str, str]) -> str:
    stop = row["StopCodeDescription"]
    if stop.startswith("False alarm"):
        return "other_false_alarm"
    if stop == "Special Service":
        return "road_traffic_collision" if row["SpecialServiceType"] == "RTC" else "other_special_service"
    if stop.startswith("Flood call"):
        return "other_special_service"
    return {"AFA": "afa", "Secondary Fire": "secondary_fire"}.get(stop, "primary_fire")


@pytest.fixture(scope="module")
def sample() -> list[tuple[str, int, bool]]:
    """Category, hour, and whether at a weekend, of every incident."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (category(r), int(r["HourOfCall"]), date.fromisoformat(r["DateOfCall"]).weekday() >= 5) for r in rows
    ]


def smooth(values: list[float], number: int) -> list[float]:
    weights = (1,) if number > 3000 else (1, 2, 1) if number > 500 else (1, 4, 6, 4, 1)
    half = len(weights) // 2
    return [
        sum(w * values[(hour + i - half) % 24] for i, w in enumerate(weights)) / sum(weights)
        for hour in range(24)
    ]


@pytest.mark.parametrize("name", WEEKEND_LEVEL)
def test_weekday_and_weekend_profiles(name: str, sample: list[tuple[str, int, bool]]) -> None:
    hours = Counter(hour for kind, hour, _ in sample if name in ("all", kind))
    number = sum(hours.values())
    weekday = smooth([hours[hour] / number for hour in range(24)], number)
    weekend = [value * WEEKEND_BLOCKS[hour // 6] for hour, value in enumerate(weekday)]
    level = WEEKEND_LEVEL[name] * sum(weekday) / sum(weekend)
    weekend = [value * level for value in weekend]
    mean = (5 * sum(weekday) + 2 * sum(weekend)) / 168
    profile = load_scenario("baseline").profiles_hour[name]
    assert profile.weekday == pytest.approx([value / mean for value in weekday], abs=2e-3)
    assert profile.weekend == pytest.approx([value / mean for value in weekend], abs=2e-3)


def test_weekend_shape_is_the_samples(sample: list[tuple[str, int, bool]]) -> None:
    """Rates a day: 105 weekend days and 260 weekdays in 2023."""
    blocks = Counter((hour // 6, weekend) for _, hour, weekend in sample)
    ratios = [blocks[block, True] / 105 / (blocks[block, False] / 260) for block in range(4)]
    assert ratios == pytest.approx(WEEKEND_BLOCKS, abs=0.006)
