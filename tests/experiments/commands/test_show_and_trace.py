"""What a planner asks of a finished run: by two things at once, as CSV and JSON, which were missed, where and when."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from experiments.commands.cli import main


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shown") / "run"
    with pytest.raises(SystemExit) as ended:
        main(["run", "--days", "21", "--replications", "2", "--out", str(folder), "--format", "json"])
    assert not ended.value.code
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_two_breakdowns_together(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = said(capsys, "show", str(run_folder), "--by", "district,weekday")
    assert status == 0
    assert "Basildon" in out
    assert "monday" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("by", [None, "weekday", "station,hour", "crewing", "availability_by_station"])
def test_csv_and_json_hold_the_same(
    run_folder: Path, capsys: pytest.CaptureFixture[str], by: str | None
) -> None:
    more = [] if by is None else ["--by", by]
    _, as_csv, _ = said(capsys, "show", "--run", str(run_folder), *more, "--format", "csv")
    _, as_json, _ = said(capsys, "show", "--run", str(run_folder), *more, "--format", "json")
    rows = list(csv.DictReader(io.StringIO(as_csv)))
    document = json.loads(as_json)
    told = document["measures"] if by is None else document["rows"]
    assert len(rows) == len(told) > 0
    for name, value in told[0].items():
        if isinstance(value, float) and name in rows[0]:
            assert float(rows[0][name]) == pytest.approx(value)


@pytest.mark.parametrize(
    "by", ["planet", "station,planet", "station,station", "hour,", "type,hour,month,station"]
)
@pytest.mark.parametrize("command", ["run", "show"])
def test_what_cannot_be_broken_down_is_told_before_anything_is_simulated(
    tmp_path: Path, run_folder: Path, capsys: pytest.CaptureFixture[str], by: str, command: str
) -> None:
    out = tmp_path / "out"
    where = ["--out", str(out)] if command == "run" else ["--run", str(run_folder)]
    status, printed, err = said(capsys, command, *where, "--by", by)
    assert (status, printed) == (2, "")
    assert by in err
    assert not out.exists()


def test_the_list_of_misses_says_where_and_when(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, table, _ = said(capsys, "trace", "--run", str(run_folder), "--missed", "--most", "5")
    assert "Near" in table
    assert "Apr 2020" in table
    _, text, _ = said(capsys, "trace", "--run", str(run_folder), "--missed", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) > 20
    for row in rows:
        assert row["called_local"].startswith("2020-04")
        assert row["district"]
        assert row["why_missed"]
    times = [float(row["first_arrival_s"] or "inf") for row in rows]
    assert times == sorted(times, reverse=True)
    assert min(times) > 900.0


def test_one_incident_as_a_document(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = said(capsys, "trace", "--run", str(run_folder), "worst", "--format", "json")
    document = json.loads(text)
    assert document["police"] is None
    assert document["fire"]["sent"][0]["reason"] == "quickest"
    status, _, err = said(capsys, "trace", "--run", str(run_folder), "worst", "--format", "csv")
    assert (status, "--list" in err) == (2, True)


def test_incidents_are_found_by_number_name_and_key(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def traced(text: str) -> tuple[int, str, str]:
        return said(capsys, "trace", "--run", str(run_folder), text)

    first = traced("3")[1]
    name = first.splitlines()[0].split(": ")[1]
    log = pq.read_table(run_folder / "replications/0000/incidents.parquet")
    assert traced(name)[1] == traced(str(log["key"][3].as_py()))[1] == first
    status, _, err = traced("no_such_thing-0000-00")
    assert (status, "no incident" in err) == (2, True)


def test_a_run_is_named_once(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = said(capsys, "show", str(run_folder), "--run", str(run_folder))
    assert (status, "once" in err) == (2, True)


@pytest.mark.parametrize(
    "command", ["run", "compare", "what-if", "ladder", "sensitivity", "validate", "calibrate"]
)
def test_every_study_takes_years_or_days(capsys: pytest.CaptureFixture[str], command: str) -> None:
    words = {"compare": ["baseline", "joint"], "what-if": ["--close", "E44"]}.get(command, [])
    status, _, err = said(capsys, command, *words, "--years", "1", "--days", "3")
    assert (status, "exclude each other" in err) == (2, True)


def test_the_list_of_scenarios_by_service(capsys: pytest.CaptureFixture[str]) -> None:
    _, every, _ = said(capsys, "scenario", "list", "--format", "json")
    _, police, _ = said(capsys, "scenario", "list", "--service", "police", "--format", "json")
    names = {row["name"]: row["service"] for row in json.loads(every)["scenarios"]}
    assert names["joint"] == "joint"
    assert {row["name"] for row in json.loads(police)["scenarios"]} == {
        name for name, service in names.items() if service == "police"
    }
    _, table, _ = said(capsys, "scenario", "list")
    assert all(f"{name} " in table for name in names)


def test_no_line_of_help_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "--help")
    assert "..." not in out.split("Commands:")[1]


def test_a_shell_completes_the_names_of_scenarios() -> None:
    from experiments.commands.options import completed_scenarios

    assert completed_scenarios("police-u") == ["police-units-minus-10", "police-units-plus-10"]
