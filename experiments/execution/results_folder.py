"""Folders of results: one identity, one lock, whole pieces, taken up again. What run, study and sweep share.

A folder says in one file what it holds (written first, and checked by whoever comes after); its pieces are there whole
or not at all; one process at a time works in it. A folder never tells of less than it holds.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import UserError
from experiments.execution import engines
from experiments.execution.documents import Document, Value
from experiments.execution.lock import LOCK_FILE, locked
from geo.plain_files import read_plain

Identity = Document
"""What makes the results of a folder these and no others: names, numbers and digests, as they stand in its file."""


@dataclass(frozen=True, slots=True)
class FolderType:
    """A kind of folder under ``runs/``: what it is called, the file that says what it is, where its pieces are.

    ``command`` makes one; ``choose`` says how the user names one. Of ``digests``, only those are told that differ
    where nothing else does.
    """

    noun: str
    file: str
    pieces: str
    command: str
    choose: str
    digests: tuple[str, ...] = ()


RUN = FolderType("run", "run.json", "replications", "turnout run", "say which with --run")
POSTERIOR = FolderType(
    "run over a sample", "posterior.json", "points", "turnout run --posterior", "name its folder"
)
PLAYED_BY = "engine"
"""Which engine played what a folder holds: said, and no part of what the folder is, for both play the same."""
STUDY = FolderType("study", "study.json", "points", "the command that made it", "name its folder")


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn the faults of a file system into one message that says which folder and what to do."""
    try:
        yield
    except OSError as fault:
        why = fault.strerror or str(fault)
        remedy = "Choose another folder with --out, or make room or permission there."
        msg = f"cannot write to {folder}: {why}. {remedy}"
        raise UserError(msg) from fault


@contextmanager
def whole(path: Path, suffix: str = "") -> Iterator[Path]:
    """Yield the name under which to write a file, which gets its own at the end; after a fault nothing is left of it.

    ``suffix``: how that name has to end, for writers that look at it.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part{suffix}")
    try:
        yield part
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole: under another name first, then renamed."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, document: Document) -> None:
    """Write a JSON file whole."""
    write_text(path, json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


@dataclass(frozen=True, slots=True)
class ResultsFolder:
    """A folder of results of one type."""

    path: Path

    @property
    def type(self) -> FolderType:
        """What the folder is."""
        return RUN

    @property
    def pieces(self) -> Path:
        """Where its pieces are."""
        return self.path / self.type.pieces

    def check(self, identity: Identity) -> None:
        """Raise UserError if the folder holds other results, or something else; a new or empty one is fine."""
        with writing(self.path):
            if (self.path / self.type.file).exists():
                self._must_be(identity)
            elif self.path.exists() and any(each.name != LOCK_FILE for each in self.path.iterdir()):
                msg = (
                    f"{self.path} is not empty and holds no {self.type.noun}. "
                    "Choose a new or empty folder with --out."
                )
                raise UserError(msg)

    def _must_be(self, identity: Identity) -> None:
        there = read_identity(self.path, self.type)
        names = dict.fromkeys((*identity, *there))
        differing = [name for name in names if name != PLAYED_BY and there.get(name) != identity.get(name)]
        shown = [name for name in differing if name not in self.type.digests] or differing
        if shown:
            told = "; ".join(
                f"{name} {_short(there.get(name, 'nothing'))} there, {_short(identity.get(name, 'nothing'))} asked"
                for name in shown
            )
            msg = (
                f"{self.path} holds a different {self.type.noun} ({told}). "
                "Choose another folder with --out, or remove that one."
            )
            raise UserError(msg)

    @contextmanager
    def held(self, identity: Identity) -> Iterator[None]:
        """Hold the folder while results are made: checked, locked, and taken away again if it stays empty.

        Raises UserError if it holds other results, or if another process is at work in it.
        """
        self.check(identity)
        with writing(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
        try:
            with locked(self.path, self.type.noun):
                self.check(identity)  # again: another process may have been quicker
                yield
        finally:
            if not (self.path / self.type.file).exists():
                with suppress(OSError):
                    (self.path / LOCK_FILE).unlink(missing_ok=True)
                    self.path.rmdir()  # only if it is empty

    def make(self, identity: Identity, files: Mapping[str, str] | None = None) -> None:
        """Make the folder what it is, with text files beside. Raises UserError if it cannot be written."""
        with writing(self.path):
            self.pieces.mkdir(parents=True, exist_ok=True)
            if not (self.path / self.type.file).exists():
                for name, text in (files or {}).items():
                    write_text(self.path / name, text)
                engine = engines.current(engines.Engine.SIMPY).value
                write_json(self.path / self.type.file, {**identity, PLAYED_BY: engine})

    def clear_parts(self, marks: Sequence[str] = ("",)) -> None:
        """Remove what stopped or killed processes left unfinished; ``marks`` limits it to parts so marked."""
        for mark in marks:
            for part in self.pieces.glob(f".*part*{mark}*" if mark else ".*part*"):
                if part.is_dir():
                    shutil.rmtree(part, ignore_errors=True)
                else:
                    part.unlink(missing_ok=True)


def _short(value: Value) -> str:
    text = str(value)
    return text[:12] if len(text) > 24 else text


def read_document(path: Path) -> Document | None:
    """Return the JSON object of a file; None if it is not there, cannot be read, or holds anything else."""
    try:
        found = json.loads(read_plain(path))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def read_identity(path: Path, of: FolderType = RUN) -> Document:
    """Return what the file of a folder says that it is. Raises UserError if it cannot be read."""
    file = path / of.file
    if not file.exists():
        msg = (
            f"{path} is not the folder of a {of.noun}: it has no {of.file}. "
            f"`{of.command}` tells where it wrote."
        )
        raise UserError(msg)
    identity = read_document(file)
    if identity is None:
        msg = f"{file} is damaged, or does not describe a {of.noun}. Remove {path}, or choose another folder."
        raise UserError(msg)
    return identity


def latest(*types: FolderType, root: Path = Path("runs")) -> Path:
    """Return the folder under ``root`` of one of the kinds (default: a run) that was last written to.

    Raises UserError if there is none.
    """
    wanted = types or (RUN,)
    found = {path.parent: of for of in wanted for path in root.glob(f"*/{of.file}")}
    if not found:
        first = wanted[0]
        msg = f"there is no {first.noun} in {root}/. Make one with `{first.command}`, or {first.choose}."
        raise UserError(msg)
    return max(found, key=lambda path: ((path / found[path].pieces).stat().st_mtime_ns, path.name))
