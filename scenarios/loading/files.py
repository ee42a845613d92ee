"""Reading scenario files: text in the right encoding, TOML or JSON, and the chain of files they extend."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.plain_files import read_plain
from scenarios.loading.faults import (
    ScenarioError,
    ScenarioFault,
    circular_extends,
    missing_file,
    shown_path,
    wrong_encoding,
)

LIBRARY = Path(__file__).parents[1] / "library"
_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """One file as it was read: the name to show, its folder, and its content."""

    shown: str
    folder: Path
    stem: str
    content: dict[str, Any]


def library_files() -> dict[str, Path]:
    """Return the embedded scenarios by name, in alphabetical order."""
    return {path.stem: path for path in sorted(LIBRARY.glob("*.toml"))}


MOST_BYTES = 32 * 1024 * 1024
"""The largest scenario file or table."""


def read_text(path: Path, shown: str) -> str:
    """Return the text of a UTF-8 file.

    Raises:
        ScenarioError: a folder, an unreadable or empty file, or another encoding (with the byte offset).

    """
    if path.is_dir():
        inside = [
            f"{shown}/{each.name}" for each in sorted(path.glob("*.toml")) + sorted(path.glob("*.json"))
        ]
        remedy = f"name a file in it, such as {inside[0]}" if inside else "name a scenario file"
        raise ScenarioError([ScenarioFault(shown, "", "", "this is a folder, not a scenario file", remedy)])
    try:
        raw = read_plain(path, MOST_BYTES)
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "check that the file exists and may be read"
        raise ScenarioError([ScenarioFault(shown, "", "", f"cannot be read: {reason}", remedy)]) from None
    for mark, guess in _MARKS:
        if raw.startswith(mark):
            raise ScenarioError([wrong_encoding(shown, 0, guess)])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError([wrong_encoding(shown, error.start, "Latin-1 or Windows-1252")]) from None
    if "\0" in text:
        raise ScenarioError(
            [wrong_encoding(shown, raw.index(b"\0"), "UTF-16 without a mark, or no text at all")]
        )
    if not text.strip():
        remedy = (
            'write at least extends = "baseline" and what changes'
            if path.suffix != ".csv"
            else "fill the table"
        )
        raise ScenarioError([ScenarioFault(shown, "", "", "the file is empty", remedy)])
    return text


def read_file(path: Path, shown: str) -> ScenarioFile:
    """Return the content of one TOML or JSON file.

    Raises:
        ScenarioError: see ``read_text``; or a syntax error, with its line.

    """
    text = read_text(path, shown)
    try:
        content = json.loads(text) if path.suffix.lower() == ".json" else read_toml(text)
    except json.JSONDecodeError as error:
        fault = ScenarioFault(
            shown, f"line {error.lineno}, column {error.colno}", "", f"not JSON: {error.msg}", ""
        )
        raise ScenarioError([fault]) from None
    except tomllib.TOMLDecodeError as error:
        remedy = "mend the line; text stands in quotes, every table and key once"
        raise ScenarioError([ScenarioFault(shown, "", "", f"not TOML: {error}", remedy)]) from None
    except ValueError as error:
        remedy = "write numbers as numbers are written"
        problem = f"not JSON: {str(error).partition(':')[0]}"
        raise ScenarioError([ScenarioFault(shown, "", "", problem, remedy)]) from None
    except RecursionError:
        problem = "lists or tables within each other, too many deep"
        raise ScenarioError([ScenarioFault(shown, "", "", problem, "see docs/scenarios.md")]) from None
    if not isinstance(content, dict):
        raise ScenarioError(
            [ScenarioFault(shown, "", "", "the file is no table of fields", "see docs/scenarios.md")]
        )
    return ScenarioFile(shown, path.parent.resolve(), path.stem, content)


def read_toml(text: str) -> dict[str, Any]:
    """Return what a TOML text says. Raises TOMLDecodeError for whatever cannot be read, numbers of 5,000 digits too."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise tomllib.TOMLDecodeError(str(error).partition(":")[0]) from None


def is_there(path: Path) -> bool:
    """Say whether a path exists; one that cannot exist (a name too long) does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def find_file(reference: str, *, folder: Path | None = None) -> tuple[Path, str]:
    """Return path and shown name of a scenario given by library name or by path.

    ``folder`` is that of the file which extends it; paths are relative to it. A library name wins over a file
    of the same name without a suffix.

    Raises:
        ScenarioError: there is neither.

    """
    library = library_files()
    if reference in library:
        return library[reference], reference
    path = Path(reference) if folder is None else folder / reference
    if not is_there(path):
        if Path(reference).suffix in (".toml", ".json") or len(Path(reference).parts) > 1:
            problem, remedy = (
                "there is no such file",
                "check the path, or name one of the library (`turnout scenario list`)",
            )
            raise ScenarioError([ScenarioFault(shown_path(reference), "", "", problem, remedy)])
        raise ScenarioError([missing_file(shown_path(reference), known=library)])
    return path, reference


def read_chain(reference: str) -> list[ScenarioFile]:
    """Return the named scenario and all that it extends, the base first.

    Raises:
        ScenarioError: a missing or unreadable file, or a circle of extends (with the chain).

    """
    chain: list[ScenarioFile] = []
    seen: dict[Path, str] = {}
    folder: Path | None = None
    wanted: object = reference
    while wanted is not None:
        if not isinstance(wanted, str):
            remedy = 'write extends = "baseline"'
            fault = ScenarioFault(chain[-1].shown, "extends", str(wanted), "extends must be one name", remedy)
            raise ScenarioError([fault])
        try:
            path, shown = find_file(wanted, folder=folder)
        except ScenarioError as error:
            if not chain:
                raise
            first = error.faults[0]
            fault = ScenarioFault(chain[-1].shown, "extends", f'"{wanted}"', first.problem, first.remedy)
            raise ScenarioError([fault]) from None
        key = path.resolve()
        if key in seen:
            names = [*seen.values(), shown]
            raise ScenarioError([circular_extends(names[list(seen).index(key) :])])
        seen[key] = shown
        file = read_file(path, shown)
        chain.append(file)
        folder, wanted = file.folder, file.content.get("extends")
    return chain[::-1]
