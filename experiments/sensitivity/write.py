"""A study as one JSON document and as tables for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.execution.documents import Document
from experiments.execution.results_folder import write_json, write_text, writing
from experiments.presentation.as_json import number
from experiments.presentation.spreadsheet import csv_table
from experiments.sensitivity.ranking import Ranked, Ranking, Share
from experiments.sensitivity.result import Sensitivity, Swing
from experiments.statistics.intervals import Interval


def interval_document(interval: Interval) -> dict[str, float | None]:
    """Return value, low and high; null for the unknown."""
    return {name: number(getattr(interval, name)) for name in ("value", "low", "high")}


def sensitivity_document(found: Sensitivity) -> Document:
    """Return the document that ``turnout sensitivity --format json`` prints."""
    settings = found.settings
    return {
        "base": found.scenario,
        "measure": found.measure,
        "unit": found.unit,
        "higher_is_better": found.higher_is_better,
        "days": settings.days,
        "replications": settings.replications,
        "seed": settings.seed,
        "trajectories": settings.trajectories,
        "sobol_samples": settings.samples,
        "points": found.points,
        **interval_document(found.value),
        "survivors": list(found.survivors),
        "assumptions": [_assumption(found, swing) for swing in found.swings],
        "ranking": None if found.ranking is None else _ranking(found.ranking),
        "out": found.out,
    }


def _assumption(found: Sensitivity, swing: Swing) -> Document:
    each = next(each for each in found.ranges if each.path == swing.path)
    screened = next(row for row in found.screened if row.path == swing.path)
    index = next((row for row in found.indices if row.path == swing.path), None)
    return {
        "path": each.path,
        "meaning": each.meaning,
        "scale": each.scale,
        "low": each.low,
        "nominal": found.nominal[each.path],
        "high": each.high,
        "source": each.source,
        "confidence": each.confidence,
        "tornado": {
            name: interval_document(getattr(swing, name))
            for name in ("low", "high", "low_difference", "high_difference")
        },
        "morris": {
            name: number(getattr(screened, name))
            for name in ("mu_star", "half_width", "noise", "mu", "sigma")
        },
        "sobol": None
        if index is None
        else {
            name: number(getattr(index, name))
            for name in ("first", "first_half_width", "total", "total_half_width", "total_noise")
        },
    }


def _share(share: Share | None) -> dict[str, float] | None:
    return None if share is None else {"value": share.value, "low": share.low, "high": share.high}


def _ranking(ranking: Ranking) -> Document:
    def row(each: Ranked) -> Document:
        return {
            "option": each.option,
            "place": each.place,
            "gain": interval_document(each.gain),
            "gain_p5": number(each.gain_low),
            "gain_p95": number(each.gain_high),
            "first": _share(each.first),
            "better_than_base": _share(each.better),
            "clearly_better_than_base": _share(each.clear),
        }

    return {
        "samples": ranking.samples,
        "same_order": _share(ranking.same_order),
        "options": [row(each) for each in ranking.rows],
    }


def flat(record: Document, prefix: str = "") -> Document:
    """Return a nested record as one row: the keys joined by dots."""
    row: Document = {}
    for name, value in record.items():
        row |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return row


def csv_text(records: Sequence[Document]) -> str:
    """Return records as a CSV table; a column that a record lacks, and the unknown, is empty."""
    rows = [flat(record) for record in records]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    nothing = {name for name in columns if any(other.startswith(f"{name}.") for other in columns)}
    kept = [name for name in columns if name not in nothing]
    return csv_table(kept, ([row.get(name, "") for name in kept] for row in rows))


def write_sensitivity(found: Sensitivity) -> None:
    """Write ``sensitivity.json``, ``assumptions.csv`` and ``ranking.csv`` beside the points."""
    document = sensitivity_document(found)
    folder = Path(found.out)
    with writing(folder):
        write_text(folder / "assumptions.csv", csv_text(document["assumptions"]))
        if document["ranking"] is not None:
            write_text(folder / "ranking.csv", csv_text(document["ranking"]["options"]))
        write_json(folder / "sensitivity.json", document)
