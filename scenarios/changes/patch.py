"""What verbs take and give: amounts, and patches of a scenario."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Patch:
    """What a verb lays over a scenario, and the paths of the entries it takes out (before laying)."""

    lay: dict[str, Any] = field(default_factory=dict)
    drop: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A share, or (``relative``) points to be added to one; both as fractions of 1."""

    value: float
    relative: bool = False
