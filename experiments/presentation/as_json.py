"""The JSON document of a run: stable names, shares as fractions, times in seconds, null for the unknown."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from enum import IntEnum
from typing import NotRequired  # pydantic wants these before Python 3.12

from typing_extensions import TypedDict

from experiments.execution.documents import Document, Value
from experiments.presentation.summary import Row, Summary
from experiments.statistics.intervals import Interval


class MeasureDocument(TypedDict):
    """One measure of a run, as ``summary.json`` holds it."""

    name: str
    title: NotRequired[str]  # not in folders of older versions
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


class RunIdentity(TypedDict):
    """What a summary needs of ``run.json``."""

    title: NotRequired[str]
    days: int


def number(value: float | None) -> float | None:
    """Return a number that JSON can hold: None for NaN and infinities."""
    return None if value is None or not math.isfinite(value) else float(value)


def plain_record(value: Value) -> Value:
    """Return a record (dataclass) as what JSON can hold: codes as words, NaN and infinities as None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain_record(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, (list, tuple)):
        return [plain_record(each) for each in value]
    if isinstance(value, float):
        return number(value)
    return value.item() if hasattr(value, "item") else value


def row_document(row: Row) -> Document:
    """Return one measure of a run."""
    return {
        "name": row.name,
        "title": row.title,
        "value": number(row.interval.value),
        "low": number(row.interval.low),
        "high": number(row.interval.high),
        "unit": row.unit,
        "reported": number(row.reported),
        "standard": number(row.standard),
        "met": row.met,
    }


def summary_document(summary: Summary) -> Document:
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


def summary_of(document: SummaryDocument, identity: RunIdentity) -> Summary:
    """Make the summary again from what ``summary.json`` and ``run.json`` hold."""
    return Summary(
        scenario=document["scenario"],
        title=identity.get("title", document["scenario"]),
        replications=document["replications"],
        seed=document["seed"],
        days=identity["days"],
        incidents=document["incidents"],
        log_sha256=document["log_sha256"],
        rows=tuple(_row_of(item, document["replications"]) for item in document["measures"]),
        missed={cause: math.nan if share is None else share for cause, share in document["missed"].items()},
        out=document["out"],
    )


def _row_of(item: MeasureDocument, replications: int) -> Row:
    value, low, high = (
        math.nan if each is None else each for each in (item["value"], item["low"], item["high"])
    )
    interval = Interval(value, low, high, replications)
    title = item.get("title", item["name"])
    return Row(item["name"], title, item["unit"], interval, item["reported"], item["standard"], item["met"])


def as_text(document: Value) -> str:
    """Return a document as JSON text: strict, readable, a line break at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
