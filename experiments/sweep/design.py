"""The design of a sweep: read from a TOML file and checked, with every fault of the file told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from experiments.execution.documents import Document
from experiments.sweep.factors import Content, Factor
from experiments.sweep.read_factors import FactorReader
from geo.plain_files import read_plain
from scenarios.loading.faults import ScenarioError, ScenarioFault, listed, nearest_remedy, shown
from scenarios.loading.files import library_files, read_file
from scenarios.loading.load import digest, load_scenario
from scenarios.schema.base import Model, Number, Whole
from scenarios.schema.scenario import Scenario

Method = Literal["grid", "list", "latin_hypercube", "sobol"]
SAMPLED = ("latin_hypercube", "sobol")
MOST_POINTS = 100_000
OWN_COLUMNS = ("point", "number", "sample", "replication", "error")


class Sampling(Model):
    """How the uncertainties are combined, and how the levers are."""

    method: Method = "grid"
    n: Annotated[Whole, Field(ge=1, le=MOST_POINTS)] | None = None
    seed: Annotated[Whole, Field(ge=0, le=2**63 - 1)] = 1
    levers: Literal["grid", "list"] = "grid"


class DesignFile(Model):
    """A sweep file as it is written; levers and uncertainties are read by ``FactorReader``."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
    title: str = ""
    question: str = ""
    base: str = "baseline"
    days: Annotated[Whole, Field(ge=1, le=36600)] | None = None
    years: Annotated[Number, Field(gt=0.0, le=100.0)] | None = None
    replications: Annotated[Whole, Field(ge=1, le=10_000)] = 5
    seed: Annotated[Whole, Field(ge=0, le=2**63 - 1)] = 1
    outcomes: tuple[str, ...] = ()
    levers: Document = Field(default_factory=dict)
    uncertainties: Document = Field(default_factory=dict)
    sampling: Sampling = Sampling()


@dataclass(frozen=True, slots=True)
class Design:
    """A checked design: every factor on its own can be laid over the base."""

    file: str  # as the user named it
    text: str  # the file itself
    name: str
    title: str
    question: str
    base_name: str
    base: Scenario
    replications: int
    seed: int
    outcomes: tuple[str, ...]
    levers: tuple[Factor, ...]
    uncertainties: tuple[Factor, ...]
    sampling: Sampling

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Return levers, then uncertainties: the order of their columns."""
        return (*self.levers, *self.uncertainties)

    def identity(self, model_sha256: str, version: str) -> Document:
        """Return what makes this sweep this one and no other, a flat table."""
        told: Document = {
            "sweep": self.name,
            "base": self.base_name,
            "base_sha256": digest(self.base),
            "days": self.base.calendar.days,
            "replications": self.replications,
            "seed": self.seed,
            "outcomes": list(self.outcomes),
            **{f"sampling.{name}": value for name, value in self.sampling.model_dump().items()},
        }
        for factor in self.factors:
            told[f"{factor.role} {factor.name}"] = described(factor)
        return {**told, "turnout": version, "model_sha256": model_sha256}


def described(factor: Factor) -> str:
    """Return what a factor takes as one line."""
    if factor.bounds is not None:
        steps = f", {factor.steps} steps" if factor.steps else ""
        scale = "" if factor.scale == "linear" else f", {factor.scale}"
        what = f"{factor.bounds[0]:g} to {factor.bounds[1]:g}{steps}{scale}"
    else:
        what = " | ".join(str(level) for level in factor.levels)
    own = [".".join(path) for path in factor.paths]
    return what if own in ([], [factor.name]) else f"{what} of {', '.join(own)}"


@dataclass(slots=True)
class _Reading:
    """The faults of one file as they are found."""

    file: str
    faults: list[ScenarioFault] = field(default_factory=list)

    def fault(self, where: str, value: object, problem: str, remedy: str) -> None:
        text = "" if value is None else shown(value)
        self.faults.append(ScenarioFault(self.file, where, text, problem, remedy))


def read_design(path: Path, *, outcomes: Iterable[str]) -> Design:
    """Return the design of a sweep file. ``outcomes`` are the measures it has if the file names none.

    Raises:
        ScenarioError: with every fault of the file.

    """
    read = read_file(path, str(path))
    reading = _Reading(str(path))
    content = dict(read.content)
    factors = {role: content.pop(role, {}) for role in ("levers", "uncertainties")}
    written = _header(reading, content)
    base = _base(reading, written, content, read.folder)
    _outcomes(reading, written, base)
    found: dict[str, tuple[Factor, ...]] = {"levers": (), "uncertainties": ()}
    if base is not None:
        reader = FactorReader(str(path), read.folder, base)
        found = {
            "levers": reader.read("lever", factors["levers"]),
            "uncertainties": reader.read("uncertainty", factors["uncertainties"]),
        }
        reading.faults += reader.faults
        _columns(reading, [*found["levers"], *found["uncertainties"]], written)
        if not reading.faults and not any(found.values()):
            reading.fault(
                "levers", None, "nothing varies", "give a lever or an uncertainty; see docs/sweep.md"
            )
    if written is not None:
        _sampling(reading, written.sampling, found["levers"], found["uncertainties"])
    if reading.faults or written is None or base is None:
        raise ScenarioError(reading.faults)
    return Design(
        file=str(path),
        text=read_plain(path).decode("utf-8-sig"),
        name=written.name,
        title=written.title or written.name,
        question=written.question,
        base_name=written.base,
        base=base,
        replications=written.replications,
        seed=written.seed,
        outcomes=written.outcomes or tuple(outcomes),
        levers=found["levers"],
        uncertainties=found["uncertainties"],
        sampling=written.sampling,
    )


def _header(reading: _Reading, content: Content) -> DesignFile | None:
    """Check everything but the factors."""
    stem = re.sub(r"[^a-z0-9_-]+", "-", Path(reading.file).stem.lower()).strip("-_")
    content.setdefault("name", stem or "sweep")
    try:
        return DesignFile.model_validate(content)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(f"[{part + 1}]" if isinstance(part, int) else str(part) for part in detail["loc"])
            if detail["type"] == "extra_forbidden":
                known = Sampling.model_fields if path[0] == "sampling" else DesignFile.model_fields
                reading.fault(
                    ".".join(path), None, f"unknown field {path[-1]}", nearest_remedy(path[-1], known)
                )
                continue
            said = detail["msg"].replace("Input should", "must")
            if detail["type"] == "string_pattern_mismatch":
                said = "must be lower-case letters, digits, _ and -, and begin with a letter or digit"
            reading.fault(
                ".".join(path), detail["input"], said[:1].lower() + said[1:], "docs/sweep.md tells of it"
            )
    return None


def _base(reading: _Reading, written: DesignFile | None, content: Content, folder: Path) -> Scenario | None:
    """Load the base scenario, with the sweep's own length."""
    reference = content.get("base", "baseline")
    if not isinstance(reference, str):
        return None
    try:
        base = load_scenario(reference if reference in library_files() else folder / reference)
    except ScenarioError as error:
        reading.faults += error.faults
        return None
    if written is None:
        return base
    if written.days is not None and written.years is not None:
        reading.fault("days", written.days, "days and years exclude each other", "give one of them")
    if written.days is not None:
        calendar = base.calendar.model_copy(update={"days": written.days})
        return base.model_copy(update={"calendar": calendar})
    return with_years(base, written.years)


