"""``turnout run --posterior N``: a scenario at N parameter sets of the sample, and what that says of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.execution import model
from experiments.execution.documents import Document
from experiments.execution.progress import Progress, silent
from experiments.execution.provenance import code_digest, identity_digest, turnout_version
from experiments.execution.results_folder import write_text, writing
from experiments.execution.tasks import StudyFolder
from experiments.posterior.evaluate import SampleResults, Study, draws_of, evaluate_all
from experiments.posterior.parameter_sets import not_carried, overruled, reference_of, shifted
from experiments.posterior.result import Basis, PosteriorSummary
from experiments.posterior.sample import Sample, choose, load_sample
from experiments.posterior.settings import Asked
from experiments.posterior.variance import spread
from experiments.presentation.police_report import missed_shares as missed_by_police
from experiments.presentation.summary import Summary, rows_of
from experiments.run.result import missed_shares
from experiments.run.settings import Settings
from experiments.run.study import with_length
from scenarios.schema.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The part of a sample that a command uses, and the scenario that carries its best fit."""

    sample: Sample
    rows: tuple[int, ...]
    reference: Scenario


def choose_draws(base: Scenario, asked: Asked, seed: int) -> Chosen:
    """Return the draws for ``base`` and what is compared with it. Raises UserError."""
    sample = load_sample(base, asked.file)
    return Chosen(sample, tuple(choose(len(sample.values), asked.draws, seed)), reference_of(base))


def identity_of(scenario: Scenario, chosen: Chosen, seed: int) -> Document:
    """Return what makes the draws of a scenario these and no others; how many there are is not part of it."""
    from scenarios.loading.load import digest

    return {
        "study": "posterior",
        "scenario": scenario.name,
        "title": scenario.title,
        "scenario_sha256": digest(scenario),
        "reference_sha256": digest(chosen.reference),
        "sample_sha256": chosen.sample.digest,
        "days": scenario.calendar.days,
        "seed": seed,
        "turnout": turnout_version(),
        "model_sha256": code_digest(),
    }


def default_out(identity: Document, runs: Path = Path("runs")) -> Path:
    """Return ``runs/posterior-<scenario>-s<seed>-<digest>``."""
    name = f"posterior-{identity['scenario']}-s{identity['seed']}-{identity_digest(identity)[:8]}"
    return runs / name


def simulate_draws(
    scenario: Scenario,
    chosen: Chosen,
    folder: StudyFolder,
    *,
    identity: Document,
    replications: int,
    workers: int,
    progress: Progress,
) -> SampleResults:
    """Simulate the draws of a scenario that ``folder`` lacks. Raises UserError and Stopped."""
    from scenarios.loading.load import dump_scenario

    with folder.opened(identity):
        with writing(folder.path):
            write_text(folder.path / "scenario.json", dump_scenario(scenario))
        study = Study(scenario, chosen.reference, chosen.sample, identity["seed"])
        draws = draws_of(chosen.sample, chosen.rows, replications)
        return evaluate_all(study, draws, folder, workers=workers, progress=progress)


def run_posterior(settings: Settings, asked: Asked, progress: Progress = silent) -> PosteriorSummary:
    """Do what ``turnout run --posterior`` does, but for the printing.

    Raises UserError for what the user can mend, and Stopped when it was stopped; whole draws stay.
    """
    from experiments.posterior.write import write_posterior

    scenario = with_length(model.load(settings.scenario), settings.years, settings.days)
    chosen = choose_draws(scenario, asked, settings.seed)
    identity = identity_of(scenario, chosen, settings.seed)
    folder = StudyFolder(settings.out or default_out(identity))
    drawn = simulate_draws(
        scenario,
        chosen,
        folder,
        identity=identity,
        replications=settings.replications,
        workers=settings.workers,
        progress=progress,
    )
    found = summarise(scenario, chosen, drawn, settings, str(folder.path))
    write_posterior(found, drawn, folder.path)
    return found


def basis_of(scenarios: Sequence[Scenario], chosen: Chosen, replications: int) -> Basis:
    """Return what the intervals rest on; a field that any of the scenarios sets itself is told."""
    notes = [
        *_other_fit(chosen),
        *(note for scenario in scenarios for note in overruled_notes(scenario, chosen)),
    ]
    return Basis(
        sample=chosen.sample.name,
        sample_sha256=chosen.sample.digest,
        of=len(chosen.sample.values),
        rows=chosen.rows,
        replications=replications,
        parameters=tuple(each.key for each in chosen.sample.parameters),
        notes=tuple(notes),
    )


def _other_fit(chosen: Chosen) -> list[str]:
    """Return a warning if the sample belongs to another fit than the reference's."""
    fields = not_carried(chosen.reference, chosen.sample)
    if not fields:
        return []
    more = f" and {len(fields) - 1} more" if len(fields) > 1 else ""
    note = (
        f"{chosen.sample.name} belongs to another fit than {chosen.reference.name} carries ({fields[0]}{more}): the "
        "parameters move the scenario by their distance from that other fit."
    )
    return [note]


def overruled_notes(scenario: Scenario, chosen: Chosen) -> list[str]:
    """Return a sentence for each parameter that a scenario overrules by what it sets itself."""
    notes = []
    for each in overruled(scenario, chosen.reference, chosen.sample.parameters):
        fields = (
            each.fields[0] if len(each.fields) == 1 else f"{each.fields[0]} and {len(each.fields) - 1} more"
        )
        where = "" if each.wholly else ", there"
        notes.append(
            f"{scenario.name} sets {fields} itself and keeps that at every parameter set ({each.parameter} "
            f"does nothing{where})."
        )
    notes += [
        f"{scenario.name} changes {each.field} by {each.by} and keeps that difference at every parameter set."
        for each in shifted(scenario, chosen.reference, chosen.sample.parameters)
    ]
    return notes


def summarise(
    scenario: Scenario, chosen: Chosen, drawn: SampleResults, settings: Settings, out: str
) -> PosteriorSummary:
    """Return the figures of a scenario over its draws."""
    standards = model.standards(scenario)
    definitions = model.definitions(standards, scenario=scenario)
    there = set(drawn.names)
    spreads = {name: spread(drawn.values(name)) for name in definitions if name in there}
    rows = rows_of(
        {name: each.whole for name, each in spreads.items()},
        definitions,
        reported=model.reported(scenario),
        targets=model.targets(standards),
    )
    summary = Summary(
        scenario=scenario.name,
        title=scenario.title,
        replications=settings.replications,
        seed=settings.seed,
        days=scenario.calendar.days,
        incidents=drawn.incidents,
        log_sha256=drawn.log_sha256,
        rows=rows,
        missed=missed_shares(rows) or missed_by_police(rows),
        out=out,
    )
    return PosteriorSummary(summary, spreads, basis_of([scenario], chosen, settings.replications))
