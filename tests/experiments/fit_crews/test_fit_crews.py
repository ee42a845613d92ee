"""Fits to records that the model itself wrote find what it was told; faults are told, wrong clocks are no harm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration.crews.availability import AvailabilityFit, States
from calibration.crews.travel import TravelFit
from experiments.errors import UserError
from experiments.execution import model
from experiments.fit_crews.study import Settings, Written, availability, travel
from experiments.presentation.log_frames import responses, roster
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario
from sim.compiled.run import run as with_compiled
from sim.draws.replication import draw
from sim.log.tables import Log
from sim.world.codes import ON_THE_RUN
from sim.world.fire import World

DAYS = 168


@pytest.fixture(scope="module")
def made() -> tuple[Scenario, World, Log]:
    scenario = load_scenario("uncalibrated")
    scenario = scenario.model_copy(update={"calendar": scenario.calendar.model_copy(update={"days": DAYS})})
    world = model.build(scenario)
    return scenario, world, with_compiled(world, draw(world, 3, 0), seed=3, replication=0)


@pytest.fixture(scope="module")
def spans(made: tuple[Scenario, World, Log], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """When each own pump was on the run, as a booking system would tell it."""
    _, world, log = made
    changes = roster(world, log)
    end = pd.Timestamp(world.calendar.start, tz=world.calendar.timezone) + pd.Timedelta(days=DAYS)
    rows = []
    for unit, mine in changes.groupby("unit"):
        until = [*mine["from_local"].iloc[1:], end]
        for begin, stop, crewed in zip(mine["from_local"], until, mine["crewed"], strict=True):
            on = crewed in ("immediate", "on call")
            reason = "mechanical" if crewed == "mechanical" else ""
            rows.append((unit, begin.isoformat(), stop.isoformat(), "on" if on else "off", reason))
    file = tmp_path_factory.mktemp("spans") / "spans.csv"
    pd.DataFrame(rows, columns=["appliance", "from", "to", "state", "reason"]).to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def fitted(spans: Path) -> tuple[AvailabilityFit, States, Written]:
    return availability(Settings(spans, scenario="uncalibrated", out=spans.parent / "fit"))


def test_availability_comes_back(
    made: tuple[Scenario, World, Log], fitted: tuple[AvailabilityFit, States, Written]
) -> None:
    scenario, _, _ = made
    fit, states, written = fitted
    assert states.state.shape[0] > 60
    share, error = fit.on_call
    assert abs(share - scenario.on_call.availability) < 3.0 * error + 0.004  # clock changes move a few slots
    assert error < 0.02
    share, error = fit.wholetime
    assert abs(share - scenario.wholetime.availability) < 3.0 * error + 0.004
    assert fit.changeovers_per_year == pytest.approx(scenario.mechanical.changeovers_per_year, rel=0.25)
    assert fit.changeover_h[0] >= scenario.mechanical.shortest_h - 0.5
    assert fit.changeover_h[1] <= scenario.mechanical.longest_h + 0.5
    by_day = np.array([each.profile(range(5))[9:17].mean() for each in fit.stations])
    by_night = np.array([each.profile(range(5))[[0, 1, 2, 3, 22, 23]].mean() for each in fit.stations])
    assert by_night.mean() > by_day.mean()  # as the scenario has it
    option = load_scenario(written.overlay)
    assert set(option.on_call_hours) >= {each.station for each in fit.stations}
    assert "95%" in written.report


def test_a_world_of_the_fit_has_the_availability_of_the_records(
    fitted: tuple[AvailabilityFit, States, Written],
) -> None:
    fit, _, written = fitted
    option = load_scenario(written.overlay)
    option = option.model_copy(update={"calendar": option.calendar.model_copy(update={"days": 120})})
    world = model.build(option)
    found = draw(world, 11, 0).roster.mode
    for each in fit.stations[:6]:
        units = [
            i
            for i, key in enumerate(world.units.key)
            if world.sites.key[world.units.site[i]] == each.station and option.appliances[key].crewing == "on_call"
            and option.appliances[key].kind == "pump"
        ]  # fmt: skip
        share = float(np.isin(found[:, units], ON_THE_RUN).mean())
        assert abs(share - each.share) < 0.12


def test_snapshots_tell_what_spans_tell(spans: Path, tmp_path: Path) -> None:
    table = pd.read_csv(spans)
    own = load_scenario("uncalibrated").appliances
    on_call = [key for key, each in own.items() if each.crewing == "on_call" and each.kind == "pump"][:5]
    some = table[table["appliance"].isin(on_call) & (table["from"] < "2020-05-20")]
    rows = []
    for row in some.itertuples(index=False):
        begin, end = (pd.Timestamp(each).tz_convert("UTC") for each in row[1:3])
        moments = pd.date_range(begin.ceil("15min"), end, freq="15min", inclusive="left")
        rows += [(row[0], moment.isoformat(), row[3]) for moment in moments]
    few = tmp_path / "spans.csv"
    some.to_csv(few, index=False)
    file = tmp_path / "snapshots.csv"
    pd.DataFrame(rows, columns=["appliance", "time", "state"]).to_csv(file, index=False)
    one, _, _ = availability(Settings(few, scenario="uncalibrated", out=tmp_path / "one"))
    other, _, _ = availability(Settings(file, scenario="uncalibrated", out=tmp_path / "two"))
    assert other.on_call[0] == pytest.approx(one.on_call[0], abs=0.02)
    assert [each.station for each in other.stations] == [each.station for each in one.stations]


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mobilisations of a service that drives 12% quicker in towns and 10% slower in the country than the scenario."""
    scenario = load_scenario("uncalibrated")
    factors = {"urban_a": 1.12, "urban_minor": 1.12, "single_a": 0.9, "b_road": 0.9, "minor": 0.9}
    truth = scenario.model_copy(
        update={
            "travel": scenario.travel.model_copy(update={"class_factor": factors}),
            "wholetime": scenario.wholetime.model_copy(update={"turnout_night_median_s": 120.0}),
            "calendar": scenario.calendar.model_copy(update={"days": DAYS}),
        }
    )
    world = model.build(truth)
    log = with_compiled(world, draw(world, 5, 0), seed=5, replication=0)
    table = responses(world, log)
    table = table[
        (table["was"] == "home") & table["alerted_local"].notna() & (table["crewing"] != "neighbour")
    ]
    mobile = table["alerted_local"] + pd.to_timedelta(table["turnout_min"] * 60, unit="s")
    arrived = mobile + pd.to_timedelta(table["travel_min"] * 60, unit="s")
    frame = pd.DataFrame(
        {
            "appliance": table["unit"],
            "alerted": table["alerted_local"].map(lambda t: t.isoformat()),
            "mobile": mobile.map(lambda t: t.isoformat()),
            "arrived": arrived.map(lambda t: t.isoformat()),
            "easting": table["easting_m"],
            "northing": table["northing_m"],
        }
    )
    file = tmp_path_factory.mktemp("driven") / "mobilisations.csv"
    frame.to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def speeds(driven: Path) -> tuple[TravelFit, Written]:
    return travel(Settings(driven, scenario="uncalibrated", out=driven.parent / "fit"))