def with_years(base: Scenario, years: float | None) -> Scenario:
    """Return the scenario lasting so many years, as ``turnout run --years`` has it."""
    from experiments.run.study import with_years as lasting

    lasted: Scenario = lasting(base, years)
    return lasted


def _outcomes(reading: _Reading, written: DesignFile | None, base: Scenario | None) -> None:
    if written is None or base is None:
        return
    from experiments.execution import model
    from experiments.statistics.precision import SHORT_NAMES

    known = model.units(model.standards(base), scenario=base)
    for name in written.outcomes:
        if name not in known:
            near = nearest_remedy(SHORT_NAMES.get(name, name), known)
            reading.fault("outcomes", name, f"there is no measure {name}", near)
    if len(set(written.outcomes)) < len(written.outcomes):
        twice = sorted(name for name in set(written.outcomes) if written.outcomes.count(name) > 1)
        reading.fault("outcomes", None, f"named twice: {listed(twice)}", "name each once")


def _columns(reading: _Reading, factors: list[Factor], written: DesignFile | None) -> None:
    """No two columns of one name, no field set by two factors."""
    taken = dict.fromkeys(OWN_COLUMNS, "a column of every sweep")
    taken |= dict.fromkeys(written.outcomes if written else (), "an outcome")
    fields: dict[tuple[str, ...], str] = {}
    for factor in factors:
        if factor.name in taken:
            reading.fault(
                factor.name, None, f"the name is that of {taken[factor.name]}", "give the factor another name"
            )
        taken[factor.name] = f"the {factor.role}"
        for path in _fields_of(factor):
            other = fields.setdefault(path, factor.name)
            if other != factor.name:
                where = f"{factor.role} {factor.name}"
                problem = f"sets {'.'.join(path)}, which {other} sets too: one would hide the other"
                reading.fault(where, None, problem, "leave it to one of them")


def _fields_of(factor: Factor) -> list[tuple[str, ...]]:
    """Return every field that a factor sets."""
    found = dict.fromkeys(factor.paths)
    for option in factor.options:
        found |= dict.fromkeys(_leaves(option.content, ()))
    return list(found)


def _leaves(content: Content, at: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*at, key))
        else:
            yield (*at, key)


def _sampling(
    reading: _Reading, sampling: Sampling, levers: tuple[Factor, ...], uncertainties: tuple[Factor, ...]
) -> None:
    """Check that the method and the factors fit each other."""
    sampled = sampling.method in SAMPLED
    for factor in (*levers, *(() if sampled else uncertainties)):
        if factor.bounds is not None and factor.steps is None:
            where = f"{factor.role} {factor.name}"
            problem = "a range has to be cut into steps here: only uncertainties that are sampled do without"
            reading.fault(where, None, problem, "add steps = 5, say, or list the values")
    if sampled and not uncertainties:
        reading.fault("sampling.method", sampling.method, "there is no uncertainty to sample", "leave it out")
    if sampled and sampling.n is None:
        reading.fault("sampling.n", None, "n is missing: how many samples", "give it, such as n = 16")
    if not sampled and sampling.n is not None:
        problem = f"n says nothing with the method {sampling.method}"
        reading.fault("sampling.n", sampling.n, problem, "leave it out, or sample: latin_hypercube or sobol")
    if sampling.method == "sobol" and sampling.n is not None and sampling.n & (sampling.n - 1):
        power = 1 << sampling.n.bit_length()
        problem = "a Sobol sequence is balanced at powers of two only"
        reading.fault("sampling.n", sampling.n, problem, f"give {power // 2} or {power}")
    for how, factors in ((sampling.levers, levers), (sampling.method, uncertainties)):
        lengths = {factor.name: len(factor.levels) for factor in factors}
        if how == "list" and len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} {length}" for name, length in lengths.items())
            problem = f"lists read side by side must be equally long, not {told}"
            reading.fault("sampling", None, problem, 'make them so, or take "grid"')
