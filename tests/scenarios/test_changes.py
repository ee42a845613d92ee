"""What-if verbs: what each does, how it is written, what it refuses, and that a saved option is the option."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.changes import Amount, Change, apply, overlay, parse, parse_all, save_option
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import digest, load_scenario
from scenarios.schema.scenario import Scenario

BASE = load_scenario("uncalibrated")

EVERY_VERB = [
    ("close", "tollesbury"),
    ("add-pump", "Witham:wholetime+on-call"),
    ("remove-pump", "e46p2"),
    ("crewing", "W73=retained"),
    ("move", "E44=Bradwell-on-Sea"),
    ("new-station", "Hatfield Peverel@51.777,0.600:on_call"),
    ("availability", "on_call=+5pt"),
    ("core", "Colchester,Clacton,Hatfield Peverel"),
    ("cover", "dynamic"),
    ("demand", "secondary_fire=×1.2"),
    ("attend-afa", "60%"),
    ("set", "control.mobilising_failures_per_year=0"),
]


def changed(*options: tuple[str, str], base: Scenario = BASE) -> Scenario:
    return apply(base, parse_all(options))


def message(*options: tuple[str, str]) -> str:
    with pytest.raises(ScenarioError) as caught:
        changed(*options)
    return " ".join(str(caught.value).split())


def test_close_takes_the_station_and_its_appliances() -> None:
    option = changed(("close", "W73"))
    assert set(BASE.stations) - set(option.stations) == {"W73"}
    assert set(BASE.appliances) - set(option.appliances) == {"W73P1", "W73P2"}


def test_add_pump_goes_on_from_the_stations_last_key() -> None:
    option = changed(
        ("add-pump", "Witham:wholetime"), ("add-pump", "Tiptree:on_call"), ("add-pump", "E25:on_call")
    )
    new = {
        key: (each.station, each.crewing)
        for key, each in option.appliances.items()
        if key not in BASE.appliances
    }
    assert new == {"E25P3": ("E25", "wholetime"), "E23P2": ("E23", "on_call"), "E25P4": ("E25", "on_call")}


def test_remove_pump_keeps_its_row() -> None:
    assert changed(("remove-pump", "w78p2")).appliances["W78P2"].removed


def test_crewing_changes_the_pumps_crewed_as_the_first_is() -> None:
    option = changed(("crewing", "Dovercourt=wholetime"), ("crewing", "Colchester=day_crewed"))
    crewing = {key: each.crewing for key, each in option.appliances.items()}
    assert [crewing[key] for key in ("E11P1", "E11P2")] == ["wholetime", "on_call"]
    assert [crewing[key] for key in ("E10P1", "E10P2", "E10A1")] == [
        "day_crewed",
        "day_crewed",
        "cross_crewed",
    ]


def test_crewing_of_one_appliance_leaves_its_mates() -> None:
    option = changed(("crewing", "E10P2=on_call"))
    assert option.appliances["E10P2"].crewing == "on_call"
    assert option.appliances["E10P1"] == BASE.appliances["E10P1"]


def test_move_to_a_settlement_takes_its_district() -> None:
    moved = changed(("move", "Maldon=Tiptree")).stations["E46"]
    assert moved.district == "Colchester"
    assert moved.name == "Maldon"


def test_move_to_a_point() -> None:
    moved = changed(("move", "Maldon=51.75,0.7")).stations["E46"]
    assert (moved.lat, moved.lon) == (51.75, 0.7)


def test_new_station_may_have_several_pumps() -> None:
    option = changed(("new-station", "Elmstead@51.88,1.0:wholetime+on_call"))
    assert option.stations["N01"].name == "Elmstead"
    assert [option.appliances[key].crewing for key in ("N01P1", "N01P2")] == ["wholetime", "on_call"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("on_call=+5pt", 0.842), ("on_call=-5 points", 0.742), ("on_call=84%", 0.84), ("on_call=0.84", 0.84)],
)
def test_availability_in_points_or_absolute(text: str, value: float) -> None:
    assert changed(("availability", text)).on_call.availability == value


def test_points_add_up() -> None:
    option = changed(("availability", "wholetime=-1pt"), ("availability", "wholetime=-0.6pt"))
    assert option.wholetime.availability == 0.97


def test_availability_of_hours_and_of_a_station() -> None:
    option = changed(
        ("availability", "on_call.weekday_day=+5pt"),
        ("availability", "Ongar=+3pt"),
        ("availability", "W71=+3pt"),
        ("availability", "Canvey Island=50%"),
    )
    assert option.on_call.weekday_day_gain == 0.05
    assert option.stations["W71"].availability_gain == 0.06
    assert [option.appliances[key].availability for key in ("W54P1", "W54P2")] == [0.5, 0.5]
    again = changed(("availability", "Canvey Island=+3pt"), base=option)
    assert again.appliances["W54P1"].availability == 0.53


def test_core_names_all_core_stations() -> None:
    option = changed(("core", "Witham,E12"))
    assert {code for code, each in option.stations.items() if each.core} == {"E12", "E25"}


def test_core_none_turns_the_core_policy_off() -> None:
    option = changed(("core", "none"))
    assert option.cover.policy == "none"
    assert not any(each.core for each in option.stations.values())


@pytest.mark.parametrize("factor", ["×1.5", "x1.5", "*1.5", "+50%"])
def test_demand_of_a_type(factor: str) -> None:
    option = changed(("demand", f"flooding={factor}"))
    assert option.incident_types["flooding"].per_year == 1.5 * BASE.incident_types["flooding"].per_year
    assert option.incident_types["rescue"] == BASE.incident_types["rescue"]


def test_demand_of_a_group_and_of_all() -> None:
    option = changed(("demand", "false_alarm=x0.5"), ("demand", "all=x1.1"))
    halved = {
        k for k, each in option.incident_types.items() if each.per_year != BASE.incident_types[k].per_year
    }
    assert halved == {key for key, each in BASE.incident_types.items() if each.group == "false_alarm"}
    assert option.demand_factor == 1.1


def test_attend_afa_leaves_the_calls() -> None:
    option = changed(("attend-afa", "60%")).incident_types["false_alarm_apparatus"]
    assert option.attended_share == 0.6
    assert option.per_year == BASE.incident_types["false_alarm_apparatus"].per_year


@pytest.mark.parametrize(
    ("text", "value"),
    [("gauge.target=60", 60), ("gauge.hours=[8, 20]", (8, 20)), ("cover.policy=people", "people")],
)
def test_set_any_field(text: str, value: object) -> None:
    option = changed(("set", text))
    section, field = text.partition("=")[0].split(".")
    assert getattr(getattr(option, section), field) == value


def test_set_has_the_last_word() -> None:
    assert (
        changed(("set", "on_call.availability=0.7"), ("availability", "on_call=+5pt")).on_call.availability
        == 0.7
    )


def test_the_base_is_not_altered() -> None:
    before = digest(BASE)
    changed(*EVERY_VERB)
    assert digest(BASE) == before


def test_nothing_to_change_gives_the_same_scenario() -> None:
    assert apply(BASE, []) is BASE


def test_order_does_not_count() -> None:
    forward, backward = changed(*EVERY_VERB), changed(*reversed(EVERY_VERB))
    assert digest(forward) == digest(backward)


def test_what_something_shall_be_may_be_said_twice() -> None:
    once = changed(("crewing", "E33=on_call"))
    twice = changed(("crewing", "E33=on_call"), ("crewing", "E33=on_call"))
    assert twice.appliances == once.appliances


@pytest.mark.parametrize(
    "options",
    [
        [("close", "W73"), ("close", "W73")],
        [("close", "W73"), ("close", "Waltham Abbey")],
        [("remove-pump", "E25P2"), ("remove-pump", "e25p2")],
        [("close", "E25"), ("remove-pump", "E25P2")],
    ],
)
def test_what_is_gone_cannot_go_again(options: list[tuple[str, str]]) -> None:
    with pytest.raises(ScenarioError) as caught:
        changed(*options)
    (fault,) = caught.value.faults
    assert "already" in fault.problem or "contradicts" in fault.problem
    assert fault.remedy


@pytest.mark.parametrize("options", [[each] for each in EVERY_VERB if each[0] != "core"] + [EVERY_VERB])
def test_a_saved_option_is_the_option(options: list[tuple[str, str]], tmp_path: Path) -> None:
    option = changed(*options)
    path = tmp_path / "option.toml"
    save_option(path, "uncalibrated", BASE, option)
    assert digest(load_scenario(path)) == digest(option)
    assert load_scenario(path) == option


def test_an_option_on_a_file_extends_it_from_another_folder(tmp_path: Path) -> None:
    base_file = tmp_path / "plans" / "base.toml"
    base_file.parent.mkdir()
    base_file.write_text('extends = "uncalibrated"\n[remove]\nappliances = ["W78P2"]\n', encoding="utf-8")
    base = load_scenario(base_file)
    option = changed(("close", "Tollesbury"), base=base)
    target = tmp_path / "options" / "closed.toml"
    target.parent.mkdir()
    save_option(target, str(base_file), base, option)
    assert 'extends = "../plans/base.toml"' in target.read_text(encoding="utf-8")
    assert load_scenario(target) == option


def test_never_over_another_file_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "kept.toml"
    path.write_text("kept", encoding="utf-8")
    option = changed(("close", "Tollesbury"))
    with pytest.raises(ScenarioError, match="exists already"):
        save_option(path, "uncalibrated", BASE, option)
    assert path.read_text(encoding="utf-8") == "kept"
    save_option(path, "uncalibrated", BASE, option, force=True)
    assert load_scenario(path) == option
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be written"):
        save_option(tmp_path / "no" / "option.toml", "uncalibrated", BASE, changed(("close", "Tollesbury")))


def test_overlay_says_only_what_changes() -> None:
    text = overlay("uncalibrated", parse_all([("remove-pump", "W78P2")]))
    assert text.splitlines()[-2:] == ["[appliances.W78P2]", "removed = true"]


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("close", "Tolesbury"), "unknown station Remedy: the nearest known is Tollesbury (E45)"),
        (("close", "W99"), "the nearest known is W89 (Epping)"),
        (("close", "Sudbury"), "Sudbury is Suffolk's station"),
        (("close", ""), "nothing is named"),
        (("add-pump", "Witham"), "write --add-pump STATION:CREWING"),
        (("add-pump", "Witham:retaind"), "the nearest is on_call"),
        (("remove-pump", "Witham"), "its appliances are E25P1, E25P2"),
        (("remove-pump", "E52P1"), "the nearest known is W52P1"),
        (("crewing", "E45=jump"), "unknown crewing jump"),
        (("move", "E44=0.9,51.7"), "latitude comes first"),
        (("move", "E44=12,50"), "off the map"),
        (("move", "E44=Debden"), "2 settlements are called Debden"),
        (("move", "E44=Bradwell on See"), "nearest known name is Bradwell-on-Sea"),
        (("new-station", "Witham@Tiptree:on_call"), "there is a station Witham (E25) already"),
        (("availability", "on_call=+5"), "write +5pt"),
        (("availability", "on_call=5pt"), "write +5pt or -5pt"),
        (("availability", "on_call=+50pt"), "makes an availability of 129.2%"),
        (("availability", "oncal=84%"), "a group is on_call, wholetime, day_crew"),
        (("availability", "Tiptre=+5pt"), "the nearest known is Tiptree (E23)"),
        (("availability", "Basildon=+5pt"), "Basildon has no on-call pump"),
        (("availability", "on_call.weekday_day=84%"), "only points can be added"),
        (("availability", "on_call=84"), "if 84% is meant"),
        (("core", "Colchester,Clacto"), "the nearest known is Clacton (E12)"),
        (("core", "Colchester,,Clacton"), "a name is missing"),
        (("cover", "dynamc"), "the nearest known is dynamic"),
        (("demand", "flood=x2"), "the nearest known is flooding"),
        (("demand", "flooding=2"), "write ×1.2"),
        (("demand", "flooding=-150%"), "a factor of -0.5"),
        (("attend-afa", "60"), "if 60% is meant"),
        (("set", "controls.x=1"), "the nearest known is control"),
        (("set", "on_call.block_h=abc"), "must be a valid number"),
        (("set", "on_call=3"), "on_call is a table, not a field"),
        (("set", "stations.E10=3"), "stations.E10 is a table"),
        (("set", "wholetime.riders_per_pump=3"), "greater than or equal to 4"),
        (("set", "name=x"), "name and title are given by the command"),
        (("set", "gauge.target"), "write --set path.to.field=VALUE"),
    ],
)
def test_a_fault_names_the_option_and_the_remedy(option: tuple[str, str], told: str) -> None:
    text = message(option)
    assert text.startswith(f"1 fault in the scenario --{option[0]} {option[1]}".strip())
    assert told in text


@pytest.mark.parametrize(
    "options",
    [
        [("close", "W73"), ("add-pump", "Waltham Abbey:on_call")],
        [("close", "W73"), ("crewing", "W73P1=on_call")],
        [("close", "Witham"), ("core", "Witham,Clacton")],
        [("crewing", "W73=on_call"), ("crewing", "Waltham Abbey=wholetime")],
        [("cover", "people"), ("cover", "dynamic")],
        [("availability", "on_call=80%"), ("availability", "on_call=+5pt")],
        [("set", "gauge.target=60"), ("set", "gauge.target=61")],
        [("move", "E44=Tiptree"), ("move", "E44=Witham")],
    ],
)
def test_contradictions_are_refused(options: list[tuple[str, str]]) -> None:
    for given in (options, options[::-1]):
        assert "contradicts --" in message(*given)


def test_what_no_longer_fits_is_told() -> None:
    assert "no station is a core station" in message(("core", "none"), ("cover", "core_stations"))
    text = message(("remove-pump", "E10P1"), ("remove-pump", "E10P2"))
    assert "E10A1 without crew" in text


def test_all_faults_together() -> None:
    assert message(("close", "Tolesbury"), ("attend-afa", "50%"), ("cover", "dynamc")).startswith("2 faults")


def test_an_unknown_verb() -> None:
    with pytest.raises(ScenarioError, match="the nearest known is --close"):
        parse("closes", "W73")


def test_changes_can_be_made_without_text() -> None:
    change = Change("availability", ("on_call", Amount(0.05, relative=True)), "five points")
    assert apply(BASE, [change]).on_call.availability == 0.842
