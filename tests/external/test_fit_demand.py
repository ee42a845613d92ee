"""Open incident records through ``turnout fit-demand``, against figures that pandas counts from the same files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration.demand.attendance import Attendance, Makeups
from calibration.demand.fit import Fitted, TypeFit, fit_demand
from calibration.demand.places import Places
from calibration.demand.profiles import Profile
from calibration.demand.rates import Rate
from calibration.demand.read_mapping import parse_mapping
from calibration.demand.scene import Scene
from calibration.demand.table import read_table
from experiments.fit_demand.settings import Settings
from experiments.fit_demand.study import fit_records
from scenarios.loading.load import load_scenario
from tests.calibration.demand.drawn import base, essex_map

ROOT = Path(__file__).resolve().parents[2]
INCIDENTS = ROOT.parent / "shared" / "data" / "incidents"
LONDON = INCIDENTS / "lfb_incidents_sample_2023.csv"
MAPPING = ROOT / "docs" / "mappings" / "london.toml"

pytestmark = pytest.mark.skipif(not INCIDENTS.is_dir(), reason=f"incident records are not at {INCIDENTS}")

DWELLINGS_2009 = """
[records]
identifier = "IncidentNumber"
[period]
first = 2009-01-01
last = 2009-12-31
[time]
date = "DateOfCall"
date_format = "epoch_seconds"
time = "TimeOfCall"
[[kinds]]
type = "dwelling_fire"
[[place]]
easting = "Easting_m"
northing = "Northing_m"
[attendance]
pumps = "NumPumpsAttending"
second_arrival_s = "SecondPumpArriving_AttendanceTime"
"""
COLLISIONS = """
[[kinds]]
type = "road_traffic_collision"
[[place]]
lat = "lat"
lon = "lng"
"""
CRIME = """
[records]
identifier = "{identifier}"
[time]
date = "{date}"
date_format = "yyyy-mm"
[[kinds]]
type = "burglary"
report_only = true
when = {{ {kind} = "burglary" }}
[[kinds]]
type = "other_crime"
report_only = true
[[place]]
lat = "lat"
lon = "{lon}"
"""


def fit(file: str, text: str) -> Fitted:
    mapping = parse_mapping(text, "mapping.toml")
    return fit_demand(read_table(INCIDENTS / file, mapping.records), mapping, base(), essex_map())


def of_type(fitted: Fitted, key: str) -> TypeFit:
    return next(each for each in fitted.types if each.type == key)


@pytest.fixture(scope="module")
def london() -> Fitted:
    return fit(LONDON.name, MAPPING.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pd.read_csv(LONDON)


def test_london_counts_by_group_are_those_of_pandas(london: Fitted, frame: pd.DataFrame) -> None:
    assert {(each.lost, each.reason) for each in london.rejected} == {
        ("place", "place: not on the map"),
        ("place", "place: over the border"),
    }
    assert len(london.records) == len(frame)
    group = frame["IncidentGroup"].value_counts()
    types = base().incident_types
    for name, word in (
        ("Fire", "fire"),
        ("False Alarm", "false_alarm"),
        ("Special Service", "special_service"),
    ):
        assert sum(each.count for each in london.types if types[each.type].group == word) == group[name]
    assert of_type(london, "false_alarm_apparatus").count == int(
        (frame["StopCodeDescription"] == "AFA").sum()
    )
    assert of_type(london, "road_traffic_collision").count == int(
        (frame["SpecialServiceType"] == "RTC").sum()
    )
    dwelling = (frame["StopCodeDescription"] == "Primary Fire") & (frame["PropertyCategory"] == "Dwelling")
    assert of_type(london, "dwelling_fire").count == int(dwelling.sum())


def test_london_rates_are_counts_over_a_year(london: Fitted) -> None:
    for each in london.types:
        if each.count:
            assert isinstance(each.rate, Rate)
            assert each.rate.per_year == pytest.approx(each.count, rel=0.01)
            assert each.rate.low < each.count < each.rate.high


def test_london_alarms_by_hour_and_month_are_near_the_counts(london: Fitted, frame: pd.DataFrame) -> None:
    """Four thousand alarms say much of their profile themselves: none is drawn two standard errors from its count."""
    alarms = frame[frame["StopCodeDescription"] == "AFA"]
    fitted = of_type(london, "false_alarm_apparatus")
    assert isinstance(fitted.hours, Profile)
    assert isinstance(fitted.months, Profile)
    hour = alarms.groupby("HourOfCall").size().to_numpy()
    raw = hour / len(alarms) * 24
    drawn = (fitted.hours.rate * np.array([[5.0], [2.0]])).sum(axis=0) / 7
    assert np.all(np.abs(drawn - raw) < 2 * raw / np.sqrt(hour))
    month = pd.to_datetime(alarms["DateOfCall"]).dt.month.value_counts().sort_index().to_numpy()
    a_day = month / np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    a_day = a_day / a_day.mean()
    assert np.all(np.abs(fitted.months.rate[0] - a_day) < 2 * a_day / np.sqrt(month))


def test_london_attendances_and_makeups_are_those_of_pandas(london: Fitted, frame: pd.DataFrame) -> None:
    alarms = frame[frame["StopCodeDescription"] == "AFA"]
    fitted = of_type(london, "false_alarm_apparatus")
    assert isinstance(fitted.attendance, Attendance)
    assert isinstance(fitted.makeups, Makeups)
    share = alarms["NumPumpsAttending"].value_counts(normalize=True)
    for size in fitted.attendance.sizes[:5]:
        assert size.share == pytest.approx(share[float(size.pumps)], abs=1e-9)
    both = alarms[alarms["NumPumpsAttending"].notna()]
    more = both["PumpCount"] > both["NumPumpsAttending"]
    assert (fitted.makeups.count, fitted.makeups.made_up) == (len(both), int(more.sum()))


def test_london_pump_minutes_are_held_to_account_by_their_limit(london: Fitted, frame: pd.DataFrame) -> None:
    """The report's shares over an hour are the file's, and the fit's those of its lognormal."""
    alarms = frame[(frame["StopCodeDescription"] == "AFA") & (frame["PumpCount"] == 1)]
    fitted = of_type(london, "false_alarm_apparatus")
    assert isinstance(fitted.scene, Scene)
    assert fitted.scene.limited == int(
        (frame[frame["StopCodeDescription"] == "AFA"]["PumpMinutesRounded"] <= 60).sum()
    )
    assert 5 < fitted.scene.median_min < 30
    one = fitted.scene.over[0]
    assert (one.pumps, one.count, one.limit_min) == (1, len(alarms), 60.0)
    assert one.share == pytest.approx(float((alarms["PumpMinutesRounded"] > 60).mean()))
    from scipy.stats import norm

    assert one.expected == pytest.approx(
        float(norm.sf(np.log(60 / fitted.scene.median_min) / fitted.scene.sigma))
    )
    entry = of_type(london, "gaining_entry")
    assert isinstance(entry.scene, Scene)
    assert entry.scene.over[0].expected == pytest.approx(entry.scene.over[0].share, abs=0.02)


