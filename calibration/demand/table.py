"""A table of records as text columns: rows of the wrong length are set aside, not guessed at."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from calibration.demand.mapping import RecordsPart
from calibration.demand.read_mapping import MappingError
from geo.plain_files import read_plain
from scenarios.loading.faults import ScenarioFault


@dataclass(frozen=True, slots=True)
class Table:
    """Text columns by name, each n long, and the rows that had too few or too many fields.

    ``row`` counts records, not lines (a quoted field may run over several): 2 is the first below the header.
    """

    file: str
    header: tuple[str, ...]
    row: tuple[int, ...]
    columns: dict[str, tuple[str, ...]]
    malformed: tuple[tuple[int, str], ...]  # row and what is wrong with it

    def __len__(self) -> int:
        """Return the number of rows that could be read."""
        return len(self.row)


def read_table(path: Path, part: RecordsPart) -> Table:
    """Return the table of a CSV file.

    Raises:
        MappingError: the file cannot be read, is of another encoding, is empty, or names a column twice.

    """
    try:
        text = read_plain(path).decode(part.encoding)
        return _read(
            path.name, csv.reader(io.StringIO(text, newline=""), delimiter=part.delimiter, strict=False)
        )
    except OSError as error:
        _stop(path.name, f"cannot be read: {error.strerror or error}", "give the path of a CSV file")
    except LookupError:
        remedy = 'say records.encoding as Python names it, for instance "utf-8" or "windows-1252"'
        _stop(path.name, f"unknown text encoding {part.encoding}", remedy)
    except UnicodeDecodeError as error:
        problem = f"the text is not {part.encoding}: byte {error.start} cannot be read"
        _stop(path.name, problem, 'say records.encoding, for instance "windows-1252"')
    except csv.Error as error:
        _stop(
            path.name, f"not a CSV file: {error}", "save it as CSV; say records.delimiter if it is no comma"
        )
    raise AssertionError


def _stop(file: str, problem: str, remedy: str) -> None:
    raise MappingError([ScenarioFault(file, "", "", problem, remedy)]) from None


def _read(name: str, reader: csv._reader) -> Table:  # type: ignore[name-defined]
    header = [each.strip() for each in next(reader, [])]
    if not any(header):
        _stop(name, "the file is empty", "give a CSV file with a header row")
    twice = sorted({each for each in header if header.count(each) > 1 and each})
    if twice:
        _stop(name, f"the header names a column twice: {', '.join(twice)}", "rename one of them")
    numbers: list[int] = []
    rows: list[list[str]] = []
    malformed: list[tuple[int, str]] = []
    for number, fields in enumerate(reader, start=2):
        if not fields:
            continue
        if len(fields) != len(header):
            malformed.append((number, f"{len(fields)} fields where the header has {len(header)}"))
            continue
        numbers.append(number)
        rows.append(fields)
    if not rows:
        _stop(name, "the file has no rows that can be read", "give a CSV file with rows below its header")
    values = list(zip(*rows, strict=True))
    columns = {column: values[i] for i, column in enumerate(header)}
    return Table(name, tuple(header), tuple(numbers), columns, tuple(malformed))
