"""Which type of incident a row is: the mapping's rules in their order, the first that fits decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from calibration.demand.mapping import KindPart


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern of ``*`` and ``?`` only: brackets stand for themselves, as in "Building (flats)"."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(c) or re.escape(c) for c in text.strip()), re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules, and the columns that they look at."""

    kinds: tuple[KindPart, ...]
    columns: tuple[str, ...]

    def which(self, values: Sequence[str]) -> int | None:
        """Return the index of the first rule that fits the values of ``columns``; None: no rule does."""
        by_column = dict(zip(self.columns, values, strict=True))
        for i, kind in enumerate(self.kinds):
            if all(_fits(by_column[column], wanted) for column, wanted in kind.when.items()):
                return i
        return None


def rules_of(kinds: tuple[KindPart, ...]) -> Rules:
    """Return the rules of a mapping."""
    return Rules(kinds, tuple(dict.fromkeys(column for kind in kinds for column in kind.when)))


def _fits(value: str, wanted: str | tuple[str, ...]) -> bool:
    every = (wanted,) if isinstance(wanted, str) else wanted
    return any(_pattern(one).fullmatch(value.strip()) for one in every)
