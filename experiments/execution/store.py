"""The folder of a run: whole replications or none, and never two different runs in one.

::

    run.json              what the run is: scenario, seed, days, digests (written first)
    scenario.json         the resolved scenario
    replications/0000/    log tables, measures.parquet, tables/ of breakdowns, done.json
    measures.parquet      every measure of every replication, tidy
    tables/               every breakdown of every replication
    summary.json          what ``--format json`` prints
    provenance.json       versions, digests, seed, the command that makes it again
    timings.json          when and how long, which differ from machine to machine

A replication is written into a folder beside and then renamed, so it is there whole or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.errors import UserError

RUN_FILE = "run.json"
SCENARIO_FILE = "scenario.json"
REPLICATIONS = "replications"
TABLES_FOLDER = "tables"
ABANDONED_S = 86_400.0


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


def write_text(path: Path, text: str) -> None:
    """Write a text file whole: under another name first, then renamed."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write a JSON file whole."""
    write_text(path, json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where a run lives."""

    path: Path

    def check(self, identity: Mapping[str, Any]) -> None:
        """Raise UserError if the folder holds another run, or something else; a new or empty one is fine."""
        with writing(self.path):
            if (self.path / RUN_FILE).exists():
                self._must_be(identity)
            elif self.path.exists() and any(self.path.iterdir()):
                msg = f"{self.path} is not empty and holds no run. Choose a new or empty folder with --out."
                raise UserError(msg)

    def make(self, identity: Mapping[str, Any], scenario_text: str) -> None:
        """Make the folder if it is not there. Raises UserError if it cannot be written."""
        with writing(self.path):
            (self.path / REPLICATIONS).mkdir(parents=True, exist_ok=True)
            self._clear_abandoned_parts()
            if not (self.path / RUN_FILE).exists():
                write_text(self.path / SCENARIO_FILE, scenario_text)
                write_json(self.path / RUN_FILE, identity)

    def _clear_abandoned_parts(self) -> None:
        """Remove what a killed process left: another may be at work here, so only what nobody touched for a day."""
        for part in (self.path / REPLICATIONS).glob(".part-*"):
            if time.time() - part.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(part, ignore_errors=True)

    def _must_be(self, identity: Mapping[str, Any]) -> None:
        there = read_identity(self.path)
        differing = [name for name in identity if there.get(name) != identity[name]]
        if differing:
            told = "; ".join(
                f"{name} {_short(there.get(name))} there, {_short(identity[name])} asked"
                for name in differing
            )
            msg = (
                f"{self.path} holds a different run ({told}). "
                "Choose another folder with --out, or remove that one."
            )
            raise UserError(msg)

    def replication(self, number: int) -> Path:
        """Return the folder of one replication."""
        return self.path / REPLICATIONS / f"{number:04d}"

    def finished(self) -> dict[int, dict[str, Any]]:
        """Return the whole replications: number to what its ``done.json`` says.

        One whose files are not as long as they were written (a power cut, a hand) does not count.
        """
        found = {}
        for folder in sorted((self.path / REPLICATIONS).glob("[0-9]*")):
            done = _whole(folder)
            if done is not None:
                found[int(folder.name)] = done
        return found

    @contextmanager
    def placing(self, number: int) -> Iterator[Path]:
        """Give a folder to fill with one replication; it gets its name when the block ends well."""
        part = self.path / REPLICATIONS / f".part-{os.getpid()}-{number:04d}"
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

    def clear_parts(self, processes: list[int]) -> None:
        """Remove what stopped worker processes left unfinished."""
        for process in processes:
            for part in (self.path / REPLICATIONS).glob(f".part-{process}-*"):
                shutil.rmtree(part, ignore_errors=True)


def file_sizes(folder: Path) -> dict[str, int]:
    """Return the length in bytes of every file below ``folder``, by its path there with forward slashes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _whole(folder: Path) -> dict[str, Any] | None:
    """Return what the ``done.json`` of a replication says; None if it, or another file, is not whole."""
    try:
        done: dict[str, Any] = json.loads((folder / "done.json").read_text(encoding="utf-8"))
        whole = all((folder / name).stat().st_size == size for name, size in done["bytes"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return done if whole else None


def _short(value: Any) -> str:
    text = str(value)
    return text[:12] if len(text) > 24 else text


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of folder under ``runs/``: what it is called, the file that says what it is, where its pieces are.

    ``command`` makes one; ``choose`` says how the user names one.
    """

    noun: str
    file: str
    pieces: str
    command: str
    choose: str


RUN = Kind("run", RUN_FILE, REPLICATIONS, "turnout run", "say which with --run")


def read_identity(path: Path, kind: Kind = RUN) -> dict[str, Any]:
    """Return what the file of a folder says that it is. Raises UserError if it cannot be read."""
    file = path / kind.file
    try:
        identity = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        msg = (
            f"{path} is not the folder of a {kind.noun}: it has no {kind.file}. "
            f"`{kind.command}` tells where it wrote."
        )
        raise UserError(msg) from None
    except (OSError, ValueError) as fault:
        msg = f"cannot read {file}: {fault}."
        raise UserError(msg) from fault
    if not isinstance(identity, dict):
        msg = f"{file} does not describe a {kind.noun}."
        raise UserError(msg)
    return identity


def latest(*kinds: Kind, root: Path = Path("runs")) -> Path:
    """Return the folder under ``root`` of one of the kinds (default: a run) that was last written to.

    Raises UserError if there is none.
    """
    wanted = kinds or (RUN,)
    found = {path.parent: kind for kind in wanted for path in root.glob(f"*/{kind.file}")}
    if not found:
        first = wanted[0]
        msg = f"there is no {first.noun} in {root}/. Make one with `{first.command}`, or {first.choose}."
        raise UserError(msg)
    return max(found, key=lambda path: ((path / found[path].pieces).stat().st_mtime_ns, path.name))
