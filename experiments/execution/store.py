"""The folder of a run: whole replications or none.

::

    run.json              what the run is: scenario, seed, days, digests (written first)
    scenario.json         the resolved scenario
    replications/0000/    log tables, measures.parquet, tables/ of breakdowns, done.json
    measures.parquet      every measure of every replication, tidy
    tables/               every breakdown of every replication
    summary.json          what ``--format json`` prints
    provenance.json       versions, digests, seed, the command that makes it again
    timings.json          when and how long, which differ from machine to machine

A replication is written into a folder beside and then renamed, so it is there whole or not at all. The files beside the
replications tell of all that are there, however few the last command asked for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from experiments.execution.documents import Document
from experiments.execution.results_folder import RUN, FolderType, ResultsFolder, read_document, writing

SCENARIO_FILE = "scenario.json"
TABLES_FOLDER = "tables"
_SAID = {"replication", "seed", "incidents", "log_sha256", "bytes"}


@dataclass(frozen=True, slots=True)
class RunFolder(ResultsFolder):
    """Where a run lives."""

    @property
    def type(self) -> FolderType:
        """A run."""
        return RUN

    def replication(self, number: int) -> Path:
        """Return the folder of one replication."""
        return self.pieces / f"{number:04d}"

    def finished(self) -> dict[int, Document]:
        """Return the whole replications: number to what its ``done.json`` says.

        One whose files are not as long as they were written (a power cut, a hand) does not count.
        """
        found = {}
        for folder in sorted((self.pieces).glob("[0-9]*")):
            done = _whole(folder)
            if done is not None:
                found[int(folder.name)] = done
        return found

    def series(self) -> int:
        """Return how many replications there are without a gap, from the first on."""
        found = self.finished()
        return next(number for number in range(len(found) + 1) if number not in found)

    @contextmanager
    def placing(self, number: int) -> Iterator[Path]:
        """Give a folder to fill with one replication; it gets its name when the block ends well."""
        part = self.pieces / f".part-{os.getpid()}-{number:04d}"
        place = self.replication(number)
        with writing(self.path):
            try:
                shutil.rmtree(part, ignore_errors=True)
                part.mkdir()
                yield part
                if _whole(place) is None:
                    shutil.rmtree(place, ignore_errors=True)
                    part.replace(place)
            finally:
                shutil.rmtree(part, ignore_errors=True)


def file_sizes(folder: Path) -> dict[str, int]:
    """Return the length in bytes of every file below ``folder``, by its path there with forward slashes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _whole(folder: Path) -> Document | None:
    """Return what the ``done.json`` of a replication says; None if it, or another file, is not whole."""
    done = read_document(folder / "done.json")
    if done is None or not isinstance(done.get("bytes"), dict) or not done.keys() >= _SAID:
        return None
    try:
        whole = all((folder / name).stat().st_size == size for name, size in done["bytes"].items())
    except (OSError, TypeError, ValueError):
        return None
    return done if whole else None
