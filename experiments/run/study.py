"""A run from the command to its folder: load, repeat, sum up, write."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import Stopped, UserError
from experiments.execution import model
from experiments.execution.documents import Document
from experiments.execution.progress import Progress, silent
from experiments.execution.provenance import code_digest, identity_digest, turnout_version
from experiments.execution.replicate import Replications, Wanted, replicate
from experiments.execution.results_folder import write_json, writing
from experiments.execution.store import SCENARIO_FILE, RunFolder
from experiments.execution.workers import Job
from experiments.presentation.as_json import summary_document
from experiments.presentation.summary import Summary
from experiments.run.breakdowns import check_by
from experiments.run.result import summarise, write_results
from experiments.run.settings import Settings
from experiments.statistics.precision import parse_precision, replications_needed

if TYPE_CHECKING:  # slow to import
    from scenarios.schema.scenario import Scenario


def with_length(scenario: Scenario, years: float | None, days: int | None) -> Scenario:
    """Return the scenario lasting so many years or days; its own length where neither is given. Raises UserError."""
    if days is None:
        return with_years(scenario, years)
    if years is not None:
        msg = "--years and --days exclude each other: give one of them."
        raise UserError(msg)
    calendar = scenario.calendar.model_copy(update={"days": days})
    return scenario.model_copy(update={"calendar": calendar})


def with_years(scenario: Scenario, years: float | None) -> Scenario:
    """Return the scenario lasting ``years``: whole years by the calendar, the rest in days of 1/365 year."""
    if years is None:
        return scenario
    start: date = scenario.calendar.start
    whole = int(years)
    try:
        end = start.replace(year=start.year + whole)
    except ValueError:  # 29 February
        end = start.replace(year=start.year + whole, day=28)
    days = (end - start + timedelta(days=round((years - whole) * 365))).days
    if days < 1:
        msg = f"--years {years:g} is less than one day. Give at least 0.003."
        raise UserError(msg)
    calendar = scenario.calendar.model_copy(update={"days": days})
    return scenario.model_copy(update={"calendar": calendar})


def identity_of(scenario: Scenario, seed: int) -> Document:
    """Return what makes a run this run and no other."""
    from scenarios.loading.load import digest

    return {
        "scenario": scenario.name,
        "scenario_sha256": digest(scenario),
        "days": scenario.calendar.days,
        "seed": seed,
        "turnout": turnout_version(),
        "model_sha256": code_digest(),
    }


def default_out(identity: Document) -> Path:
    """Return ``runs/<scenario>-s<seed>-y<years>-<digest>``."""
    years = identity["days"] / 365.25
    shown = f"{round(years)}" if abs(years - round(years)) < 0.01 and years > 0.5 else f"{years:.3f}"
    return (
        Path("runs") / f"{identity['scenario']}-s{identity['seed']}-y{shown}-{identity_digest(identity)[:8]}"
    )


def run_scenario(settings: Settings, progress: Progress = silent) -> Summary:
    """Do what ``turnout run`` does, but for the printing.

    Raises UserError for what the user can mend, and Stopped when the run was stopped.
    """
    return run_loaded(model.load(settings.scenario), settings, progress)


def run_loaded(scenario: Scenario, settings: Settings, progress: Progress = silent) -> Summary:
    """Do the same with a scenario that is loaded: ``settings.scenario`` is not read."""
    began = time.perf_counter()
    scenario = with_length(scenario, settings.years, settings.days)
    check_by(settings.by, scenario)
    wanted = Wanted(count=settings.replications)
    if settings.precision is not None:
        wanted = Wanted(
            precisions=parse_precision(
                settings.precision, model.units(model.standards(scenario), scenario=scenario)
            ),
            ceiling=settings.ceiling,
        )
    model.reported(scenario)  # a faulty table of figures is told now, not at the end
    identity = identity_of(scenario, settings.seed)
    folder = RunFolder(settings.out or default_out(identity))
    with folder.held(identity):
        done = replicate_into(
            folder,
            scenario,
            wanted,
            identity=identity,
            seed=settings.seed,
            workers=settings.workers,
            progress=progress,
        )
        summary = summarise(scenario, settings.seed, done, str(folder.path))
        whole = write_run(
            folder,
            scenario,
            summary,
            done,
            identity=identity,
            timings=timings_of(began, settings.workers, done),
        )
    notes = (_note(wanted, done, whole), model.map_attribution(scenario))
    return replace(summary, note=" ".join(note for note in notes if note))


def _note(wanted: Wanted, done: Replications, whole: int) -> str:
    """Return what the reader of a run must know beside its figures."""
    if wanted.precisions and replications_needed(wanted.precisions, done.values, floor=wanted.floor) is None:
        return f"The precision was not reached in {done.count} replications: raise --most."
    if whole > done.count:
        return f"The folder holds {whole} replications, and its files tell of all of them."
    return ""


def write_run(
    folder: RunFolder,
    scenario: Scenario,
    summary: Summary,
    done: Replications,
    *,
    identity: Document,
    timings: Document,
) -> int:
    """Write what a run folder holds beside its replications; return of how many that tells: all that are there.

    ``summary`` and ``done`` are of the replications that count now; more may have been made before.
    """
    whole = max(folder.series(), done.count)
    if whole > done.count:
        done = kept(folder, whole)
        summary = summarise(scenario, summary.seed, done, summary.out)
    with writing(folder.path):
        write_results(folder, scenario, summary, done, identity)
        write_json(folder.path / "summary.json", summary_document(summary))
        write_json(folder.path / "timings.json", timings)
    return whole


def kept(folder: RunFolder, count: int) -> Replications:
    """Return the first ``count`` replications of a folder, all of which are there."""

    def nothing_missing() -> Job:
        raise AssertionError

    return replicate(
        nothing_missing, Wanted(count=count), finished=folder.finished(), folder_of=folder.replication
    )


def replicate_into(
    folder: RunFolder,
    scenario: Scenario,
    wanted: Wanted,
    *,
    identity: Document,
    seed: int,
    workers: int = 1,
    progress: Progress = silent,
) -> Replications:
    """Do the replications that ``folder`` lacks; ``identity`` is ``identity_of(scenario, seed)``.

    Raises UserError for what the user can mend, and Stopped when it was stopped; whole replications stay.
    """

    def job() -> Job:
        from scenarios.loading.load import dump_scenario

        world = model.build(scenario)  # before the folder is made: a faulty scenario leaves nothing behind
        folder.make(identity, {SCENARIO_FILE: dump_scenario(scenario)})
        folder.clear_parts()
        standards = model.standards(scenario)
        return Job(
            world,
            standards,
            seed,
            folder,
            model.simulate_to_read,
            model.measure,
            model.units(standards, scenario=scenario),
        )

    try:
        return replicate(
            job,
            wanted,
            finished=folder.finished(),
            folder_of=folder.replication,
            workers=workers,
            progress=progress,
        )
    except (Stopped, KeyboardInterrupt) as stop:
        whole = len(folder.finished())
        kept = f"{whole} replication is" if whole == 1 else f"{whole or 'no'} replications are"
        msg = f"Stopped: {kept} whole in {folder.path}. Repeat the same command to do the rest."
        raise Stopped(msg, status=getattr(stop, "status", 130)) from None


def timings_of(began: float, workers: int, done: Replications) -> Document:
    """Return when and how long, ``began`` by ``time.perf_counter``."""
    return {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - began, 3),
        "workers": workers,
        "replications_reused": done.reused,
        "replications": [{name: round(value, 3) for name, value in one.items()} for one in done.seconds],
    }
