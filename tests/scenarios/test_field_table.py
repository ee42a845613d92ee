"""fields.csv and the JSON Schema say what the schema says."""

from __future__ import annotations

import json
from pathlib import Path

from scenarios.loading.json_schema import scenario_file_schema
from scenarios.schema.field_table import describe_field, read_fields, schema_fields

DOCS = Path(__file__).resolve().parents[2] / "docs"
CONFIDENCES = {"high", "medium", "low", "knowledge", "assumption", "setting", "row"}


def test_paths_types_defaults_and_ranges_are_the_schemas() -> None:
    table = [(row.path, row.type, row.default, row.range) for row in read_fields().values()]
    assert table == list(schema_fields())


def test_every_field_has_meaning_source_and_confidence() -> None:
    for row in read_fields().values():
        assert row.meaning, row.path
        assert row.source, row.path
        assert row.confidence in CONFIDENCES, row.path


def test_units_in_names_agree_with_the_unit_column() -> None:
    endings = {
        "_min": "min",
        "_h": "h",
        "_m": "m",
        "_s": "s",
        "_per_year": "a year",
        "_share": "share",
        "_sigma": "log units",
    }
    for row in read_fields().values():
        name = row.path.rsplit(".", maxsplit=1)[-1]
        for ending, unit in endings.items():
            if name.endswith(ending):
                assert row.unit == unit, row.path


def test_a_field_is_described_wherever_it_stands() -> None:
    text = describe_field(("incident_types", "flooding", "weights", "population"))
    assert text.startswith("where it happens")
    assert describe_field(("no", "such")) == ""


def test_exported_json_schema_is_current() -> None:
    exported = json.loads((DOCS / "scenario.schema.json").read_text(encoding="utf-8"))
    assert exported == scenario_file_schema(), (
        "run: python -m scenarios.loading.json_schema > docs/scenario.schema.json"
    )


def test_json_schema_describes_every_field_and_requires_none() -> None:
    schema = scenario_file_schema()
    for record in (schema, *schema["$defs"].values()):
        assert "required" not in record
        for name, field in record["properties"].items():
            assert "description" in field or "$ref" in str(field), name
