"""The ladder from the runs to the files: the same on any number of processes, and messages for what cannot be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.commands.cli import main
from experiments.errors import UserError
from experiments.execution.progress import silent
from experiments.execution.tasks import StudyFolder
from experiments.ladder.result import Found
from experiments.ladder.runs import Ladder
from experiments.ladder.settings import Settings
from experiments.ladder.study import checked_rungs, climb_ladder
from experiments.ladder.text import print_ladder
from experiments.ladder.write import ladder_document, write_ladder
from experiments.presentation.terminal import console
from sim.world.fire import World
from tests.sim.worlds import Kind, Station, tiny_world

SETTINGS = Settings(orders=2, replications=3, days=6)
RUNGS = (4, 3, 2)


def small() -> World:
    """Four stations with one pump each; what happens, happens near the first two. S3 is an hour away."""
    stations = [
        Station(node=0),
        Station(node=2, crewing="on_call"),
        Station(node=4, crewing="on_call"),
        Station(node=9, crewing="on_call"),
    ]
    kinds = [Kind(per_year=600.0, cell_share=[0.6, 0.0, 0.4, *[0.0] * 7], scene_median_min=10.0)]
    return tiny_world(stations=stations, kinds=kinds, columns=10, spacing_m=7000.0, days=6)


def climbed(path: Path, **changes: object) -> Found:
    settings = replace(SETTINGS, **changes)
    folder = StudyFolder(path)
    folder.make({"study": "ladder"})
    found = climb_ladder(Ladder(small(), (), 1, folder), settings, RUNGS, silent, name="small", title="Small")
    write_ladder(found)
    return found


def results(folder: Path) -> dict[str, bytes]:
    return {
        each.relative_to(folder).as_posix(): each.read_bytes().replace(str(folder).encode(), b"")
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }


def test_the_top_rung_is_the_whole_fleet_and_lower_ones_fall(tmp_path: Path) -> None:
    found = climbed(tmp_path)
    for by in SETTINGS.by:
        rungs = [rung for rung in found.rungs if rung.by == by]
        assert [rung.pumps for rung in rungs] == [4, 3, 2]
        assert rungs[0].changes["fire.all.within_15"].value == 0.0
        assert rungs[0].changes["fire.all.within_15"].half_width == 0.0
        assert rungs[-1].on_the_run.value < rungs[0].on_the_run.value
        shares = [rung.values["fire.all.within_15"].value for rung in rungs]
        assert shares == sorted(shares, reverse=True)


def test_a_pump_taken_always_is_off_the_run_always(tmp_path: Path) -> None:
    found = climbed(tmp_path, by=("farthest",))
    assert [rung.on_the_run.value for rung in found.rungs] == pytest.approx([4.0, 3.0, 2.0])


def test_the_pump_that_does_the_work_is_worth_most_and_the_idle_one_exactly_nothing(tmp_path: Path) -> None:
    found = climbed(tmp_path)
    assert found.pumps[0].pump == "S0P1"
    assert found.pumps[0].within["day"].low > 0.2
    idle = next(each for each in found.pumps if each.pump == "S3P1")
    for time in idle.within:
        assert (idle.within[time].value, idle.within[time].low, idle.within[time].high) == (0.0, 0.0, 0.0)
        assert idle.plt_s[time].value == 0.0
        assert idle.a_year[time].value == 0.0


def test_workers_and_resuming_change_no_byte(tmp_path: Path) -> None:
    climbed(tmp_path / "one")
    climbed(tmp_path / "two", workers=2)
    one = results(tmp_path / "one")
    assert {"ladder.json", "rungs.csv", "pumps.csv", "study.json"} <= set(one)
    assert results(tmp_path / "two") == one
    for path in sorted((tmp_path / "two" / "points").iterdir())[::3]:
        path.unlink()
    climbed(tmp_path / "two")
    assert results(tmp_path / "two") == one


def test_more_replications_go_on_in_the_same_folder(tmp_path: Path) -> None:
    few = climbed(tmp_path, replications=2)
    points = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "points").iterdir()}
    many = climbed(tmp_path, replications=3)
    assert many.runs == few.runs * 3 // 2
    assert all((tmp_path / "points" / name).stat().st_mtime_ns == when for name, when in points.items())


def test_the_tables_fit_80_columns_and_the_document_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    found = climbed(tmp_path)
    print_ladder(found, console())
    lines = capsys.readouterr().out.replace(str(tmp_path), "").splitlines()
    assert max(map(len, lines)) <= 80
    assert any("Farthest from demand first" in line for line in lines)
    document = json.loads(json.dumps(ladder_document(found), allow_nan=False))
    assert len(document["rungs"]) == 9
    assert set(document["pumps"][0]["lost_without_it"]) == {"day", "night", "morning", "afternoon", "evening"}


def test_the_usual_rungs_of_essex() -> None:
    assert checked_rungs(Settings(), 66, 44) == (66, 60, 56, 52, 48, 44, 40)
    assert checked_rungs(Settings(by=("random",)), 7, 3) == (7, 1)
    assert checked_rungs(Settings(rungs=(40, 66, 40)), 66, 44) == (66, 40)


@pytest.mark.parametrize(
    ("rungs", "told"),
    [
        ((67,), "the fleet has 66 pumps"),
        ((0,), "from 1 to 66"),
        ((21,), "only 44 of the 66 pumps are on-call"),
    ],
)
def test_a_rung_that_cannot_be_is_refused(rungs: tuple[int, ...], told: str) -> None:
    with pytest.raises(UserError, match=told):
        checked_rungs(Settings(rungs=rungs), 66, 44)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--rungs", "99"], "the fleet has 66 pumps"),
        (["--rungs", "66,many"], '"many": not a whole number'),
        (["--by", "farthes"], "the nearest is farthest"),
        (["--by", ","], "names no order of going"),
        (["no-such-base"], "there is no scenario of this name"),
    ],
)
def test_bad_input_is_one_message_and_status_2(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["ladder", *options, "--days", "1", "--out", str(tmp_path / "l")])
    assert end.value.code == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "l").exists()
