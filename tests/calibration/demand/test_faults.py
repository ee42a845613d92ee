"""Faults of a mapping and of records: all told together, in words that lead to the remedy; exit status 2."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from calibration.demand.clean import clean
from calibration.demand.mapping import Mapping
from calibration.demand.read_mapping import MappingError, check_columns, check_types, parse_mapping
from calibration.demand.table import read_table
from experiments.commands.cli import main

HEADER = "id,kind,day,time,x,y,pumps,minutes\n"
MAPPING = """
[records]
identifier = "id"
[period]
first = 2023-01-01
last = 2023-12-31
[time]
date = "day"
date_format = "dd/mm/yyyy"
time = "time"
[[kinds]]
leave_out = "exercise"
when = { kind = "exercise*" }
[[kinds]]
type = "dwelling_fire"
when = { kind = "House (any)" }
[[place]]
easting = "x"
northing = "y"
[attendance]
pumps = "pumps"
[scene]
minutes = "minutes"
[fit]
others = "keep"
"""
GOOD = "1,house (ANY) ,14/02/2023,13:45:00,570000,206000,2,45\n"


def mapping() -> Mapping:
    return parse_mapping(MAPPING, "mapping.toml")


def rejected_of(tmp_path: Path, rows: str) -> tuple[int, list[tuple[int, str, str]]]:
    path = tmp_path / "records.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    records, rejected = clean(read_table(path, mapping().records), mapping())
    return len(records), [(each.row, each.lost, each.reason) for each in rejected]


def test_every_fault_of_a_mapping_is_told_together() -> None:
    text = """
