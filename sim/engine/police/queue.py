"""Parts of incidents that wait for a police unit: by grade, then by age.

Parts that the same units may be sent to are of one *kind* (grade, capability asked, district); of each kind the
oldest stands for all, so that a look at the queue costs a look at the heads.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Part:
    """What one unit is to do at an incident; keeps its grade and its age however often it changes hands."""

    row: int  # of the incident
    number: int  # 0 the first unit's part, 1 the second's
    grade: int
    kind: int
    capability: int
    officers: int  # still to come with it: a unit that brings fewer leaves the rest as a part of its own
    opened_min: float
    scene_min: float  # still to be spent at the scene
    age: tuple[float, int, int] = field(init=False)

    def __post_init__(self) -> None:
        """Note its place in the order of age."""
        self.age = (self.opened_min, self.row, self.number)


def _age(part: Part) -> tuple[float, int, int]:
    return part.age


class Queue:
    """Waiting parts."""

    def __init__(self, grades: int) -> None:
        """Start empty."""
        self._waiting: list[dict[int, list[Part]]] = [{} for _ in range(grades)]
        self._size = 0

    def __len__(self) -> int:
        """Return how many parts wait."""
        return self._size

    def put(self, part: Part) -> None:
        """Let a part wait, at its age."""
        insort(self._waiting[part.grade].setdefault(part.kind, []), part, key=_age)
        self._size += 1

    def take(self, part: Part) -> None:
        """Take a waiting part out."""
        kinds = self._waiting[part.grade]
        parts = kinds[part.kind]
        del parts[bisect_left(parts, part.age, key=_age)]
        if not parts:
            del kinds[part.kind]
        self._size -= 1

    def head(self, grade: int, kind: int) -> Part | None:
        """Return the oldest part of a kind, None if none waits."""
        parts = self._waiting[grade].get(kind)
        return parts[0] if parts else None

    def heads(self, grade: int) -> list[Part]:
        """Return the oldest part of each kind of a grade."""
        return [parts[0] for parts in self._waiting[grade].values()]

    def __iter__(self) -> Iterator[Part]:
        """Yield every waiting part, by grade."""
        for kinds in self._waiting:
            for parts in kinds.values():
                yield from parts