def test_speeds_and_turnouts_come_back(speeds: tuple[TravelFit, Written]) -> None:
    fit, written = speeds
    assert fit.journeys > 2_000
    for part, wanted in (("town", 1.12), ("country", 0.9)):
        factor, error = fit.factor[part]
        assert error < 0.03
        assert abs(factor - wanted) < 3.0 * error + 0.01, (
            part,
            factor,
            error,
        )  # the routes are those of the base
    start, error = fit.start_s
    assert abs(start) < 3.0 * error + 6.0
    by = {(each.crewing, each.part): each for each in fit.turnouts}
    assert by["wholetime", "night"].median_s == pytest.approx(
        120.0, abs=3.0 * by["wholetime", "night"].error_s + 1.0
    )
    assert by["wholetime", "day"].median_s == pytest.approx(
        70.0, abs=3.0 * by["wholetime", "day"].error_s + 1.0
    )
    fitted = load_scenario(written.overlay)
    assert fitted.travel.class_factor["urban_a"] == pytest.approx(fit.factor["town"][0], abs=1e-3)
    assert fitted.wholetime.turnout_night_median_s == pytest.approx(120.0, abs=8.0)


def test_wrong_clocks_do_little_harm(driven: Path, speeds: tuple[TravelFit, Written], tmp_path: Path) -> None:
    table = pd.read_csv(driven)
    rng = np.random.default_rng(1)
    wrong = rng.choice(len(table), len(table) // 20, replace=False)
    shifted = pd.to_datetime(table["arrived"].iloc[wrong], utc=True, format="ISO8601") + pd.to_timedelta(
        rng.choice([-3600, 3600, 900], wrong.size), unit="s"
    )
    table.loc[table.index[wrong], "arrived"] = [moment.isoformat() for moment in shifted]
    file = tmp_path / "wrong.csv"
    table.to_csv(file, index=False)
    plain, _ = speeds
    found, written = travel(Settings(file, scenario="uncalibrated", out=tmp_path / "two"))
    for part, (factor, error) in plain.factor.items():
        assert found.factor[part][0] == pytest.approx(factor, abs=3.0 * error + 0.01)
    assert "a clock is wrong" in written.report


def test_few_journeys_tell_no_speed(driven: Path, tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    pd.read_csv(driven).head(40).to_csv(file, index=False)
    fit, written = travel(Settings(file, scenario="uncalibrated", out=tmp_path / "fit"))
    assert fit.factor == {}
    assert "too few to tell speeds" in written.report


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("appliance,from,to\nX9P9,2024-01-01T00:00,2024-01-02T00:00\n", "not in the scenario"),
        ("unit,from,to\nE10P1,a,b\n", "appliance"),
        ("appliance,from,to\nE10P1,yesterday,today\n", "nothing can be used"),
        ("appliance,from,to\nE10P1,2024-01-02T00:00,2024-01-01T00:00\n", "ends before it begins"),
        ("appliance,time\nE10P1,2024-01-01T00:00\n", "state"),
        ("", "is empty"),
    ],
)
def test_faults_of_availability(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "records.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=told):
        availability(Settings(file, scenario="uncalibrated", out=tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("appliance,alerted,mobile\nE10P1,a,b\n", "arrived"),
        (
            "appliance,alerted,mobile,arrived,lat,lon\nE10P1,2024-01-01T00:00,2024-01-01T00:01,2024-01-01T00:09,0.9,51.9\n",
            "swapped",
        ),
        ("appliance,alerted,mobile,arrived,lat,lon\nE10P1,x,y,z,51.9,0.9\n", "nothing can be used"),
    ],
)
def test_faults_of_travel(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "records.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=told):
        travel(Settings(file, scenario="uncalibrated", out=tmp_path / "out"))
