"""The JSON document of a run: stable names, shares as fractions, times in seconds, null for the unknown."""

from __future__ import annotations

import json
import math
from typing import Any

from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from experiments.presentation.summary import Row, Summary


class MeasureDocument(TypedDict):
    """One measure of a run, as ``summary.json`` holds it."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    reported: float | None
    standard: float | None
    met: bool | None


class SummaryDocument(TypedDict):
    """What ``summary.json`` holds."""

    scenario: str
    replications: int
    seed: int
    incidents: int
    log_sha256: str
    measures: list[MeasureDocument]
    missed: dict[str, float | None]
    out: str


def number(value: float | None) -> float | None:
    """Return a number that JSON can hold: None for NaN and infinities."""
    return None if value is None or not math.isfinite(value) else float(value)


def row_document(row: Row) -> dict[str, Any]:
    """Return one measure of a run."""
    return {
        "name": row.name,
        "value": number(row.interval.value),
        "low": number(row.interval.low),
        "high": number(row.interval.high),
        "unit": row.unit,
        "reported": number(row.reported),
        "standard": number(row.standard),
        "met": row.met,
    }


def summary_document(summary: Summary) -> dict[str, Any]:
    """Return the document that ``turnout run --format json`` prints."""
    return {
        "scenario": summary.scenario,
        "replications": summary.replications,
        "seed": summary.seed,
        "incidents": summary.incidents,
        "log_sha256": summary.log_sha256,
        "measures": [row_document(row) for row in summary.rows],
        "missed": {cause: number(share) for cause, share in summary.missed.items()},
        "out": summary.out,
    }


def as_text(document: Any) -> str:
    """Return a document as JSON text: strict, readable, a line break at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
