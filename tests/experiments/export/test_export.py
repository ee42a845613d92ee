"""What is taken away of a run is what its log says, in words, and opens in what it is written for."""

from __future__ import annotations

import gc
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest

from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.store import SCENARIO_FILE
from experiments.export.study import Settings, export
from experiments.new_service.write import write_service
from experiments.run.settings import Settings as RunSettings
from experiments.run.study import run_loaded
from experiments.run.trace import read_replication


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("run")
    scenario = model.load(str(write_service("northshire", place / "service")))
    short = scenario.model_copy(update={"calendar": scenario.calendar.model_copy(update={"days": 20})})
    run_loaded(short, RunSettings(out=place / "out", replications=1))
    return place / "out"


def test_a_geopackage_has_every_table_and_the_shapes_of_places(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "run.gpkg"
    told = dict(export(Settings(run, gpkg=file, routes=True))[2])
    _, log = read_replication(run, 0)
    layers = {name for name, _ in pyogrio.list_layers(file)}
    assert {"incidents", "responses", "areas", "stations", "routes", "codes"} <= layers
    incidents = geopandas.read_file(file, layer="incidents")
    assert len(incidents) == told["incidents"] == len(log.incidents["key"])
    assert incidents.crs.to_epsg() == 27700
    assert np.allclose(incidents.geometry.x, incidents["easting_m"])
    areas = geopandas.read_file(file, layer="areas")
    assert areas["incidents_attended"].sum() == (~np.isnan(log.incidents["first_pump_min"])).sum()
    assert areas.geometry.area.median() == pytest.approx(1_000_000.0)
    routes = geopandas.read_file(file, layer="routes")
    lines = routes.geometry.to_numpy()
    at = incidents.set_index("incident")[["easting_m", "northing_m"]].to_numpy()
    place = dict(zip(incidents["incident"], at, strict=True))
    for incident, line in zip(routes["incident"], lines, strict=True):
        assert line.coords[-1] == pytest.approx(tuple(place[incident]))


def test_a_workbook_says_what_the_csv_files_say(run: Path, tmp_path: Path) -> None:
    export(Settings(run, xlsx=tmp_path / "run.xlsx"))
    export(Settings(run, csv=tmp_path / "csv"))
    book = openpyxl.load_workbook(tmp_path / "run.xlsx", read_only=True)
    for path in (tmp_path / "csv").glob("*.csv"):
        table = pd.read_csv(path)
        rows = list(book[path.stem].iter_rows(values_only=True))
        assert list(rows[0]) == list(table.columns)
        assert len(rows) == len(table) + 1
    incidents = pd.read_csv(tmp_path / "csv" / "incidents.csv")
    assert {"type", "district", "first_station", "easting_m", "call_answered_local"} <= set(incidents.columns)
    assert not incidents["type"].str.fullmatch(r"\d+").any()


def test_every_code_of_the_log_has_a_word(run: Path, tmp_path: Path) -> None:
    export(Settings(run, csv=tmp_path / "csv"))
    codes = pd.read_csv(tmp_path / "csv" / "codes.csv")
    _, log = read_replication(run, 0)
    for (table, column), known in codes.groupby(["table", "column"]):
        if table == "units":
            continue
        used = set(np.unique(log.table(str(table))[str(column)]).tolist()) - {-1}
        assert used <= set(known["code"].tolist()), (table, column)


def test_faults(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="one of them"):
        export(Settings(run))
    with pytest.raises(UserError, match="one of them"):
        export(Settings(run, gpkg=tmp_path / "a.gpkg", csv=tmp_path / "b"))
    with pytest.raises(UserError, match="is a folder"):
        export(Settings(run, gpkg=tmp_path))
    with pytest.raises(UserError, match="--replication 7"):
        export(Settings(run, csv=tmp_path / "c", replication=7))
    with pytest.raises(UserError):
        export(Settings(tmp_path, csv=tmp_path / "d"))
    assert not (tmp_path / "a.gpkg").exists()
    assert (run / SCENARIO_FILE).exists()


@pytest.mark.parametrize("form", ["gpkg", "xlsx", "csv"])
def test_a_place_that_cannot_be_written_to_is_told(run: Path, tmp_path: Path, form: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"cannot write .*file.x"):
        export(Settings(run, **{form: tmp_path / "file" / "x"}))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    made = export(Settings(run, **{form: tmp_path / "new" / f"x.{form}"}))[1]
    assert [path.name for path in (tmp_path / "new").iterdir()] == [made.name]


def test_a_table_too_long_for_a_sheet_leaves_nothing(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = dict(export(Settings(run, csv=tmp_path / "csv"))[2])
    assert tables["responses"] > tables["incidents"]
    monkeypatch.setattr("experiments.export.write.MOST_ROWS", tables["incidents"])
    complaints: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", complaints.append)
    with pytest.raises(UserError, match="more than a sheet holds"):
        export(Settings(run, xlsx=tmp_path / "x.xlsx"))
    gc.collect()
    assert not complaints
    assert [path.name for path in tmp_path.iterdir()] == ["csv"]
