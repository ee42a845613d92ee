"""Runs in Python: simulate a scenario into a folder, or read a folder that is there."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.progress import Progress, silent
from experiments.execution.store import SCENARIO_FILE, RunFolder
from experiments.execution.tables import read_log
from experiments.presentation.breakdown import breakdown_names
from experiments.presentation.progress import progress_bar
from experiments.presentation.summary import Summary
from experiments.run.breakdowns import columns_by
from experiments.run.result import read_run
from experiments.run.settings import Settings
from experiments.run.study import run_loaded
from experiments.run.trace import trace_text
from scenarios.schema.scenario import Scenario
from sim.log.tables import Log
from sim.world.fire import World
from turnout.figures import summary_frame
from turnout.one_replication import check_table, frame


@dataclass(frozen=True)
class Run:
    """A finished run: its scenario, its folder, and what happened in each replication."""

    folder: Path
    scenario: Scenario = field(repr=False)
    summary: Summary = field(repr=False)

    @property
    def replications(self) -> int:
        """How many replications the figures are of."""
        return self.summary.replications

    @property
    def seed(self) -> int:
        """Root of all chance."""
        return self.summary.seed

    @cached_property
    def world(self) -> World:
        """The World that was simulated."""
        return model.build(self.scenario)

    def measures(self) -> pd.DataFrame:
        """Return every figure of the run, a row each.

        Columns: measure, title, value (mean over the replications), low and high (95% interval by Student's t, NaN
        with one replication), unit (``share``: a fraction; ``s``: seconds), replications, reported (what the service
        reported, NaN where nothing was), standard (target), met (True, False, or None: the interval holds the
        target), definition.
        """
        return summary_frame(self.summary, self.scenario)

    def log(self, replication: int = 0) -> Log:
        """Return the log of one replication. Raises UserError if the run has none of that number."""
        self._check(replication)
        return read_log(RunFolder(self.folder).replication(replication))

    def frame(self, table: str = "incidents", replication: int | None = None) -> pd.DataFrame:
        """Return a table of the log in words (see ``turnout.frame``), with a column ``replication``.

        ``replication`` None: all of them, one below the other.
        """
        check_table(table)
        numbers = range(self.replications) if replication is None else [replication]
        parts = []
        for number in numbers:
            part = frame(self.world, self.log(number), table)
            part.insert(0, "replication", number)
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def breakdowns(self) -> list[str]:
        """Return what the figures can be broken down by."""
        return breakdown_names(self.folder)

    def breakdown(self, by: str) -> pd.DataFrame:
        """Return the figures broken down: means over all replications of the folder; ``_s`` seconds, ``_h`` hours.

        ``by`` is one of ``breakdowns()``, or two or three things together, such as ``district,hour``.

        Raises UserError if there is no such breakdown.
        """
        return pd.DataFrame(columns_by(self.folder, by))

    def trace(self, incident: str | int = "worst", replication: int = 0) -> str:
        """Return the course of one incident in words, as ``turnout trace`` prints it.

        ``incident`` is its name as frames give it, its row, or ``worst``. Raises UserError if there is none.
        """
        self._check(replication)
        return trace_text(self.folder, replication, str(incident))

    def _check(self, replication: int) -> None:
        if not 0 <= replication < self.replications:
            msg = f"replication {replication} is not in {self.folder}: it has 0 to {self.replications - 1}."
            raise UserError(msg)


def run(
    scenario: Scenario | str = "baseline",
    *,
    replications: int = 5,
    precision: str | None = None,
    most: int = 200,
    years: float | None = None,
    seed: int = 1,
    workers: int = 1,
    out: str | Path | None = None,
    progress: bool = False,
) -> Run:
    """Simulate a scenario and return the finished run: what ``turnout run`` does.

    Args:
        scenario: a scenario, or the name or file of one.
        replications: how many times the period is simulated, where no ``precision`` is asked for.
        precision: go on until the 95% interval is this narrow: ``"within_15=0.5"`` is ±0.5 points.
        most: ceiling on replications with ``precision``.
        years: length of a replication; None: the scenario's.
        seed: root of all chance.
        workers: processes; figures do not depend on it. A script that asks for more than one must stand under
            ``if __name__ == "__main__":``.
        out: folder to write to; None: one under ``runs/``, named after scenario, seed and length. What it holds of
            the same run is not done again.
        progress: tell on standard error how far it is.

    Raises:
        UserError: what the user can mend.
    """
    loaded = model.load(scenario) if isinstance(scenario, str) else scenario
    settings = Settings(
        loaded.name, replications, precision, most, years, seed, workers, None if out is None else Path(out)
    )
    with told(progress) as tell:
        summary = run_loaded(loaded, settings, tell)
    return _run_of(Path(summary.out), summary)


def told(progress: bool) -> AbstractContextManager[Progress]:
    """Return how far the work is told: on standard error, or not at all."""
    return progress_bar(shown=True) if progress else nullcontext(silent)


def read(folder: str | Path) -> Run:
    """Return a finished run from its folder.

    Raises:
        UserError: the folder is none of a run, or the run was not finished.
    """
    path = Path(folder)
    _, summary = read_run(path)
    return _run_of(path, summary)


def _run_of(path: Path, summary: Summary) -> Run:
    return Run(path, model.load(str(path / SCENARIO_FILE)), summary)
