"""The figures of a scenario over its draws, as records and as the JSON document; and the document read again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from experiments.execution.documents import Document
from experiments.posterior.variance import Spread
from experiments.presentation.as_json import (
    MeasureDocument,
    RunIdentity,
    SummaryDocument,
    number,
    row_document,
    summary_of,
)
from experiments.presentation.summary import Summary
from experiments.statistics.intervals import Interval, within_range

HELD = (
    "parameters held: the chance of the simulated periods alone, as if the parameter sets drawn were all there is "
    "(Student's t, pooled over them)"
)
WITH_PARAMETERS = (
    "with parameters: for the expectation at the true parameters, these being like one more set of the sample "
    "(Student's t; variance between the sets net of chance, and that of the mean)"
)
"""What the two intervals are, as they are told in the document and in docs/posterior.md."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the intervals rest on: ``rows`` (from 0) of the ``of`` parameter sets of a sample."""

    sample: str
    sample_sha256: str
    of: int
    rows: tuple[int, ...]
    replications: int
    parameters: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def draws(self) -> int:
        """Number of parameter sets."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class PosteriorSummary:
    """What a run over a sample says. The rows of ``summary`` have the interval with parameters."""

    summary: Summary
    spreads: Mapping[str, Spread]
    basis: Basis

    def held(self, name: str, unit: str) -> Interval:
        """Return the interval of a measure with the parameters held, within what its unit can be."""
        return within_range(self.spreads[name].held, unit)


class BasisDocument(TypedDict):
    """What the intervals rest on, as ``posterior.json`` holds it."""

    sample: str
    sample_sha256: str
    parameter_sets: int
    of: int
    rows: list[int]
    replications: int
    parameters: list[str]
    held: str
    with_parameters: str
    level: float
    notes: list[str]


class SpreadDocument(TypedDict):
    """What a measure over a sample has beside its interval."""

    held_low: float | None
    held_high: float | None
    parameter_sd: float | None
    chance_sd: float | None
    parameter_sets: int


class PosteriorMeasure(MeasureDocument, SpreadDocument):
    """One measure over a sample."""


class PosteriorDocument(TypedDict):
    """What ``posterior.json`` holds."""

    scenario: str
    replications: int
    seed: int
    incidents: int
    log_sha256: str
    posterior: BasisDocument
    measures: list[PosteriorMeasure]
    missed: dict[str, float | None]
    out: str


def basis_document(basis: Basis) -> BasisDocument:
    """Return what the intervals rest on, with their definitions."""
    return {
        "sample": basis.sample,
        "sample_sha256": basis.sample_sha256,
        "parameter_sets": basis.draws,
        "of": basis.of,
        "rows": list(basis.rows),
        "replications": basis.replications,
        "parameters": list(basis.parameters),
        "held": HELD,
        "with_parameters": WITH_PARAMETERS,
        "level": 0.95,
        "notes": list(basis.notes),
    }


def spread_document(spread: Spread) -> SpreadDocument:
    """Return what a measure has beside the interval with parameters."""
    return {
        "held_low": number(spread.held.low),
        "held_high": number(spread.held.high),
        "parameter_sd": number(spread.parameter_sd),
        "chance_sd": number(spread.chance_sd),
        "parameter_sets": spread.whole.n,
    }


def basis_of_document(document: BasisDocument) -> Basis:
    """Make the basis again from its document."""
    return Basis(
        sample=document["sample"],
        sample_sha256=document["sample_sha256"],
        of=document["of"],
        rows=tuple(document["rows"]),
        replications=document["replications"],
        parameters=tuple(document["parameters"]),
        notes=tuple(document["notes"]),
    )


def posterior_document(found: PosteriorSummary) -> Document:
    """Return the document that ``turnout run --posterior N --format json`` prints.

    ``low`` and ``high`` include parameter uncertainty, ``held_low`` and ``held_high`` do not.
    """
    summary = found.summary
    measures = []
    for row in summary.rows:
        cut = replace(found.spreads[row.name], held=found.held(row.name, row.unit))
        measures.append({**row_document(row), **spread_document(cut)})
    return {
        "scenario": summary.scenario,
        "replications": summary.replications,
        "seed": summary.seed,
        "incidents": summary.incidents,
        "log_sha256": summary.log_sha256,
        "posterior": basis_document(found.basis),
        "measures": measures,
        "missed": {cause: number(share) for cause, share in summary.missed.items()},
        "out": summary.out,
    }


def posterior_summary_of(document: PosteriorDocument, identity: RunIdentity) -> PosteriorSummary:
    """Make the summary again from ``posterior.json`` and ``study.json``."""
    summary = summary_of(cast("SummaryDocument", document), identity)
    spreads = {}
    for row, item in zip(summary.rows, document["measures"], strict=True):
        low, high, parameter_sd, chance_sd = (
            math.nan if each is None else each
            for each in (item["held_low"], item["held_high"], item["parameter_sd"], item["chance_sd"])
        )
        held = Interval(row.interval.value, low, high, item["parameter_sets"])
        spreads[row.name] = Spread(held, row.interval, parameter_sd, chance_sd, math.nan, math.nan)
    return PosteriorSummary(summary, spreads, basis_of_document(document["posterior"]))
