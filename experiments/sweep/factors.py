"""What a sweep varies: a lever is chosen, an uncertainty is not. Both are factors, and each is a column.

A factor takes values from a list, from a range, or from named options, where each option is a set of changes to
the base scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from experiments.execution.documents import Document, Value

Kind = Literal["number", "whole", "flag", "text", "date", "json"]
"""Type of a factor's column; ``json`` is a list or table, written as JSON text."""

Content = Document
FieldPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A named option: what it lays over the base, and what it takes out of it."""

    name: str
    content: Content
    remove: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Factor:
    """One column of the design. Exactly one of ``values``, ``bounds`` and ``options`` says what it takes."""

    name: str
    role: Literal["lever", "uncertainty"]
    kind: Kind
    paths: tuple[FieldPath, ...] = ()  # the fields that the value goes into; none for options
    values: tuple[Value, ...] = ()
    bounds: tuple[float, float] | None = None
    scale: Literal["linear", "log"] = "linear"
    steps: int | None = None  # of a range in a grid
    options: tuple[Option, ...] = ()

    @property
    def levels(self) -> tuple[Value, ...]:
        """Return what the factor takes where nothing is sampled: its values, option names, or steps of its range."""
        if self.options:
            return tuple(option.name for option in self.options)
        if self.bounds is not None and self.steps is not None:
            return tuple(self.at(i / (self.steps - 1), ends=True) for i in range(self.steps))
        return self.values

    @property
    def extremes(self) -> tuple[Value, ...]:
        """Return the values that must all be valid for the whole factor to be."""
        if self.bounds is None:
            return self.levels
        return (self.at(0.0, ends=True), self.at(1.0, ends=True))

    def at(self, share: float, *, ends: bool = False) -> Value:
        """Return the value at a share of the way through the factor, 0 ≤ share < 1 (1 too if ``ends``).

        Every value of a list and every whole number of a range is equally likely under a uniform share.
        """
        if self.bounds is None:
            levels = self.levels
            return levels[min(int(share * len(levels)), len(levels) - 1)]
        low, high = self.bounds
        if self.kind == "whole":
            if ends:
                return round(low + share * (high - low))
            return int(min(low + int(share * (high - low + 1)), high))
        value = low * (high / low) ** share if self.scale == "log" else low + share * (high - low)
        # Ten figures: readable, and the same whatever the last bit of the machine's arithmetic.
        return min(max(float(f"{value:.10g}"), low), high)

    def option(self, name: str) -> Option:
        """Return one of the options by name."""
        return next(option for option in self.options if option.name == name)
