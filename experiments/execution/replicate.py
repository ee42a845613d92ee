"""Replications: as many as asked, or as many as the precision needs; on one core or several; always the same.

Replication k of a seed is the same whatever else runs, so figures depend on the number of replications only.
Those that a run folder already holds are not done again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from experiments.execution.documents import Document
from experiments.execution.executor import Processes, answers, executor
from experiments.execution.progress import Progress, silent
from experiments.execution.signals import stopping
from experiments.execution.tables import read_measures
from experiments.execution.workers import Job, run_replication
from experiments.statistics.precision import CEILING, FLOOR, Precision, forecast, replications_needed


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many replications: ``count``, or until ``precisions`` hold, from ``floor`` up to ``ceiling``."""

    count: int = 5
    precisions: tuple[Precision, ...] = ()
    floor: int = FLOOR
    ceiling: int = CEILING

    def enough(self, values: Mapping[str, Sequence[float]], done: int) -> int | None:
        """Return with how many of the first ``done`` replications to stop, None to go on."""
        if not self.precisions:
            return self.count if done >= self.count else None
        needed = replications_needed(self.precisions, values, floor=self.floor)
        if needed is not None and needed <= self.ceiling:
            return needed
        return self.ceiling if done >= self.ceiling else None

    def guess(self, values: Mapping[str, Sequence[float]]) -> int:
        """Return how many there will probably be."""
        if not self.precisions:
            return self.count
        return forecast(self.precisions, values, floor=self.floor, ceiling=self.ceiling)


@dataclass(slots=True)
class Replications:
    """The first ``count`` replications of a run, in their order."""

    count: int
    done: list[Document]  # what each one's done.json says
    values: dict[str, list[float]]  # each measure over the replications; NaN where one lacks it
    reused: int = 0
    seconds: list[dict[str, float]] = field(default_factory=list)

    @property
    def incidents(self) -> int:
        """Incidents over all replications."""
        return sum(int(one["incidents"]) for one in self.done)

    @property
    def log_sha256(self) -> str:
        """SHA-256 over the replications' log digests, in their order."""
        return hashlib.sha256("".join(str(one["log_sha256"]) for one in self.done).encode()).hexdigest()


@dataclass(slots=True)
class _Ledger:
    """Results as they come in, and the unbroken series from replication 0 on."""

    wanted: Wanted
    results: dict[int, Document]
    complete: int = 0
    values: dict[str, list[float]] = field(default_factory=dict)

    def advance(self) -> int | None:
        """Take up what has come in; return with how many to stop, if it is time."""
        while self.complete in self.results:
            new = self.results[self.complete]["values"]
            for name in new.keys() - self.values.keys():
                self.values[name] = [float("nan")] * self.complete
            for name, series in self.values.items():
                series.append(float(new.get(name, float("nan"))))
            self.complete += 1
            stop = self.wanted.enough(self.values, self.complete)
            if stop is not None:
                return stop
        return None


def replicate(
    job: Callable[[], Job] | Job,
    wanted: Wanted,
    *,
    finished: Mapping[int, Document],
    folder_of: Callable[[int], Path],
    workers: int = 1,
    progress: Progress = silent,
) -> Replications:
    """Run what is missing and return the replications that count.

    ``job`` may be a function, called only if something is missing. ``finished`` are the replications that the
    folder holds, ``folder_of`` their folders. ``progress`` hears (done, expected). Raises Stopped on Ctrl-C
    and termination; whole replications stay.
    """
    results = {
        number: {**done, "values": read_measures(folder_of(number) / "measures.parquet")}
        for number, done in finished.items()
    }
    ledger = _Ledger(wanted, results)
    stop = ledger.advance()
    if stop is None:
        with stopping():
            made = job() if callable(job) else job
            stop = _do(made, ledger, workers, progress)
    counted = [results[number] for number in range(stop)]
    return Replications(
        count=stop,
        done=[{k: v for k, v in one.items() if k not in ("values", "seconds")} for one in counted],
        values={name: series[:stop] for name, series in ledger.values.items()},
        reused=sum(1 for number in range(stop) if number in finished),
        seconds=[one["seconds"] for one in counted if "seconds" in one],
    )


def _missing(ledger: _Ledger) -> Iterator[int]:
    """Yield the replications that are not there, each once."""
    number = 0
    while True:
        if number not in ledger.results:
            yield number
        number += 1


def _do(job: Job, ledger: _Ledger, workers: int, progress: Progress) -> int:
    """Do what is missing until it is enough; return how many count."""
    limit = ledger.wanted.count if not ledger.wanted.precisions else ledger.wanted.ceiling
    made = executor(workers, run_replication, job)
    done = answers(made, takewhile(lambda number: number < limit, _missing(ledger)))
    try:
        progress(ledger.complete, ledger.wanted.guess(ledger.values))
        for number, result in done:
            ledger.results[number] = result
            stop = ledger.advance()
            if stop is not None:
                progress(stop, stop)
                return stop
            have = len(ledger.results)
            progress(have, max(ledger.wanted.guess(ledger.values), have))
    finally:
        done.close()
        if isinstance(made, Processes):
            job.folder.clear_parts([f"-{process}-" for process in sorted(made.processes)])
    raise AssertionError
