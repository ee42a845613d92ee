"""Files that extend others: merging by key, adding, removing, dumping and digests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.loading.load import digest, dump_scenario, list_library, load_scenario
from scenarios.schema.scenario import Scenario

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return load_scenario("baseline")


@pytest.mark.parametrize("entry", list_library(), ids=lambda entry: entry.name)
def test_every_scenario_of_the_library_loads_and_asks_a_question(entry) -> None:
    assert load_scenario(entry.name).name == entry.name
    assert entry.question.endswith("?")


def test_a_change_by_key_changes_nothing_else(write: Write, baseline: Scenario) -> None:
    path = write('extends = "baseline"\n[appliances.E33P1]\ncrewing = "on_call"\n')
    changed = load_scenario(path)
    assert changed.appliances["E33P1"].crewing == "on_call"
    appliances = {**changed.appliances, "E33P1": baseline.appliances["E33P1"]}
    restored = changed.model_copy(
        update={name: getattr(baseline, name) for name in ("name", "title", "question", "source")}
        | {"appliances": appliances}
    )
    assert restored == baseline


def test_name_title_and_question_are_not_taken_over(write: Write) -> None:
    changed = load_scenario(write('extends = "baseline"\n', name="My plan (2).toml"))
    assert (changed.name, changed.title, changed.question) == ("my-plan-2", "my-plan-2", "")


def test_a_new_station_and_appliance_need_only_a_new_key(write: Write) -> None:
    changed = load_scenario(
        write(
            'extends = "baseline"\n'
            '[stations.E99]\nname = "Hatfield Peverel"\ndistrict = "Braintree"\nlat = 51.777\nlon = 0.6\n'
            '[appliances.E99P1]\nstation = "E99"\ncrewing = "on_call"\n'
        )
    )
    assert changed.appliances["E99P1"].minimum_crew == 4
    assert list(changed.appliances)[-1] == "E99P1"


def test_files_extend_files_relative_to_themselves(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "first.toml").write_text('extends = "baseline"\ndemand_factor = 1.1\n[gauge]\ntarget = 60\n')
    (tmp_path / "deep" / "second.toml").write_text('extends = "../first.toml"\ndemand_factor = 1.2\n')
    second = load_scenario(tmp_path / "deep" / "second.toml")
    assert (second.demand_factor, second.gauge.target) == (1.2, 60)


def test_removed_entries_are_gone(write: Write, baseline: Scenario) -> None:
    changed = load_scenario(
        write(
            'extends = "baseline"\n[remove]\nappliances = ["W78P2"]\nattendance = ["chimney_fire.thatch"]\n'
            "[incident_types.chimney_fire.attendance.two_pumps]\nshare = 0.55\n"
        )
    )
    assert set(baseline.appliances) - set(changed.appliances) == {"W78P2"}
    assert set(changed.incident_types["chimney_fire"].attendance) == {"tiled_roof", "two_pumps"}


def test_a_closed_station_takes_its_appliances_with_it_but_for_those_moved(write: Write) -> None:
    changed = load_scenario(
        write(
            'extends = "baseline"\n[remove]\nstations = ["E25"]\n[appliances.E25P1]\nstation = "E24"\n',
        )
    )
    assert "E25P2" not in changed.appliances
    assert changed.appliances["E25P1"].station == "E24"


def test_a_removed_appliance_may_keep_its_row(write: Write) -> None:
    changed = load_scenario(write('extends = "baseline"\n[appliances.W78P2]\nremoved = true\n'))
    assert changed.appliances["W78P2"].removed


def test_a_dump_loads_again_to_an_equal_scenario_and_digest(tmp_path: Path, write: Write) -> None:
    text = 'extends = "baseline"\n[remove]\nappliances = ["W78P2"]\n[travel.class_factor]\nmotorway = 0.9\n'
    scenario = load_scenario(write(text))
    (tmp_path / "run").mkdir()
    dumped = tmp_path / "run" / "scenario.json"
    dumped.write_text(dump_scenario(scenario), encoding="utf-8")
    again = load_scenario(dumped)
    assert again == scenario
    assert list(again.appliances) == list(scenario.appliances)
    assert digest(again) == digest(scenario)
    assert dump_scenario(again) == dump_scenario(scenario)


def test_a_dump_can_be_extended(tmp_path: Path, write: Write, baseline: Scenario) -> None:
    (tmp_path / "scenario.json").write_text(dump_scenario(baseline), encoding="utf-8")
    assert load_scenario(write('extends = "scenario.json"\n[gauge]\ntarget = 1\n')).gauge.target == 1


def test_digest_tells_every_change_apart(write: Write, baseline: Scenario) -> None:
    changed = load_scenario(write('extends = "baseline"\nname = "baseline"\n[gauge]\ntarget = 65\n'))
    assert digest(changed) != digest(baseline)
    assert digest(load_scenario("baseline")) == digest(baseline)


def test_own_tables_count_by_content_not_by_place(tmp_path: Path, own_tables: Path) -> None:
    scenario = load_scenario(tmp_path / "own.toml")
    assert scenario.geography.tables == str(own_tables.resolve())
    before = digest(scenario)
    moved = tmp_path / "elsewhere"
    own_tables.rename(moved)
    (tmp_path / "own.toml").write_text('extends = "baseline"\n[geography]\ntables = "elsewhere"\n')
    assert digest(load_scenario(tmp_path / "own.toml")) == before
    with (moved / "stations.csv").open("a", encoding="utf-8") as file:
        file.write("E99,Somewhere,Maldon,51.7,0.8,false,,test,assumption,\n")
    changed = load_scenario(tmp_path / "own.toml")
    assert "E99" in changed.stations
    assert digest(changed) != before


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbf" + b'extends = "baseline"\n')
    assert load_scenario(path).name == "marked"
