"""Unit: breakdowns averaged over replications."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from experiments.errors import UserError
from experiments.execution.tables import write_columns
from experiments.presentation.breakdown import average, cell, read_breakdown

STACKED = {
    "replication": np.array([0, 0, 1], dtype=np.int32),
    "group": np.array(["E10", "E11", "E10"], dtype=object),
    "incidents": np.array([4, 2, 8]),
    "mean_s": np.array([600.0, math.nan, 500.0]),
}


def test_counts_are_over_all_replications_and_means_over_those_that_have_one() -> None:
    averaged = average(STACKED)
    assert averaged["group"] == ["E10", "E11"]
    assert averaged["incidents"] == [6.0, 1.0]  # E11 had none in replication 1
    assert averaged["mean_s"][0] == 550.0
    assert math.isnan(averaged["mean_s"][1])


def test_a_first_column_of_numbers_names_the_rows() -> None:
    columns = {
        "replication": np.array([0, 0, 1, 1]),
        "month": np.array([4, 5, 4, 5]),
        "days_met": np.array([0, 1, 0, 2]),
    }
    assert average(columns) == {"month": [4, 5], "days_met": [0.0, 1.5]}


def test_an_unknown_breakdown_is_told_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    write_columns(tmp_path / "tables" / "by_station.parquet", STACKED)
    assert read_breakdown(tmp_path, "station")["incidents"] == [6.0, 1.0]
    with pytest.raises(UserError, match=r"no such breakdown\. It has: station\."):
        read_breakdown(tmp_path, "planet")


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("group", "E10", "E10 Colchester"),
        ("group", "chimney_fire", "chimney fire"),
        ("within_15", 0.5, "50.0%"),
        ("mean_s", 601.0, "10:01"),
        ("month", 4, "4"),
        ("pump", True, "yes"),
    ],
)
def test_cells(column: str, value: object, text: str) -> None:
    assert cell(column, value, {"E10": "Colchester"}) == text
