"""Unit: verdicts, rows, JSON, and the printed table."""

from __future__ import annotations

import io
import json
import math
from types import SimpleNamespace

import pytest
from rich.console import Console

from experiments.presentation.as_json import as_text, summary_document
from experiments.presentation.formatting import figure, minutes_seconds, span
from experiments.presentation.report import print_summary
from experiments.presentation.summary import Summary, make_rows, verdict
from experiments.statistics.intervals import Interval


def interval(low: float, high: float) -> Interval:
    return Interval((low + high) / 2, low, high, 5)


@pytest.mark.parametrize(
    ("low", "high", "target", "higher", "met"),
    [
        (0.91, 0.93, 0.90, True, True),
        (0.84, 0.88, 0.90, True, False),
        (0.89, 0.92, 0.90, True, None),
        (580.0, 599.0, 600.0, False, True),
        (610.0, 640.0, 600.0, False, False),
        (590.0, 610.0, 600.0, False, None),
    ],
)
def test_a_standard_is_met_where_the_whole_interval_is(
    low: float, high: float, target: float, higher: bool, met: bool | None
) -> None:
    assert verdict(interval(low, high), target, higher_is_better=higher) is met


def test_one_replication_is_judged_by_its_value() -> None:
    alone = Interval(0.86, math.nan, math.nan, 1)
    assert verdict(alone, 0.90, higher_is_better=True) is False
    assert verdict(alone, 0.80, higher_is_better=True) is True
    assert verdict(Interval(math.nan, math.nan, math.nan, 0), 0.8, higher_is_better=True) is None


DEFINITIONS = {
    "fire.all.within_15": SimpleNamespace(title="Within 15", unit="share", higher_is_better=True),
    "fire.plt.mean_s": SimpleNamespace(title="Mean PLT", unit="s", higher_is_better=False),
    "not.there": SimpleNamespace(title="?", unit="s", higher_is_better=None),
}


def summary() -> Summary:
    rows = make_rows(
        {"fire.plt.mean_s": [math.nan], "fire.all.within_15": [0.85, 0.86, 0.87]},
        DEFINITIONS,
        reported={"fire.all.within_15": 0.86},
        targets={"fire.all.within_15": 0.90},
    )
    return Summary(
        scenario="baseline",
        title="Essex",
        replications=3,
        seed=1,
        days=365,
        incidents=43000,
        log_sha256="ab",
        rows=rows,
        missed={"distance": 0.6, "busy": math.nan},
        out="runs/a",
    )


def test_rows_come_in_the_order_of_the_definitions_with_reported_and_standard() -> None:
    first, second = summary().rows
    assert (first.name, first.reported, first.standard, first.met) == (
        "fire.all.within_15",
        0.86,
        0.90,
        False,
    )
    assert (second.name, second.standard, second.met) == ("fire.plt.mean_s", None, None)


def test_the_document_is_strict_json_with_null_for_nan() -> None:
    document = json.loads(as_text(summary_document(summary())))
    assert list(document) == [
        "scenario",
        "replications",
        "seed",
        "incidents",
        "log_sha256",
        "measures",
        "missed",
        "out",
    ]
    assert document["measures"][0]["value"] == pytest.approx(0.86)
    assert document["measures"][0]["met"] is False
    assert document["measures"][1]["value"] is None
    assert list(document["measures"][0]) == [
        "name",
        "title",
        "value",
        "low",
        "high",
        "unit",
        "reported",
        "standard",
        "met",
    ]
    assert document["missed"] == {"distance": 0.6, "busy": None}


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_table_fits_80_columns(encoding: str) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, errors="replace")
    print_summary(summary(), Console(file=out, width=80))
    out.flush()
    text = raw.getvalue().decode(encoding)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "not met" in text
    assert "86.0%" in text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.8604, "share", "86.0%"),
        (623.4, "s", "10:23"),
        (59.6, "s", "1:00"),
        (-0.2, "s", "0:00"),
        (14340.2, "per_year", "14,340"),
        (9.97, "pumps", "10.0"),
        (math.nan, "s", ""),
        (None, "share", ""),
    ],
)
def test_figures_read_as_a_planner_says_them(value: float | None, unit: str, text: str) -> None:
    assert figure(value, unit) == text


def test_spans() -> None:
    assert span(0.851, 0.8604, "share") == "85.1 to 86.0"
    assert span(math.nan, math.nan, "share") == ""
    assert minutes_seconds(3600) == "60:00"
