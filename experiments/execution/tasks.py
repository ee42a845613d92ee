"""Many small pieces of work, each kept as one whole file: on one core or several, stopped and resumed at will.

A piece of work is named by its key, which says all that decides its result; a folder never holds two results
of one key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.errors import Stopped, UserError
from experiments.execution.executor import answers, executor
from experiments.execution.progress import Progress, silent
from experiments.execution.signals import stopping
from experiments.execution.store import write_json, writing

STUDY_FILE = "study.json"
POINTS = "points"
Document = dict[str, Any]
Work = Callable[[Any, Any], Document]
"""Takes the context and a task's payload; returns what is kept of it, of JSON kinds only."""


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work: ``key`` names its file, ``payload`` goes to the function."""

    key: str
    payload: Any


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """Where a study lives: ``study.json`` says what it is, ``points/`` holds what is done."""

    path: Path

    def open(self, identity: Mapping[str, Any]) -> None:
        """Make the folder, or go on in it. Raises UserError if it holds something else."""
        with writing(self.path):
            if (self.path / STUDY_FILE).exists():
                self._must_be(identity)
            elif self.path.exists() and any(self.path.iterdir()):
                msg = f"{self.path} is not empty and holds no such study. Choose a new or empty folder with --out."
                raise UserError(msg)
            (self.path / POINTS).mkdir(parents=True, exist_ok=True)
            if not (self.path / STUDY_FILE).exists():
                write_json(self.path / STUDY_FILE, identity)

    def _must_be(self, identity: Mapping[str, Any]) -> None:
        try:
            there = json.loads((self.path / STUDY_FILE).read_text(encoding="utf-8"))
        except ValueError:
            there = None
        if not isinstance(there, dict):
            msg = f"{self.path / STUDY_FILE} cannot be read. Choose another folder with --out."
            raise UserError(msg)
        names = [*identity, *(name for name in there if name not in identity)]
        differing = [name for name in names if there.get(name) != identity.get(name)]
        if differing:
            told = "; ".join(
                f"{name} {_short(there.get(name))} there, {_short(identity.get(name))} asked"
                for name in differing
            )
            msg = f"{self.path} holds a different study ({told}). Choose another folder with --out."
            raise UserError(msg)

    def read(self, key: str) -> Document | None:
        """Return what was kept of a task, None if it is not done."""
        try:
            found = json.loads(self._file(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def keep(self, key: str, document: Document) -> None:
        """Write the result of a task, whole or not at all."""
        with writing(self.path):
            write_json(self._file(key), document)

    def clear_parts(self) -> None:
        """Remove what killed processes left half written."""
        for part in (self.path / POINTS).glob(".*.part"):
            part.unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self.path / POINTS / f"{key}.json"


def _short(value: Any) -> str:
    text = str(value)
    return text[:12] if len(text) > 24 else text


def do_all(
    tasks: Sequence[Task],
    work: Work,
    context: Any,
    folder: StudyFolder,
    *,
    workers: int = 1,
    progress: Progress = silent,
) -> dict[str, Document]:
    """Do the tasks that the folder lacks, in their order, and return the results of all by key.

    Raises UserError for what the user can mend, and Stopped when it was stopped; what is done stays.
    """
    folder.clear_parts()
    unique = {task.key: task for task in tasks}
    kept = {key: folder.read(key) for key in unique}
    missing = [task for key, task in unique.items() if kept[key] is None]
    before = len(unique) - len(missing)
    progress(before, len(unique))
    if missing:
        made = executor(min(workers, len(missing)), _do, _Common(work, context, folder))
        try:
            with stopping():
                for done, (task, document) in enumerate(answers(made, missing, ahead=2), before + 1):
                    kept[task.key] = document
                    progress(done, len(unique))
        except (Stopped, KeyboardInterrupt) as stop:
            whole = sum(document is not None for document in kept.values())
            msg = f"Stopped: {whole} of {len(unique)} points are whole in {folder.path}. Repeat the same command."
            raise Stopped(msg, status=getattr(stop, "status", 130)) from None
    return {key: document for key, document in kept.items() if document is not None}


@dataclass(frozen=True, slots=True)
class _Common:
    """What all tasks of a study share."""

    work: Work
    context: Any
    folder: StudyFolder


def _do(common: _Common, task: Task) -> Document:
    document = common.work(common.context, task.payload)
    common.folder.keep(task.key, document)
    return document