def test_london_leaves_essex_weights_alone(london: Fitted) -> None:
    inside = 0
    for each in london.types:
        assert isinstance(each.places, str)
        inside += each.where.get("inside", 0)
    assert inside == len(london.records) - len(london.rejected) < 30
    assert of_type(london, "dwelling_fire").places == "no row inside the map"


def test_london_overlay_loads_and_keeps_what_was_not_fitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.fit_demand.pictures.draw_pictures", lambda *_: [])  # seconds each
    text = MAPPING.read_text(encoding="utf-8").replace("sampling_fraction = 1.0", "sampling_fraction = 0.08")
    file = tmp_path / "london.toml"
    file.write_text(text, encoding="utf-8")
    fit_records(Settings(LONDON, file, "uncalibrated", tmp_path / "fit"))
    made, before = load_scenario(tmp_path / "fit" / "overlay.toml"), load_scenario("uncalibrated")
    assert made.incident_types["dwelling_fire"].per_year == pytest.approx(381 / 0.08, rel=0.01)
    assert "10,000" not in made.incident_types["dwelling_fire"].source
    assert "381 rows, 2023-01-01 to 2023-12-31" in made.incident_types["dwelling_fire"].source
    for key, each in before.incident_types.items():
        assert made.incident_types[key].weights == each.weights
    chimney = made.incident_types[
        "chimney_fire"
    ]  # no row of it, and the mapping says that London's file holds all
    assert (chimney.per_year, chimney.attendance) == (0.0, before.incident_types["chimney_fire"].attendance)
    assert made.stations == before.stations
    content = tomllib.loads((tmp_path / "fit" / "overlay.toml").read_text(encoding="utf-8"))
    assert content["extends"] == "uncalibrated"
    first = {path.name: path.read_bytes() for path in (tmp_path / "fit").iterdir()}
    fit_records(Settings(LONDON, file, "uncalibrated", tmp_path / "fit"))
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "fit").iterdir()}


