"""Every table of a service, spoilt in every way: refused with a message that names it, never a crash or a hang."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from geo.errors import GeoDataError
from scenarios.building.world import build_world
from scenarios.loading.costs import costs_of
from scenarios.loading.datasets import DATA
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario
from scenarios.uncertainty.ranges import load_ranges

ESSEX = DATA / "essex"
KINDS = ("missing", "folder", "loop", "fifo", "header", "empty", "long", "quote", "binary", "nul")
MAY_LACK = {
    "costs.csv",
    "neighbour_appliances.csv",
    "neighbour_stations.csv",
    "on_call_hours.csv",
    "police_abstractions.csv",
    "police_centres.csv",
    "police_facilities.csv",
    "police_fire_attendance.csv",
    "police_regrading.csv",
    "standards.csv",
    "standards_police.csv",
}
"""Tables that may lack, or hold nothing; what others say of their entries is told then."""
OTHERS = {path.name for path in ESSEX.glob("posterior_*.csv")} | {"ranges_police.csv"}
"""Read by the commands that need them: tests/experiments/commands/test_spoilt_files.py."""


def spoil(path: Path, kind: str) -> None:
    text = path.read_text(encoding="utf-8")
    header = text.splitlines()[0]
    more = header.count(",") * ","
    contents = {
        "header": header + "\n",
        "empty": "",
        "long": f"{text}{'x' * 200_000}{more}\n",
        "quote": f'{text}"open{more}\n',
        "nul": f"{text}\0{more}\n",
    }
    path.unlink()
    if kind in contents:
        path.write_text(contents[kind], encoding="utf-8")
    elif kind == "binary":
        path.write_bytes(b"\xff\xfe\x00\x01" * 100)
    elif kind != "missing":
        {"folder": path.mkdir, "fifo": lambda: os.mkfifo(path), "loop": lambda: path.symlink_to(path.name)}[
            kind
        ]()


def cases() -> list[tuple[str, str]]:
    """Every table with four of the kinds, so that every kind comes often."""
    tables = sorted(path.name for path in ESSEX.glob("*.csv") if path.name not in OTHERS)
    found = []
    for place, table in enumerate(tables):
        kinds = [kind for kind in KINDS if not (kind in ("missing", "header") and table in MAY_LACK)]
        found += [(table, kinds[(place + step) % len(kinds)]) for step in range(0, len(kinds), 3)]
    return found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spoilt")
    shutil.copytree(ESSEX, folder / "service")
    text = 'extends = "joint"\n[geography]\ntables = "service"\ncell_size_m = 5000.0\n[calendar]\ndays = 1\n'
    (folder / "joint.toml").write_text(text, encoding="utf-8")
    return folder


def read_all(file: Path, table: str) -> None:
    scenario = load_scenario(file)
    if table == "costs.csv":
        costs_of(scenario)
    elif table == "ranges.csv":
        load_ranges(scenario.model_copy(update={"service": "fire"}))
    else:
        build_world(scenario)


@pytest.mark.parametrize(("table", "kind"), cases())
def test_a_spoilt_table_is_named(service: Path, table: str, kind: str) -> None:
    path = service / "service" / table
    spoil(path, kind)
    try:
        with pytest.raises((ScenarioError, GeoDataError)) as caught:
            read_all(service / "joint.toml", table)
        assert table in str(caught.value)
    finally:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        shutil.copy(ESSEX / table, path)


@pytest.mark.parametrize("table", sorted(MAY_LACK - {"neighbour_stations.csv", "police_facilities.csv"}))
def test_a_table_that_may_lack_may_be_empty(service: Path, table: str) -> None:
    path = service / "service" / table
    spoil(path, "header")
    try:
        scenario = load_scenario(service / "joint.toml")
        assert scenario.name == "joint"
    except ScenarioError as error:  # what the fitted overlay says of its entries
        assert "fitted_" in str(error)  # noqa: PT017
    finally:
        shutil.copy(ESSEX / table, path)


def test_nobody_anywhere_is_told(service: Path) -> None:
    path = service / "service" / "settlements.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("population")
    empty = [lines[0]]
    for line in lines[1:]:
        cells = line.split(",")
        cells[column] = "0"
        empty.append(",".join(cells))
    path.write_text("\n".join(empty) + "\n", encoding="utf-8")
    try:
        with pytest.raises((ScenarioError, GeoDataError)) as caught:
            build_world(load_scenario(service / "joint.toml"))
        assert "settlements.csv" in str(caught.value)
    finally:
        shutil.copy(ESSEX / "settlements.csv", path)
