"""The cover policies by name: ``policy.decide(view, parameters)`` returns what is to be done now.

Parameters are those of the scenario: ``delay_min``, ``longest_move_min``, ``reach_min`` (minutes) and
``least_gain`` (share of expected demand).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.decisions.cover.core_stations import core_stations
from sim.decisions.cover.dynamic import dynamic
from sim.decisions.cover.people import people
from sim.decisions.cover.view import Decision, View

Decide = Callable[[View, Mapping[str, float]], list[Decision]]


@dataclass(frozen=True, slots=True)
class CoverPolicy:
    """A policy, and what it asks of whoever carries it out."""

    decide: Decide
    moves: bool = True  # False: it never moves anything, and need not be asked
    weighs_demand: bool = (
        False  # it looks at all pumps whenever one comes or goes, and needs ``View.coverage``
    )
    moves_people: bool = False  # it needs ``View.people``


def none(_view: View, _parameters: Mapping[str, float]) -> list[Decision]:
    """Move nothing."""
    return []


POLICIES: dict[str, CoverPolicy] = {
    "none": CoverPolicy(none, moves=False),
    "core_stations": CoverPolicy(core_stations),
    "dynamic": CoverPolicy(dynamic, weighs_demand=True),
    "people": CoverPolicy(people, moves_people=True),
}
