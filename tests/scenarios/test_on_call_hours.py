"""On-call availability by hour of the week and station: given exactly, and nobody else's is changed."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from scenarios.building.on_call import crewed_share, day_crew_hours
from scenarios.building.world import build_world
from scenarios.changes import apply_texts
from scenarios.loading.datasets import DATA
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import check_scenario, load_scenario
from scenarios.schema.scenario import Scenario
from sim.decisions.pool_availability import availability_by_pump
from sim.draws.replication import draw
from sim.world.codes import Mode
from sim.world.fire import F64, World

STEPS = [round(0.05 + 0.9 * hour / 23, 3) for hour in range(24)]
NIGHTS = [0.95 if hour < 7 or hour >= 19 else 0.4 for hour in range(24)]


def written(path: Path, body: str) -> Path:
    path.write_text(f'extends = "uncalibrated"\n{body}', encoding="utf-8")
    return path


def with_hours(path: Path, station: str, **days: list[float]) -> Scenario:
    rows = "\n".join(f"{day} = {shares}" for day, shares in days.items())
    return load_scenario(written(path / "hours.toml", f"[on_call_hours.{station}]\n{rows}\n"))


def presence(world: World, pool: str) -> F64:
    start = world.people.pool_start
    i = world.people.pool_key.index(pool)
    return np.asarray(world.people.presence[start[i]], dtype=np.float64)


def expected(world: World, pool: str, minima: tuple[int, ...]) -> F64:
    """The share of each hour (168,) with a crew, mean over the pool's pumps."""
    start, i = world.people.pool_start, world.people.pool_key.index(pool)
    skill = world.people.skill[start[i] : start[i + 1]]
    by_pump = availability_by_pump(skill, presence(world, pool), minima, world.people.ba_needed)
    return np.asarray(by_pump.mean(axis=1))


def test_each_hour_is_what_is_stated_and_the_others_are_as_they_were(tmp_path: Path) -> None:
    base = load_scenario("uncalibrated")
    option = with_hours(tmp_path, "E44", weekday=STEPS, sunday=NIGHTS)
    before, after = build_world(base), build_world(option)
    found = expected(after, "E44/on_call", (4,)).reshape(7, 24)
    for day in range(5):
        assert found[day] == pytest.approx([crewed_share(option, s) for s in STEPS], abs=1e-5)
    assert found[6] == pytest.approx([crewed_share(option, s) for s in NIGHTS], abs=1e-5)
    assert presence(after, "E44/on_call").reshape(7, 24)[5] == pytest.approx(
        presence(before, "E44/on_call").reshape(7, 24)[5]
    )
    for pool in before.people.pool_key:
        if pool != "E44/on_call":
            assert np.array_equal(presence(before, pool), presence(after, pool)), pool


def test_the_roster_that_is_drawn_has_the_hours(tmp_path: Path) -> None:
    option = with_hours(tmp_path, "E44", weekday=NIGHTS, weekend=NIGHTS)
    world = build_world(option)
    unit = world.units.key.index("E44P1")
    nights, days = [], []
    for replication in range(3):
        on_the_run = draw(world, 5, replication).roster.mode[:, unit] == Mode.ON_CALL
        hour = world.calendar.hour[: on_the_run.size]
        nights.append(on_the_run[hour < 7].mean())
        days.append(on_the_run[(hour >= 9) & (hour < 17)].mean())
    assert np.mean(nights) == pytest.approx(0.95, abs=0.03)
    assert np.mean(days) == pytest.approx(0.4, abs=0.04)


def test_a_day_crewed_station_keeps_its_day_crew(tmp_path: Path) -> None:
    option = with_hours(tmp_path, "E32", weekday=NIGHTS, weekend=NIGHTS)
    world = build_world(option)
    day = day_crew_hours(option)
    found = expected(world, "E32/on_call", (4,))
    stated = np.array([crewed_share(option, s) for s in NIGHTS * 7])
    assert found[~day] == pytest.approx(stated[~day], abs=1e-5)


def test_in_the_tables_of_a_service_the_mean_of_all_stays_as_reported(tmp_path: Path) -> None:
    folder = tmp_path / "service"
    shutil.copytree(DATA / "essex", folder)
    file = folder / "on_call_hours.csv"
    header = next(csv.reader(file.open(encoding="utf-8")))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for days in ("weekday", "weekend"):
            writer.writerow(["E44", days, *[0.1] * 24, "a register", "high", ""])
    base = load_scenario("uncalibrated")
    own = load_scenario(written(tmp_path / "own.toml", '[geography]\ntables = "service"\n'))
    before, after = build_world(base), build_world(own)
    assert expected(after, "E44/on_call", (4,)) == pytest.approx([crewed_share(own, 0.1)] * 168, abs=1e-5)
    assert (presence(after, "E45/on_call") > presence(before, "E45/on_call")).all()

    def fleet_mean(scenario: Scenario, world: World) -> float:
        total, pumps = 0.0, 0
        for pool in world.people.pool_key:
            station, duty = pool.split("/")
            mine = [a for a in scenario.appliances.values() if a.station == station and a.kind == "pump"]
            if duty == "on_call" and all(a.crewing == "on_call" for a in mine):
                total += expected(world, pool, tuple(a.minimum_crew for a in mine)).mean() * len(mine)
                pumps += len(mine)
        return total / pumps

    assert fleet_mean(own, after) == pytest.approx(fleet_mean(base, before), abs=0.004)


def test_points_of_a_station_come_on_top_and_a_stated_share_takes_their_place(tmp_path: Path) -> None:
    option = with_hours(tmp_path, "E44", weekday=[0.5] * 24, weekend=[0.5] * 24)
    more = build_world(apply_texts(option, [("availability", "E44=+10pt")]))
    assert expected(more, "E44/on_call", (4,)) == pytest.approx([crewed_share(option, 0.6)] * 168, abs=1e-4)
    stated = apply_texts(option, [("availability", "E44=30%")])
    assert not stated.on_call_hours
    assert apply_texts(option, [("close", "E44")]).on_call_hours == {}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f"[on_call_hours.E4g]\nweekday = {STEPS}", "unknown station"),
        (f"[on_call_hours.E44]\nweekday = {STEPS[1:]}", "weekday"),
        (f"[on_call_hours.E44]\nweekday = {[1.2, *STEPS[1:]]}", "1.2"),
        ('[on_call_hours.E44]\nnote = "x"', "no day is given"),
        (f"[on_call_hours.E44]\nworkday = {STEPS}", "workday"),
        (
            f"[on_call_hours.E44]\nweekday = {STEPS}\n[appliances.E44P1]\navailability = 0.5",
            "hour by hour already",
        ),
        (
            (
                f"[on_call_hours.E44]\nweekday = {[1.0] * 24}\n[stations.E44]\non_call_people = 7\n"
                '[appliances.E44P9]\nstation = "E44"\ncrewing = "on_call"\n'
            ),
            "more than the station's people",
        ),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, body: str, words: str) -> None:
    file = written(tmp_path / "x.toml", body)
    faults = check_scenario(file)
    if not faults:
        with pytest.raises(ScenarioError) as caught:
            build_world(load_scenario(file))
        faults = list(caught.value.faults)
    assert words in " ".join(" ".join(str(fault).split()) for fault in faults)