def test_dwelling_fires_of_2009_by_epoch_seconds() -> None:
    fitted = fit("lfb_dwelling_fires_2009.csv", DWELLINGS_2009)
    frame = pd.read_csv(INCIDENTS / "lfb_dwelling_fires_2009.csv")
    (each,) = fitted.types
    assert isinstance(each.rate, Rate)
    assert each.rate.count == len(frame)
    assert isinstance(each.months, Profile)
    day = pd.to_datetime(frame["DateOfCall"], unit="s")
    assert int((day.dt.year == 2009).sum()) == len(frame)
    a_day = day.dt.month.value_counts().sort_index().to_numpy() / np.array(
        [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    )
    assert each.months.rate[0] == pytest.approx(a_day / a_day.mean(), abs=0.08)
    assert each.second_arrival is not None
    second = pd.to_numeric(frame["SecondPumpArriving_AttendanceTime"], errors="coerce").dropna()
    assert (each.second_arrival.count, each.second_arrival.mean_s) == (
        len(second),
        pytest.approx(second.mean()),
    )
    assert each.makeups == "the records do not tell the first attendance apart from all pumps"


def test_positions_alone_give_weights_alone() -> None:
    fitted = fit("essex_road_collisions_points.csv", COLLISIONS)
    (each,) = fitted.types
    assert isinstance(each.places, Places)
    assert each.count == len(pd.read_csv(INCIDENTS / "essex_road_collisions_points.csv"))
    assert each.where["inside"] > 0.99 * each.count
    assert each.places.mixture.share.sum() == pytest.approx(1.0)
    assert each.places.mixture.low[2] > 0.1  # collisions keep to main roads more than people do
    for part in (each.rate, each.hours, each.months, each.scene, each.attendance, each.makeups):
        assert isinstance(part, str)


@pytest.mark.parametrize(
    ("file", "words", "years"),
    [
        (
            "essex_street_crime_2015-01.csv",
            {"identifier": "crime_id", "date": "month", "kind": "crime_type", "lon": "lon"},
            31 / 365,
        ),
        (
            "colchester_street_crime_2023.csv",
            {"identifier": "id", "date": "date", "kind": "category", "lon": "long"},
            1.0,
        ),
    ],
)
def test_street_crime_gives_rates_and_places_for_the_report(
    file: str, words: dict[str, str], years: float
) -> None:
    fitted = fit(file, CRIME.format(**words))
    frame = pd.read_csv(INCIDENTS / file)
    burglary = of_type(fitted, "burglary")
    count = int((frame[words["kind"]].str.lower() == "burglary").sum())
    assert isinstance(burglary.rate, Rate)
    assert (burglary.rate.count, burglary.rate.per_year) == (count, pytest.approx(count / years, rel=0.001))
    assert isinstance(burglary.places, Places)
    assert isinstance(burglary.months, Profile) == (years == 1.0)
    assert isinstance(burglary.hours, str)
    noted = any("seem" in note or "No record lies in" in note for note in fitted.notes)
    assert noted == (years == 1.0)  # Colchester's file covers one district, and the fit says so
