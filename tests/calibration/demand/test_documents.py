"""The mappings that the documents show are mappings, and speak of the scenario's own types."""

from __future__ import annotations

import re
from pathlib import Path

from calibration.demand.kinds import rules_of
from calibration.demand.mapping import Mapping
from calibration.demand.read_mapping import check_types, parse_mapping
from scenarios.loading.load import load_scenario

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_mapping_of_the_page_is_one() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (DOCS / "fit_demand.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1
    mapping = parse_mapping(blocks[0], "fit_demand.md")
    assert mapping.scene is not None
    assert [kind.type for kind in mapping.kinds] == ["dwelling_fire", None, "bariatric"]


def test_every_field_of_a_mapping_is_on_the_page() -> None:
    page = (DOCS / "fit_demand.md").read_text(encoding="utf-8")

    def names(model: type[object]) -> set[str]:
        found = set()
        for name, field in getattr(model, "model_fields", {}).items():
            found.add(name)
            for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
                if isinstance(inner, type) and hasattr(inner, "model_fields"):
                    found |= names(inner)
        return found

    missing = {name for name in names(Mapping) if not re.search(rf"\b{name}\b", page)}
    assert missing == set()


def test_london_maps_to_types_of_the_scenario() -> None:
    text = (DOCS / "mappings" / "london.toml").read_text(encoding="utf-8")
    mapping = parse_mapping(text, "london.toml")
    types = load_scenario("uncalibrated").incident_types
    assert check_types(mapping, list(types), "london.toml", "uncalibrated") == []
    own = {key for key, each in types.items() if each.group != "over_border"}
    assert {kind.type for kind in mapping.kinds} == own


def test_first_rule_that_fits_decides() -> None:
    text = (DOCS / "mappings" / "london.toml").read_text(encoding="utf-8")
    rules = rules_of(parse_mapping(text, "london.toml").kinds)

    def type_of(**values: str) -> str | None:
        found = rules.which([values.get(column, "") for column in rules.columns])
        return None if found is None else rules.kinds[found].type

    fire = {"IncidentGroup": "Fire", "StopCodeDescription": "Primary Fire"}
    assert type_of(**fire, PropertyCategory="Dwelling") == "dwelling_fire"
    assert type_of(**fire, PropertyCategory="Other Residential") == "other_building_fire"
    assert type_of(**fire, PropertyCategory="Non Residential") == "other_building_fire"
    assert type_of(**fire, PropertyCategory="Outdoor") == "secondary_fire"
    assert type_of(IncidentGroup="False Alarm", StopCodeDescription="AFA") == "false_alarm_apparatus"
    assert type_of(IncidentGroup="Special Service", SpecialServiceType="Lift Release") == "gaining_entry"
    assert type_of(IncidentGroup="Exercise") is None
