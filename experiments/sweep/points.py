"""The points of a design: each a scenario with the values that made it, hashed, and checked before any runs."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from experiments.execution.documents import Value
from experiments.sweep.design import MOST_POINTS, Design
from experiments.sweep.factors import Factor
from experiments.sweep.point_scenario import Base
from experiments.sweep.sampling import combinations, sample
from scenarios.loading.faults import ScenarioError, ScenarioFault, shown
from scenarios.loading.load import digest
from scenarios.schema.scenario import Scenario

MOST_FAULTS = 20
"""Faults told of points; more of them say no more."""


@dataclass(frozen=True, slots=True)
class Point:
    """One combination. ``values`` are in the order of ``Design.factors``; an option stands as its name."""

    id: str  # also the name of its part
    number: int  # place in the design, from 0
    sample: int  # which sample of the uncertainties, from 0: the same for every lever combination
    values: tuple[Value, ...]
    scenario_sha256: str
    scenario_packed: bytes  # the scenario's JSON, compressed
    own_map: bool  # travel times other than the base's: not worth keeping


def make_points(
    design: Design, model_sha256: str, progress: Callable[[int, int], None] | None = None
) -> list[Point]:
    """Return every point of the design, samples outermost: stopped at any time, all levers stand compared.

    Raises:
        ScenarioError: points that are no valid scenarios, told together.

    """
    levers = combinations(design.levers, side_by_side=design.sampling.levers == "list")
    samples = sample(
        design.uncertainties, design.sampling.method, n=design.sampling.n or 1, seed=design.sampling.seed
    )
    total = len(levers) * len(samples)
    if total > MOST_POINTS:
        problem = f"{len(levers):,} lever combinations × {len(samples):,} samples are {total:,} points"
        remedy = f"at most {MOST_POINTS:,} fit one sweep: sample, or make several sweeps"
        raise ScenarioError([ScenarioFault(design.file, "", "", problem, remedy)])
    base = Base(design.base)
    faults: dict[tuple[str, str], ScenarioFault] = {}
    points = []
    for number in range(total):
        values = (*levers[number % len(levers)], *samples[number // len(levers)])
        chosen = list(zip(design.factors, values, strict=True))
        scenario, found = base.scenario_at(chosen)
        for fault in found:
            faults.setdefault((fault.where, fault.problem), _of_point(design, number, chosen, fault))
        if scenario is not None and not faults:
            points.append(_point(design, model_sha256, number, number // len(levers), values, scenario))
        if progress is not None:
            progress(number + 1, total)
    if faults:
        told = list(faults.values())[:MOST_FAULTS]
        if len(faults) > MOST_FAULTS:
            rest = f"and {len(faults) - MOST_FAULTS} more faults of other points"
            told.append(ScenarioFault(design.file, "", "", rest, "mend these first"))
        raise ScenarioError(told)
    return points


def _of_point(
    design: Design, number: int, chosen: list[tuple[Factor, Value]], fault: ScenarioFault
) -> ScenarioFault:
    """Return a fault of a combination, with what was combined."""
    told = ", ".join(f"{factor.name} = {shown(value)}" for factor, value in chosen)
    problem = f"{fault.where} = {fault.value}: {fault.problem}" if fault.value else fault.problem
    return ScenarioFault(design.file, f"point {number} ({told})", "", problem, fault.remedy)


def _point(
    design: Design,
    model_sha256: str,
    number: int,
    of_sample: int,
    values: tuple[Value, ...],
    scenario: Scenario,
) -> Point:
    sha256 = digest(scenario)
    what = {
        "scenario": sha256,
        "seed": design.seed,
        "replications": design.replications,
        "outcomes": list(design.outcomes),
        "model": model_sha256,
        "sample": of_sample,
        "values": [
            [factor.name, as_column(value)] for factor, value in zip(design.factors, values, strict=True)
        ],
    }
    text = json.dumps(what, separators=(",", ":"), ensure_ascii=False)
    packed = zlib.compress(scenario.model_dump_json().encode(), 6)
    return Point(
        id=hashlib.sha256(text.encode()).hexdigest()[:20],
        number=number,
        sample=of_sample,
        values=values,
        scenario_sha256=sha256,
        scenario_packed=packed,
        own_map=_map_of(scenario) != _map_of(design.base),
    )


def _map_of(scenario: Scenario) -> tuple[Value, ...]:
    """Return what travel times depend on besides the stations' places."""
    travel = scenario.travel
    return (travel.speed_factor, travel.class_factor, travel.band_factor, scenario.geography)


def as_column(value: Value) -> Value:
    """Return a value as its column holds it: lists and tables as JSON text, dates as text."""
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if isinstance(value, (bool, int, float, str)) else str(value)
