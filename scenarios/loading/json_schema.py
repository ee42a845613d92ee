"""The JSON Schema of a scenario file, for editors that complete and check TOML and JSON as one types.

Nothing is required, because a file may change as little as it likes. Descriptions come from ``fields.csv``.
``python -m scenarios.loading.json_schema > docs/scenario.schema.json`` writes it; a test holds the two equal.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import BaseModel

from scenarios.loading.layers import TABLES
from scenarios.schema.annotations import as_model, value_of_table
from scenarios.schema.field_table import read_fields
from scenarios.schema.scenario import Scenario


def scenario_file_schema() -> dict[str, Any]:
    """Return the schema as a JSON document."""
    schema = Scenario.model_json_schema()
    records = schema.pop("$defs")
    for model, prefix in _records(Scenario, ""):
        record = schema if model is Scenario else records[model.__name__]
        _describe(record, prefix)
    names = {"type": "array", "items": {"type": "string"}}
    schema["properties"] |= {
        "extends": {"type": "string", "description": "name in the library, or path relative to this file"},
        "resolved": {"type": "boolean", "description": "this file is whole: no tables are laid under it"},
        "remove": {
            "type": "object",
            "description": "entries to take out, by table; a station takes its appliances with it",
            "additionalProperties": False,
            "properties": dict.fromkeys((*TABLES, "attendance"), names),
        },
    }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Turnout scenario file"}
    return {**head, **{key: each for key, each in schema.items() if key != "title"}, "$defs": records}


def _records(model: type[BaseModel], prefix: str) -> list[tuple[type[BaseModel], str]]:
    """Return every record class below ``model`` with the path at which it stands."""
    found = [(model, prefix)]
    for name, info in model.model_fields.items():
        inner = as_model(info.annotation)
        entry = value_of_table(info.annotation)
        if inner is not None:
            found += _records(inner, f"{prefix}{name}.")
        elif entry is not None and (inner := as_model(entry)) is not None:
            found += _records(inner, f"{prefix}{name}.*.")
    return found


def _describe(record: dict[str, Any], prefix: str) -> None:
    record.pop("required", None)
    fields = read_fields()
    for name, field in record["properties"].items():
        field.pop("title", None)
        row = fields.get(prefix + name)
        if row is not None:
            field["description"] = row.meaning + (f" [{row.unit}]" if row.unit else "")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(scenario_file_schema(), indent=1, ensure_ascii=False) + "\n")
