"""The files of a run over a sample, each written whole, beside the draws that it was made from.

::

    study.json       what it is: scenario, sample, seed, days, digests (written first)
    scenario.json    the resolved scenario, with the best fit
    points/*.json    one file a draw: its parameters, and every measure by replication
    posterior.json   what ``--format json`` prints
    measures.csv     every measure with both intervals
    draws.csv        every draw: its row in the sample, its parameters, the mean of the headline measures
"""

from __future__ import annotations

import math
from pathlib import Path

from experiments.execution.documents import Document
from experiments.execution.results_folder import POSTERIOR, write_json, write_text, writing
from experiments.posterior.evaluate import SampleResults
from experiments.posterior.result import PosteriorSummary, posterior_document
from experiments.presentation.headline import headline
from experiments.sensitivity.write import csv_text


def write_posterior(found: PosteriorSummary, drawn: SampleResults, folder: Path) -> None:
    """Write document and tables. Raises UserError if that cannot be done."""
    document = posterior_document(found)
    with writing(folder):
        write_text(folder / "measures.csv", csv_text(document["measures"]))
        write_text(folder / "draws.csv", csv_text(draw_records(drawn)))
        write_json(folder / POSTERIOR.file, document)


def draw_records(drawn: SampleResults) -> list[Document]:
    """Return a record a draw: row of the sample, parameters, and the means of the headline measures."""
    records: list[Document] = []
    means = {name: [_mean(each) for each in drawn.values(name)] for name in headline(drawn.names)}
    for place, (draw, document) in enumerate(zip(drawn.draws, drawn.documents, strict=True)):
        figures = {name: values[place] for name, values in means.items()}
        records.append({"row": draw.row, **document["parameters"], **figures})
    return records


def _mean(values: list[float]) -> float | None:
    known = [value for value in values if math.isfinite(value)]
    return math.fsum(known) / len(known) if known else None
