"""The runs under a comparison: one ordinary run folder a scenario, nothing done twice, all with one seed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experiments.compare.settings import CompareSettings
from experiments.execution import model
from experiments.execution.arrays import Array
from experiments.execution.documents import Document
from experiments.execution.progress import Progress
from experiments.execution.replicate import Replications, Wanted
from experiments.execution.results_folder import read_document
from experiments.execution.store import TABLES_FOLDER, RunFolder
from experiments.execution.tables import read_columns
from experiments.run.result import summarise
from experiments.run.study import default_out, identity_of, kept, replicate_into, timings_of, write_run
from experiments.statistics.precision import FLOOR, Precision, forecast, parse_precision, replications_needed
from scenarios.schema.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioRun:
    """One scenario with its folder and replications."""

    scenario: Scenario
    identity: Document
    folder: RunFolder
    done: Replications

    def values(self, name: str) -> list[float]:
        """Return one measure over the replications, NaN where it is not there."""
        return self.done.values.get(name, [float("nan")] * self.done.count)

    def table(self, number: int, name: str, needed: Sequence[str]) -> dict[str, Array]:
        """Return a table of measures of one replication, by its columns. Raises DamagedFile."""
        return read_columns(self.folder.replication(number) / TABLES_FOLDER / f"{name}.parquet", needed)


def run_all(
    scenarios: Sequence[Scenario], settings: CompareSettings, progress: Progress
) -> list[ScenarioRun]:
    """Run every scenario as often as asked, or until the differences from the first are precise enough."""
    wanted = precisions(scenarios[0], settings)
    # Told once and first: a model that changes under a long comparison must not split it.
    sides = [(scenario, identity_of(scenario, settings.seed)) for scenario in scenarios]
    if not wanted:
        return _finished(_round(sides, settings.replications, settings, progress), settings)
    count = FLOOR
    while True:
        runs = _round(sides, count, settings, progress)
        differences = [_differences(runs[0], option, wanted) for option in runs[1:]]
        stop = first_precise(wanted, differences, count)
        if stop is not None or count >= settings.ceiling:
            # Cut back to the first number that does: neither --workers nor the rounds may matter.
            return _finished(_round(sides, stop or count, settings, progress), settings)
        guess = max(forecast(wanted, series, ceiling=settings.ceiling) for series in differences)
        count = min(settings.ceiling, max(count + 2, min(guess, 2 * count)))


def precisions(base: Scenario, settings: CompareSettings) -> tuple[Precision, ...]:
    """Return the half-widths asked for; none where a number of replications was. Raises UserError."""
    if settings.precision is None:
        return ()
    return parse_precision(settings.precision, model.units(model.standards(base), scenario=base))


def first_precise(
    wanted: Sequence[Precision], differences: Sequence[Mapping[str, Sequence[float]]], most: int
) -> int | None:
    """Return the first number of replications, up to ``most``, at which every option is precise enough.

    ``differences`` holds for each option the paired differences by measure. None if no number is.
    """
    for n in range(FLOOR, most + 1):
        cut = ({name: series[:n] for name, series in one.items()} for one in differences)
        if all(replications_needed(wanted, one, floor=n) == n for one in cut):
            return n
    return None


def precise(runs: Sequence[ScenarioRun], wanted: Sequence[Precision]) -> bool:
    """Say whether the differences of all options are as precise as wanted."""
    count = runs[0].done.count
    return all(
        replications_needed(wanted, _differences(runs[0], option, wanted), floor=count) is not None
        for option in runs[1:]
    )


def _differences(
    base: ScenarioRun, option: ScenarioRun, wanted: Sequence[Precision]
) -> dict[str, list[float]]:
    return {
        one.measure: [
            o - b for b, o in zip(base.values(one.measure), option.values(one.measure), strict=True)
        ]
        for one in wanted
    }


def _round(
    sides: Sequence[tuple[Scenario, Document]], count: int, settings: CompareSettings, progress: Progress
) -> list[ScenarioRun]:
    """Bring every scenario to ``count`` replications."""
    runs: list[ScenarioRun] = []
    whole = count * len(sides)
    for scenario, identity in sides:
        before = count * len(runs)

        def tell(done: int, total: int, before: int = before) -> None:
            del total
            progress(before + min(done, count), whole)

        folder = RunFolder(settings.runs / default_out(identity).name)
        with folder.held(identity):
            done = replicate_into(
                folder,
                scenario,
                Wanted(count=count),
                identity=identity,
                seed=settings.seed,
                workers=settings.workers,
                progress=tell,
            )
        runs.append(ScenarioRun(scenario, identity, folder, done))
    progress(whole, whole)
    return runs


def _finished(runs: list[ScenarioRun], settings: CompareSettings) -> list[ScenarioRun]:
    """Make each folder a whole run, as ``turnout run`` would have left it, unless it is one already."""
    for run in runs:
        with run.folder.held(run.identity):
            done = kept(run.folder, run.folder.series())
            if _holds(run.folder) == done.log_sha256:
                continue
            began = time.perf_counter()
            summary = summarise(run.scenario, settings.seed, done, str(run.folder.path))
            timings = timings_of(began, settings.workers, done)
            write_run(run.folder, run.scenario, summary, done, identity=run.identity, timings=timings)
    return runs


def _holds(folder: RunFolder) -> str | None:
    """Return the log digest that a folder's summary tells, None if there is none."""
    document = read_document(folder.path / "summary.json")
    return None if document is None else str(document.get("log_sha256"))
