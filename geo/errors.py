"""Faults in geographical input: collected over a whole file, then told all together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input file: where (`row`, `field`), what (`value`), what to do (`remedy`)."""

    row: str
    field: str
    value: str
    remedy: str

    def __str__(self) -> str:
        """Where, what, and what to do about it, in one line."""
        where = ", ".join(part for part in (self.row, self.field) if part)
        what = f" is {self.value!r}" if self.value else ""
        return f"{where}{what}: {self.remedy}"


class GeoDataError(ValueError):
    """A geographical input cannot be used. The message names the file and every fault in it."""

    def __init__(self, file: str | Path, faults: list[Fault]) -> None:
        """`file` as the user named it; `faults` in file order, at least one."""
        self.file = str(file)
        self.faults = tuple(faults)
        lines = [str(fault) for fault in faults[:_SHOWN]]
        if len(faults) > _SHOWN:
            lines.append(f"and {len(faults) - _SHOWN} more")
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{self.file}: {count}\n  " + "\n  ".join(lines))
