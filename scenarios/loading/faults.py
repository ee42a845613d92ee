"""What is wrong with a scenario, said so that a planner can put it right.

A fault names the file, the field (or the row and column of a table), the value, what is wrong with it and
what to do. All faults of a scenario are collected and raised together as one ``ScenarioError``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from scenarios.schema.base import CONTROL

LINE_WIDTH = 80
LONGEST_VALUE = 60
LONGEST_PATH = 300
LONGEST_LIST = 6


@dataclass(frozen=True, slots=True)
class ScenarioFault:
    """One fault. ``where`` is a dotted path, or "row 14, column crewing" of a CSV; empty for a whole file."""

    file: str
    where: str
    value: str
    problem: str
    remedy: str

    def lines(self) -> list[str]:
        """Return the fault as text of at most 80 columns: place, problem, remedy."""
        place = f"{self.file}: {self.where}" if self.where else self.file
        if self.value:
            place += f" = {self.value}"
        text = textwrap.wrap(
            place, LINE_WIDTH, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False
        )
        for part in (self.problem, f"Remedy: {self.remedy}" if self.remedy else ""):
            text += textwrap.wrap(
                part, LINE_WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
            )
        return text

    def __str__(self) -> str:
        """Return the lines as one text."""
        return "\n".join(self.lines())


class ScenarioError(Exception):
    """A scenario that cannot be used, with every fault that was found."""

    def __init__(self, faults: Iterable[ScenarioFault]) -> None:
        """Keep the faults; there must be at least one."""
        self.faults = tuple(faults)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Return all faults, blank lines between them, 80 columns wide."""
        number = len(self.faults)
        head = "1 fault in the scenario" if number == 1 else f"{number} faults in the scenario"
        return "\n\n".join([head, *map(str, self.faults)])


def shown(value: object) -> str:
    """Return a value as it would be written in TOML, cut to a readable length."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, dict):
        text = "{" + ", ".join(map(str, value)) + "}"
    else:
        text = str(value)
    text = text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
    return CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def shown_path(path: str) -> str:
    """Return a path as it was given, its end if it is very long."""
    text = path if len(path) <= LONGEST_PATH else f"…{path[-LONGEST_PATH:]}"
    return CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.0) -> str:
    """Return the known name most like ``name`` (capitals ignored), or "" if none is as like as ``cutoff``."""
    by_lower = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), list(by_lower), n=1, cutoff=cutoff)
    return by_lower[close[0]] if close else ""


def listed(names: Iterable[str]) -> str:
    """Return names as "a, b or c", the first six of them."""
    every = list(names)
    if len(every) > LONGEST_LIST:
        return ", ".join(every[:LONGEST_LIST]) + f", … ({len(every)} in all)"
    return every[0] if len(every) == 1 else ", ".join(every[:-1]) + " or " + every[-1] if every else "none"


def nearest_remedy(name: str, known: Sequence[str] | Iterable[str]) -> str:
    """Return the usual advice on a name that is not known."""
    every = list(known)
    close = nearest(name, every)
    return f"the nearest known is {close}" + (
        f"; known: {listed(every)}" if len(every) <= LONGEST_LIST else ""
    )


def missing_file(file: str, *, known: Iterable[str], what: str = "scenario") -> ScenarioFault:
    """No such file, and no embedded one of that name."""
    names = list(known)
    close = nearest(file, names)
    remedy = f"give the path of a file that exists, or one of the library: {listed(names)}"
    return ScenarioFault(
        file, "", "", f"there is no {what} of this name", remedy + (f" (nearest: {close})" if close else "")
    )


def circular_extends(chain: Sequence[str]) -> ScenarioFault:
    """A file that extends itself, if by way of others; ``chain`` begins and ends with the same file."""
    return ScenarioFault(
        chain[0],
        "extends",
        "",
        f"the files extend each other in a circle: {' → '.join(chain)}",
        "let one of them extend baseline instead",
    )


def wrong_encoding(file: str, offset: int, guess: str) -> ScenarioFault:
    """A file that is no UTF-8; ``offset`` is the first byte that shows it, ``guess`` what it looks like."""
    return ScenarioFault(
        file,
        "",
        "",
        f"the text is not UTF-8: byte {offset} cannot be read (it looks like {guess})",
        "save the file as UTF-8 (in Excel: CSV UTF-8)",
    )


def cell_without_road(file: str, cell: str, nearest_road_m: float) -> ScenarioFault:
    """A populated cell that no road reaches (raised by the geography builder)."""
    return ScenarioFault(
        file,
        f"cell {cell}",
        "",
        f"no road reaches this cell; the nearest is {nearest_road_m:,.0f} m away or behind a barrier",
        "add a road or a crossing to the tables, or take the settlement out",
    )
