"""Files that cannot be read as scenarios or tables at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.loading.faults import ScenarioFault
from scenarios.loading.load import check_scenario

Write = Callable[..., Path]


def only(faults: list[ScenarioFault]) -> ScenarioFault:
    assert len(faults) == 1, "\n".join(map(str, faults))
    return faults[0]


def test_missing_file_names_the_nearest_of_the_library() -> None:
    fault = only(check_scenario("basline"))
    assert fault.file == "basline"
    assert "(nearest: baseline)" in fault.remedy


def test_missing_file_that_is_extended(write: Write) -> None:
    fault = only(check_scenario(write('extends = "basline.toml"\n')))
    assert (fault.where, fault.value) == ("extends", '"basline.toml"')
    assert fault.file.endswith("changed.toml")


def test_circular_extends_shows_the_chain(tmp_path: Path) -> None:
    for name, base in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.toml").write_text(f'extends = "{base}.toml"\n')
    fault = only(check_scenario(tmp_path / "a.toml"))
    assert "circle" in fault.problem
    assert fault.problem.endswith("a.toml → b.toml → c.toml → a.toml")


def test_file_that_extends_itself(write: Write) -> None:
    assert "circle" in only(check_scenario(write('extends = "changed.toml"\n'))).problem


def test_file_that_stands_on_nothing(write: Write) -> None:
    assert 'extends = "baseline"' in only(check_scenario(write("demand_factor = 2\n"))).remedy


@pytest.mark.parametrize(
    ("encoding", "offset", "guess"),
    [("utf-16", 0, "UTF-16"), ("latin-1", 30, "Latin-1"), ("utf-16-le", 1, "UTF-16 without a mark")],
)
def test_wrong_encoding_names_the_byte(tmp_path: Path, encoding: str, offset: int, guess: str) -> None:
    path = tmp_path / "coded.toml"
    text = 'extends = "baseline"\ntitle = "é"\n' if encoding == "latin-1" else 'extends = "baseline"\n'
    path.write_bytes(text.encode(encoding))
    fault = only(check_scenario(path))
    assert f"byte {offset} cannot be read (it looks like {guess}" in fault.problem
    assert "UTF-8" in fault.remedy


def test_empty_file(write: Write) -> None:
    assert only(check_scenario(write(" \n"))).problem == "the file is empty"


def test_folder_names_the_file_in_it(tmp_path: Path) -> None:
    (tmp_path / "scenario.json").write_text("{}")
    fault = only(check_scenario(tmp_path))
    assert "folder" in fault.problem
    assert fault.remedy.endswith("/scenario.json")


@pytest.mark.parametrize(
    ("text", "line"),
    [('extends = "baseline"\n[gauge\n', "line 2"), ('extends = "baseline"\n\ntitle = Essex\n', "line 3")],
)
def test_toml_syntax_gives_the_line(text: str, line: str, write: Write) -> None:
    fault = only(check_scenario(write(text)))
    assert "not TOML" in fault.problem
    assert line in fault.problem


def test_the_same_station_twice_in_toml(write: Write) -> None:
    text = 'extends = "baseline"\n[stations.E10]\ncore = true\n[stations.E10]\ncore = false\n'
    assert "line 4" in only(check_scenario(write(text))).problem


def test_json_syntax_gives_the_line(write: Write) -> None:
    assert only(check_scenario(write('{\n "extends": baseline\n}', name="x.json"))).where.startswith("line 2")


def test_json_that_is_a_list(write: Write) -> None:
    assert "no table of fields" in only(check_scenario(write("[1, 2]", name="x.json"))).problem


@pytest.fixture
def own(tmp_path: Path, own_tables: Path) -> Callable[[str, Callable[[str], str]], list[ScenarioFault]]:
    """Change one of the planner's own tables and check the scenario that stands on it."""

    def change(table: str, how: Callable[[str], str]) -> list[ScenarioFault]:
        path = own_tables / table
        path.write_text(how(path.read_text(encoding="utf-8")), encoding="utf-8")
        return check_scenario(tmp_path / "own.toml")

    return change


def test_two_stations_with_one_code(own) -> None:
    fault = only(own("stations.csv", lambda text: text + text.splitlines()[3] + "\n"))
    assert (fault.where, fault.value) == ("row 52, column code", '"E12"')
    assert "the same name as row 4" in fault.problem


def test_unknown_column(own) -> None:
    fault = only(own("stations.csv", lambda text: text.replace("district", "distrct", 1)))
    assert (fault.where, fault.problem) == ("row 1, column distrct", "unknown column distrct")
    assert "nearest known is district" in fault.remedy


def test_a_comma_too_many_is_one_fault(own) -> None:
    """A row that cannot be read is told once: not again by each appliance that stands there."""
    fault = only(own("stations.csv", lambda text: text.replace("51.8972", "51,8972")))
    assert (fault.where, fault.problem) == ("row 2", "11 cells under 10 columns")


def test_refused_value_names_row_and_column(own) -> None:
    fault = only(own("incident_types.csv", lambda text: text.replace(",640,", ",many,", 1)))
    assert (fault.where, fault.value) == ("row 2, column per_year", '"many"')
    assert fault.file.endswith("incident_types.csv")


def test_a_cell_without_end(own) -> None:
    fault = only(own("appliances.csv", lambda text: text.replace("E10P1", '"E10P1' + "x" * 200_000, 1)))
    assert "not a CSV table" in fault.problem


def test_attendance_of_an_unknown_type(own) -> None:
    fault = only(own("attendance.csv", lambda text: text + "floding,house,1,1,,test,assumption,\n"))
    assert "unknown incident type" in fault.problem
    assert "flooding" in fault.remedy


def test_profile_of_some_other_day(own) -> None:
    fault = only(own("profiles_hour.csv", lambda text: text.replace("all,weekend", "all,sunday", 1)))
    assert (fault.where, fault.value) == ("row 15, column key and days", '"all sunday"')
    assert fault.problem == "days must be weekday or weekend"


def test_missing_table(tmp_path: Path, own_tables: Path) -> None:
    (own_tables / "appliances.csv").unlink()
    fault = only(check_scenario(tmp_path / "own.toml"))
    assert fault.file == "appliances.csv"
    assert "no such table" in fault.problem


def test_missing_folder_of_tables(write: Write) -> None:
    fault = only(check_scenario(write('extends = "baseline"\n[geography]\ntables = "esex"\n')))
    assert fault.where == "geography.tables"
    assert "essex" in fault.remedy
