"""Parts of incidents that wait for a police unit: by grade, then by age.

Parts that the same units may be sent to are of one *kind* (grade, capability asked, district); of each kind the
oldest stands for all, so that a look at the queue costs a look at the heads.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

Age = tuple[float, int]
"""When a part's incident was opened, and the part: the order in which parts of a grade are served."""


class Queue:
    """Waiting parts."""

    def __init__(self, grades: int) -> None:
        """Start empty."""
        self._waiting: list[dict[int, list[Age]]] = [{} for _ in range(grades)]
        self._size = 0

    def __len__(self) -> int:
        """Return how many parts wait."""
        return self._size

    def put(self, grade: int, kind: int, age: Age) -> None:
        """Let a part wait, at its age."""
        insort(self._waiting[grade].setdefault(kind, []), age)
        self._size += 1

    def take(self, grade: int, kind: int, age: Age) -> None:
        """Take a waiting part out."""
        kinds = self._waiting[grade]
        parts = kinds[kind]
        del parts[bisect_left(parts, age)]
        if not parts:
            del kinds[kind]
        self._size -= 1

    def head(self, grade: int, kind: int) -> Age | None:
        """Return the oldest part of a kind, None if none waits."""
        parts = self._waiting[grade].get(kind)
        return parts[0] if parts else None

    def heads(self, grade: int) -> list[tuple[Age, int]]:
        """Return the oldest part of each kind of a grade, with the kind."""
        return [(parts[0], kind) for kind, parts in self._waiting[grade].items()]

    def __iter__(self) -> Iterator[int]:
        """Yield every waiting part, by grade."""
        for kinds in self._waiting:
            for parts in kinds.values():
                for _, part in parts:
                    yield part
