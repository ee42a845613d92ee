"""Many small pieces of work, each kept as one whole file: on one core or several, stopped and resumed at will.

A piece of work is named by its key, which says all that decides its result; a folder never holds two results
of one key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from experiments.errors import Stopped
from experiments.execution.documents import Document
from experiments.execution.executor import answers, executor
from experiments.execution.progress import Progress, silent
from experiments.execution.results_folder import (
    STUDY,
    FolderType,
    Identity,
    ResultsFolder,
    read_document,
    write_json,
    writing,
)
from experiments.execution.signals import stopping

Payload = TypeVar("Payload")
Context = TypeVar("Context")
Work = Callable[[Context, Payload], Document]
"""Takes the context and a task's payload; returns what is kept of it, of JSON kinds only."""


@dataclass(frozen=True, slots=True)
class Task(Generic[Payload]):
    """A piece of work: ``key`` names its file, ``payload`` goes to the function."""

    key: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class StudyFolder(ResultsFolder):
    """Where a study lives: ``study.json`` says what it is, ``points/`` holds what is done."""

    @property
    def type(self) -> FolderType:
        """A study."""
        return STUDY

    @contextmanager
    def opened(self, identity: Identity) -> Iterator[None]:
        """Make the folder, or go on in it, and hold it. Raises UserError if it holds something else."""
        with self.held(identity):
            self.make(identity)
            self.clear_parts()
            yield

    def read(self, key: str) -> Document | None:
        """Return what was kept of a task, None if it is not done."""
        return read_document(self._file(key))

    def keep(self, key: str, document: Document) -> None:
        """Write the result of a task, whole or not at all."""
        with writing(self.path):
            write_json(self._file(key), document)

    def _file(self, key: str) -> Path:
        return self.pieces / f"{key}.json"


def do_all(
    tasks: Sequence[Task[Payload]],
    work: Work[Context, Payload],
    context: Context,
    folder: StudyFolder,
    *,
    workers: int = 1,
    progress: Progress = silent,
) -> dict[str, Document]:
    """Do the tasks that the folder lacks, in their order, and return the results of all by key.

    Raises UserError for what the user can mend, and Stopped when it was stopped; what is done stays.
    """
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
class _Common(Generic[Context, Payload]):
    """What all tasks of a study share."""

    work: Work[Context, Payload]
    context: Context
    folder: StudyFolder


def _do(common: _Common[Context, Payload], task: Task[Payload]) -> Document:
    document = common.work(common.context, task.payload)
    common.folder.keep(task.key, document)
    return document
