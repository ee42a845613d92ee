"""Reading the files of a results folder: each against its schema, and one message where one is not what it should be.

A folder may have been cut by a full disk, edited by hand, or come from elsewhere. Whatever is in it, the reader names
the file and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from experiments.errors import UserError
from geo.plain_files import read_plain

Document = TypeVar("Document")
REMEDY = "Remove it and repeat the command that made the folder, or take another folder."


class DamagedFile(UserError):  # noqa: N818 - named by what the user has, as UserError is by whose it is
    """A file that is not what its name says."""

    def __init__(self, path: Path, why: str) -> None:
        """Keep the message: ``path``, ``why`` in a few words, and the remedy."""
        told = " ".join(why.split())[:200]
        super().__init__(f"{path} is damaged, or no file of Turnout's: {told}. {REMEDY}")


def read_json(path: Path, schema: type[Document]) -> Document:
    """Return the document of a JSON file, checked against ``schema`` (a TypedDict, for instance).

    Raises FileNotFoundError if it is not there, and DamagedFile if it is anything else than such a document.
    """
    try:
        return TypeAdapter(schema).validate_json(read_plain(path))
    except FileNotFoundError:
        raise
    except ValidationError as faults:
        first = faults.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise DamagedFile(path, f"{field}: {first['msg']}" if field else first["msg"]) from None
    except OSError as fault:
        raise DamagedFile(path, fault.strerror or str(fault)) from None


def read_parquet(path: Path, columns: Iterable[str] = ()) -> pa.Table:
    """Return the table of a Parquet file that has at least ``columns``. Raises DamagedFile if it has not."""
    if not path.is_file():
        raise DamagedFile(path, "it is a folder" if path.is_dir() else "there is no such file")
    try:
        table = pq.ParquetFile(path, page_checksum_verification=True).read()
        table.validate(full=True)
    except (OSError, ValueError, MemoryError, pa.ArrowException) as fault:
        raise DamagedFile(path, str(fault) or type(fault).__name__) from None
    lacking = [name for name in columns if name not in table.column_names]
    if lacking:
        raise DamagedFile(path, f"it has no column {', '.join(lacking)}")
    return table
