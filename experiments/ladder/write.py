"""A ladder as one JSON document and as tables for other programs."""

from __future__ import annotations

from pathlib import Path

from experiments.execution.documents import Document
from experiments.execution.results_folder import write_json, write_text, writing
from experiments.ladder.result import Found, Rung, Worth
from experiments.ladder.study import TIMES
from experiments.presentation.as_json import number
from experiments.sensitivity.write import csv_text, interval_document


def ladder_document(found: Found) -> Document:
    """Return the document that ``turnout ladder --format json`` prints."""
    settings = found.settings
    return {
        "base": found.scenario,
        "fleet": found.fleet,
        "days": settings.days,
        "replications": settings.replications,
        "orders": settings.orders,
        "seed": settings.seed,
        "runs": found.runs,
        "rungs": [_rung(each, found) for each in found.rungs],
        "pumps": [_worth(each) for each in found.pumps],
        "out": found.out,
    }


def _rung(rung: Rung, found: Found) -> Document:
    return {
        "by": rung.by,
        "pumps": rung.pumps,
        "on_the_run": interval_document(rung.on_the_run),
        "measures": [
            {
                "name": name,
                "unit": found.units.get(name, ""),
                **interval_document(value),
                "change": interval_document(rung.changes[name]),
                "lowest_order": number(rung.spread[name][0]),
                "highest_order": number(rung.spread[name][1]),
            }
            for name, value in rung.values.items()
        ],
    }


def _worth(worth: Worth) -> Document:
    return {
        "pump": worth.pump,
        "station": worth.station,
        "lost_without_it": {
            time: {
                "within_15": interval_document(worth.within[time]),
                "within_15_a_year": interval_document(worth.a_year[time]),
                "plt_mean_s": interval_document(worth.plt_s[time]),
            }
            for time in TIMES
        },
    }


def write_ladder(found: Found) -> None:
    """Write ``ladder.json``, ``rungs.csv`` and ``pumps.csv`` beside the runs."""
    document = ladder_document(found)
    folder = Path(found.out)
    rungs = [
        {"by": rung["by"], "pumps": rung["pumps"], "on_the_run": rung["on_the_run"], **measure}
        for rung in document["rungs"]
        for measure in rung["measures"]
    ]
    with writing(folder):
        write_text(folder / "rungs.csv", csv_text(rungs))
        if document["pumps"]:
            write_text(folder / "pumps.csv", csv_text(document["pumps"]))
        write_json(folder / "ladder.json", document)
