"""A service of one's own from the skeleton: made, run, compared, fitted, with nothing of the embedded service in it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from experiments.commands.cli import main
from experiments.errors import UserError
from experiments.new_service.write import SKELETON, write_service
from scenarios.building.world import build_world
from scenarios.loading.datasets import DATA, default_of, embedded, is_embedded
from scenarios.loading.load import check_scenario, load_scenario
from scenarios.loading.tables import TABLES
from sim.draws.replication import draw
from tests.sim.compiled.same_log import check_same

ROOT = Path(__file__).resolve().parents[3]


def names_of_embedded() -> re.Pattern[str]:
    """What gives an embedded service away: its name, its districts, its stations."""
    names = set(embedded())
    for folder in embedded():
        for file, column in (("districts.csv", "district"), ("stations.csv", "name")):
            with (DATA / folder / file).open(encoding="utf-8", newline="") as rows:
                names |= {row[column] for row in csv.DictReader(rows)}
    longest = sorted(names, key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, longest)) + r")\b", re.IGNORECASE)


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_service("northshire")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    told = capsys.readouterr()
    assert end.value.code in (0, None), told.err
    return told.out + told.err


def test_no_code_knows_the_embedded_service() -> None:
    pattern = names_of_embedded()
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for package in ("sim", "scenarios", "geo", "calibration", "experiments", "turnout")
        for path in sorted((ROOT / package).rglob("*.py"))
        if "tools" not in path.parts  # makers of its tables
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_the_skeleton_has_no_faults_and_both_engines_play_it(scenario: Path) -> None:
    assert check_scenario(scenario) == []
    loaded = load_scenario(scenario)
    assert not is_embedded(loaded)
    assert loaded.gauge.hours == ()
    world = build_world(loaded, cache_dir=scenario.parent / "cache")
    log = check_same(world, draw(world, 1, 0))
    assert len(log.incidents["key"]) > 200


def test_every_table_and_column_is_explained(scenario: Path) -> None:
    text = (scenario.parent / "README.md").read_text(encoding="utf-8")
    fire = {table.file for table in TABLES if table.service == "fire"}
    listed = set(re.findall(r"^\| `([a-z_]+\.[a-z]+)` \|", text, re.MULTILINE))
    assert fire <= listed
    for path in (SKELETON / "tables").glob("*.csv"):
        section = text.partition(f"## {path.name}\n")[2].partition("\n## ")[0]
        with path.open(encoding="utf-8", newline="") as rows:
            for column in next(csv.reader(rows)):
                assert re.search(rf"\b{re.escape(column)}\b", section), f"{path.name}: {column}"
    assert (ROOT / "docs" / "own_service.md").read_text(encoding="utf-8").count("| `") >= len(listed)


def test_run_and_compare_tell_nothing_of_the_embedded_service(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(capsys, "run", str(scenario), "--days", "30", "--replications", "2", "--engine", "compiled")
    said += run(
        capsys,
        "run",
        str(scenario),
        "--days",
        "30",
        "--replications",
        "2",
        "--format",
        "json",
        "--engine",
        "compiled",
    )
    option = scenario.parent / "option.toml"
    option.write_text(f'extends = "{scenario.name}"\n[appliances.S1P2]\nremoved = true\n', encoding="utf-8")
    said += run(capsys, "compare", str(scenario), str(option), "--days", "30", "--replications", "2")
    said += run(capsys, "assumptions", str(scenario))
    assert names_of_embedded().findall(said) == []
    assert "86.0%" in said  # what it reported of itself
    assert "gauge" not in said.partition('"measures"')[0]


def test_it_is_fitted_to_its_own_figures_only(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parameters = scenario.parent / "tables" / "parameters_fire.csv"
    parameters.write_text(
        "key,paths,acts,low,high,transform,prior_centre,prior_sd,unit,higher,lower,meaning,source,confidence\n"
        "speed,travel.speed_factor,value,0.7,1.4,log,1.0,0.15,factor,quicker,slower,speeds,invented,assumption\n",
        encoding="utf-8",
    )
    said = run(
        capsys, "calibrate", "--scenario", str(scenario), "--points", "8", "--waves", "1", "--replications", "1",
        "--days", "60", "--out", "fit",
    )  # fmt: skip
    assert names_of_embedded().findall(said) == []
    assert "fire.all.within_15" in (Path("fit") / "report.md").read_text(encoding="utf-8")
    (scenario.parent / "tables" / "reported_fire.csv").unlink()
    with pytest.raises(SystemExit) as end:
        main(["calibrate", "--scenario", str(scenario), "--points", "8"])
    assert end.value.code == 2
    assert "do not say what the service reported" in " ".join(capsys.readouterr().err.split())


def test_its_own_settings_are_data_and_checked(scenario: Path) -> None:
    settings = scenario.parent / "tables" / "service.toml"
    settings.write_text('[gauge]\nhours = [9]\ntarget = 3\n[cover]\npolicy = "people"\n', encoding="utf-8")
    loaded = load_scenario(scenario)
    assert (loaded.gauge.hours, loaded.gauge.target, loaded.cover.policy) == ((9,), 3, "people")
    settings.write_text('[gauge]\nhours = [29]\n[covr]\npolicy = "people"\n', encoding="utf-8")
    told = "\n".join(str(fault) for fault in check_scenario(scenario))
    assert "service.toml" in told
    assert "covr" in told
    settings.write_text('extends = "baseline"\n', encoding="utf-8")
    assert "does not belong here" in "\n".join(str(fault) for fault in check_scenario(scenario))
    settings.write_text("[gauge\n", encoding="utf-8")
    assert "not TOML" in "\n".join(str(fault) for fault in check_scenario(scenario))


def test_types_are_known_by_what_they_are_not_by_their_names(scenario: Path) -> None:
    loaded = load_scenario(scenario)
    assert [key for key, each in loaded.incident_types.items() if each.automatic_alarm] == ["alarm"]
    world = build_world(loaded, cache_dir=scenario.parent / "cache")
    assert world.demand.property_fire.tolist() == [True, False, False, False, False, False]


@pytest.mark.parametrize("name", ["", "North Shire", "../up", "a/b", "-x"])
def test_names_that_are_none(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no name"):
        write_service(name, tmp_path / "x")


def test_nothing_is_overwritten(scenario: Path) -> None:
    with pytest.raises(UserError, match="is there already"):
        write_service("northshire")


def test_a_damaged_table_of_figures_is_told(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (scenario.parent / "tables" / "reported_fire.csv").write_text("measure,value\nx,y\n", encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        main(["run", str(scenario), "--days", "5", "--replications", "1"])
    assert end.value.code == 2
    assert "reported_fire.csv" in capsys.readouterr().err
    assert not list(Path("runs").glob("*")) if Path("runs").exists() else True


def test_the_default_of_validate_is_the_embedded_services() -> None:
    assert default_of("validate") in {path.stem for path in (ROOT / "scenarios" / "library").glob("*.toml")}
    assert default_of("no such command") == "baseline"
    assert json.dumps(embedded())
