"""CSV tables that a user may write: read whole, and refused in one message that names file and row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from scenarios.loading.faults import ScenarioError, ScenarioFault
from scenarios.loading.files import read_text

Record = dict[str, str]


def csv_rows(path: Path, shown: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header of a table, and of every row that is not empty its line and cells.

    Raises:
        ScenarioError: the file cannot be read, or is no CSV table (an open quote, a cell of a megabyte …).

    """
    reader = csv.reader(io.StringIO(read_text(path, shown), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        remedy = "close every quote, keep cells under 128 KB, and save it again as CSV UTF-8"
        fault = ScenarioFault(shown, f"row {reader.line_num}", "", f"not a CSV table: {error}", remedy)
        raise ScenarioError([fault]) from None
    return header, rows


def csv_records(path: Path, shown: str) -> tuple[list[str], list[tuple[int, Record]]]:
    """Return the header, and of every row its line and cells by column; a cell that lacks is empty.

    Raises ScenarioError as ``csv_rows`` does.
    """
    header, rows = csv_rows(path, shown)
    records = []
    for line, cells in rows:
        filled = [cell.strip() for cell in cells] + [""] * (len(header) - len(cells))
        records.append((line, dict(zip(header, filled, strict=False))))
    return header, records
