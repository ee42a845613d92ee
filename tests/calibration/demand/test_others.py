"""Types that the records do not tell of: the mapping says whether they stay, and demand is never doubled in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from calibration.demand.fit import Fitted, fit_demand
from calibration.demand.mapping import Mapping
from calibration.demand.option import fitted_option
from calibration.demand.others import attended_per_year, check_others, without_a_rule
from calibration.demand.read_mapping import parse_mapping
from calibration.demand.table import read_table
from scenarios.schema.scenario import Scenario
from tests.calibration.demand.drawn import base

YEARS = 2
HEADER = "id,day,group\n"
GROUPS = {
    "all under one type": {"secondary_fire": "*"},
    "two of many": {"dwelling_fire": "fire", "secondary_fire": "*"},
    "the special services": {"flooding": "flood", "rescue": "*"},
}


def mapping(types: dict[str, str], fit: str) -> Mapping:
    rules = "".join(
        f'[[kinds]]\ntype = "{key}"\nwhen = {{ group = "{word}" }}\n' for key, word in types.items()
    )
    period = '[period]\nfirst = 2022-01-01\nlast = 2023-12-31\n[time]\ndate = "day"\n'
    return parse_mapping(f"{period}[fit]\n{fit}\n{rules}", "mapping.toml")


def records(path: Path, words: list[str]) -> Path:
    rows = [
        f"{i},202{2 + i % YEARS}-{1 + i % 12:02d}-{1 + i % 28:02d},{words[i % len(words)]}"
        for i in range(6_000)
    ]
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def fitted(path: Path, of: Mapping) -> Fitted:
    return fit_demand(read_table(path, of.records), of, base(), None)


def own_demand(scenario: Scenario) -> float:
    return sum(
        attended_per_year(each, scenario)
        for each in scenario.incident_types.values()
        if each.group != "over_border"
    )


@pytest.mark.parametrize("types", GROUPS.values(), ids=GROUPS)
def test_records_of_everything_give_their_own_number_of_incidents(
    tmp_path: Path, types: dict[str, str]
) -> None:
    words = ["fire", "flood", "cat"]
    of = mapping(types, 'others = "none"')
    found = fitted(records(tmp_path / "r.csv", words), of)
    option = fitted_option(found, base(), "fitted")
    assert option is not None
    used = sum(each.count for each in found.types)
    assert own_demand(option.scenario) == pytest.approx(used / YEARS, rel=0.02)
    assert any("Without demand" in note for note in found.notes)
    over = [key for key, each in base().incident_types.items() if each.group == "over_border"]
    assert over
    assert all(option.scenario.incident_types[key] == base().incident_types[key] for key in over)


@pytest.mark.parametrize("types", GROUPS.values(), ids=GROUPS)
def test_records_of_some_types_leave_the_others(tmp_path: Path, types: dict[str, str]) -> None:
    of = mapping(types, 'others = "keep"')
    found = fitted(records(tmp_path / "r.csv", ["fire", "flood", "cat"]), of)
    option = fitted_option(found, base(), "fitted")
    assert option is not None
    for key in without_a_rule(of, base()):
        assert option.scenario.incident_types[key] == base().incident_types[key]
    assert any(note.startswith("Not in the records, kept") for note in found.notes)


def test_a_rule_without_a_row_counts_as_none(tmp_path: Path) -> None:
    of = mapping({"flooding": "never", "secondary_fire": "*"}, 'others = "none"')
    option = fitted_option(fitted(records(tmp_path / "r.csv", ["a"]), of), base(), "fitted")
    assert option is not None
    assert option.scenario.incident_types["flooding"].per_year == 0.0


@pytest.mark.parametrize("types", GROUPS.values(), ids=GROUPS)
def test_a_mapping_that_does_not_say_is_refused_with_types_and_number(types: dict[str, str]) -> None:
    (fault,) = check_others(mapping(types, ""), "mapping.toml", base(), "uncalibrated")
    left = own_demand(base()) - sum(attended_per_year(base().incident_types[key], base()) for key in types)
    told = str(fault)
    assert f"{left:,.0f} incidents a year" in " ".join(told.split())
    assert "fit.others" in told
    assert "gaining_entry" in told


@pytest.mark.parametrize(
    "fit", ["rates = false", 'others = "keep"', 'others = "none"', '[records]\ndistricts = ["Colchester"]']
)
def test_it_need_not_be_said_where_it_does_not_matter(fit: str) -> None:
    assert check_others(mapping({"flooding": "*"}, fit), "mapping.toml", base(), "uncalibrated") == []


def test_it_need_not_be_said_where_every_type_has_a_rule() -> None:
    own = [key for key, each in base().incident_types.items() if each.group != "over_border"]
    assert check_others(mapping(dict.fromkeys(own, "*"), ""), "mapping.toml", base(), "uncalibrated") == []