[records]
sampling_fraction = 1.5
colour = "red"
[period]
first = 2024-01-01
last = 2023-01-01
[time]
date = "a"
timestamp = "b"
[[kinds]]
when = {}
[scene]
minutes = "m"
rounding = "sideways"
"""
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, "mapping.toml")
    told = str(caught.value)
    assert len(caught.value.faults) == 6
    for word in (
        "sampling_fraction = 1.5",
        "colour",
        "swap first and last",
        "either a date column",
        "rounding",
    ):
        assert word in told, word
    assert "mapping.toml" in told
    assert all(len(line) <= 80 for line in told.splitlines())


def test_toml_that_is_none_is_told_with_its_line() -> None:
    with pytest.raises(MappingError, match="line 1"):
        parse_mapping("[records\n", "mapping.toml")


def test_columns_and_types_that_are_not_there_are_told_with_the_nearest() -> None:
    faults = check_columns(mapping(), ["Id", "kind", "day", "x", "y", "pumps", "minutes"], "m.toml", "r.csv")
    assert [each.where for each in faults] == ["records.identifier", "time.time"]
    assert "the nearest is Id" in faults[0].remedy
    assert check_types(mapping(), ["dwelling_fire"], "m.toml", "baseline") == []
    wrong = check_types(mapping(), ["dwelling_fires"], "m.toml", "baseline")
    assert "the nearest is dwelling_fires" in wrong[0].remedy


@pytest.mark.parametrize(
    ("row", "lost", "reason"),
    [
        ("1,house (any),14/02/2023,13:45:00,570000,206000,2,45", "row", "duplicate"),
        ("2,Barn,14/02/2023,13:45:00,570000,206000,2,45", "row", "kind: no rule fits"),
        ("2,House,14/02/2023,13:45:00,570000,206000,2,45", "row", "kind: no rule fits"),
        ("2,Exercise 7,14/02/2023,13:45:00,570000,206000,2,45", "row", "kind: left out, exercise"),
        ("2,House (any),30/02/2023,13:45:00,570000,206000,2,45", "row", "day: not of the form dd/mm/yyyy"),
        ("2,House (any),NULL,13:45:00,570000,206000,2,45", "row", "day: missing"),
        ("2,House (any),14/02/2024,13:45:00,570000,206000,2,45", "row", "day: outside the period"),
        ("2,House (any),14/02/2023,13:45:00,570000,206000,2", "row", "wrong number of fields"),
        ("2,House (any),14/02/2023,25:10:00,570000,206000,2,45", "time", "time: impossible time of day"),
        (
            "2,House (any),14/02/2023,13:45:00,5700000,206000,2,45",
            "place",
            "place: no position in Great Britain",
        ),
        ("2,House (any),14/02/2023,13:45:00,east,206000,2,45", "place", "place: not a pair of numbers"),
        (
            "2,House (any),14/02/2023,13:45:00,570000,206000,900,45",
            "pumps",
            "pumps: impossible, not within 1 to 60",
        ),
        ("2,House (any),14/02/2023,13:45:00,570000,206000,two,45", "pumps", "pumps: not a number"),
        (
            "2,House (any),14/02/2023,13:45:00,570000,206000,2,-5",
            "scene",
            "scene: impossible, not within 0 to 20160",
        ),
    ],
)
def test_what_cannot_be_used_is_listed_with_its_reason(
    tmp_path: Path, row: str, lost: str, reason: str
) -> None:
    used, rejected = rejected_of(tmp_path, GOOD + row + "\n")
    assert rejected == [(3, lost, reason)]
    assert used == (1 if lost == "row" else 2)


def test_null_values_are_missing_and_no_faults(tmp_path: Path) -> None:
    used, rejected = rejected_of(tmp_path, GOOD + "2,House (any),14/02/2023,NULL,NA,,NULL,\n")
    assert (used, rejected) == (2, [])


def test_a_later_place_is_tried_where_an_earlier_is_null(tmp_path: Path) -> None:
    text = MAPPING.replace('[[place]]\neasting = "x"\nnorthing = "y"', '[[place]]\nlat = "lat"\nlon = "lon"\n'
                           '[[place]]\neasting = "x"\nnorthing = "y"')  # fmt: skip
    path = tmp_path / "records.csv"
    path.write_text(
        "id,kind,day,time,x,y,pumps,minutes,lat,lon\n"
        "1,House (any),14/02/2023,13:45:00,570000,206000,2,45,51.8890,0.9021\n"
        "2,House (any),14/02/2023,13:45:00,570000,206000,2,45,0.0,0.0\n"
        "3,House (any),14/02/2023,13:45:00,570000,206000,2,45,,\n",
        encoding="utf-8",
    )
    found = parse_mapping(text, "m")
    records, rejected = clean(read_table(path, found.records), found)
    assert rejected == ()
    assert records.easting_m[0] == pytest.approx(599_800, abs=500)  # Colchester
    assert records.easting_m[1:].tolist() == [570_000.0, 570_000.0]


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["fit-demand", *arguments])
    code = ended.value.code
    return (code if isinstance(code, int) else 0), " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "the file is empty"),
        (HEADER.encode(), "no rows that can be read"),
        (b"id,id,kind\n1,1,x\n", "names a column twice: id"),
        (HEADER.encode() + b"1,H\xf6he,,,,,,\n", 'say records.encoding, for instance "windows-1252"'),
        (HEADER.encode() + b"1,Barn,14/02/2023,13:45:00,1,1,1,1\n", "no row can be used"),
        (b"id,kind\n1,x\n", "6 faults in the records or their mapping"),
    ],
)
def test_records_that_cannot_be_used_end_in_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, word: str
) -> None:
    records, file = tmp_path / "records.csv", tmp_path / "mapping.toml"
    records.write_bytes(content)
    file.write_text(MAPPING, encoding="utf-8")
    out = tmp_path / "out"
    status, told = run(
        [str(records), "--mapping", str(file), "--scenario", "uncalibrated", "--out", str(out)], capsys
    )
    assert (status, word in told) == (2, True), told
    assert not out.exists()


def test_a_folder_of_somebody_elses_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records, file, out = tmp_path / "records.csv", tmp_path / "mapping.toml", tmp_path / "mine"
    records.write_text(HEADER + GOOD, encoding="utf-8")
    file.write_text(MAPPING, encoding="utf-8")
    out.mkdir()
    (out / "letter.txt").write_text("dear", encoding="utf-8")
    status, told = run(
        [str(records), "--mapping", str(file), "--scenario", "uncalibrated", "--out", str(out)], capsys
    )
    assert (status, "is not empty and holds no fit" in told) == (2, True)
    assert [path.name for path in out.iterdir()] == ["letter.txt"]


def test_the_list_of_rejected_rows_has_every_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records, file, out = tmp_path / "records.csv", tmp_path / "mapping.toml", tmp_path / "out"
    rows = "".join(GOOD.replace("1,", f"{i},", 1) for i in range(2, 42))
    bad = "50,Barn,14/02/2023,13:45:00,570000,206000,2,45\n51,House (any),14/02/2023,77:00:00,570000,206000,2,45\n"
    records.write_text(HEADER + GOOD + rows + bad, encoding="utf-8")
    file.write_text(MAPPING, encoding="utf-8")
    status, told = run(
        [str(records), "--mapping", str(file), "--scenario", "uncalibrated", "--out", str(out)], capsys
    )
    assert (status, told) == (0, "")
    with (out / "rejected.csv").open(encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert Counter(row["lost"] for row in listed) == {"row": 1, "time": 1}
    assert [row["row"] for row in listed] == ["43", "44"]
    report = (out / "report.md").read_text(encoding="utf-8")
    assert "kind: no rule fits" in report
    assert "43 rows; 42 used, 1 rejected; 1 single values rejected" in report
