"""The police columns of the incidents' table of the log, filled in while they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim.draws.incidents import Incidents
    from sim.draws.police.incidents import PoliceDraws


class PoliceColumns:
    """What is drawn is there from the start, what happens is written as it happens."""

    def __init__(self, draws: PoliceDraws) -> None:
        """Start with what the draws say."""
        n = len(draws.grade)
        self._draws = draws
        self._assigned = [np.nan] * n
        self._first = [np.nan] * n
        self._first_unit = [-1] * n
        self._units = [0] * n
        self._diversions = [0] * n

    def sent(self, row: int, now_min: float) -> None:
        """Note a unit assigned."""
        if not self._units[row]:
            self._assigned[row] = now_min
        self._units[row] += 1

    def arrived(self, row: int, unit: int, now_min: float) -> None:
        """Note an arrival."""
        if self._first_unit[row] < 0:
            self._first_unit[row] = unit
            self._first[row] = now_min

    def diverted(self, row: int) -> None:
        """Note that a unit was taken off."""
        self._diversions[row] += 1

    def columns(self) -> dict[str, Any]:
        """Return the columns, by name."""
        happened = {
            "police_assigned_min": self._assigned,
            "police_first_min": self._first,
            "police_first_unit": self._first_unit,
            "police_units": self._units,
            "diversions": self._diversions,
        }
        return police_columns(self._draws, happened)


def police_columns(draws: PoliceDraws, happened: dict[str, Any]) -> dict[str, Any]:
    """Return the columns, by name, of what was drawn and what happened; counts stop at what their columns hold."""
    most = np.iinfo(np.int8).max
    return {
        "grade": draws.grade,
        "received_min": draws.received_min,
        "timed": draws.timed,
        "officers_asked": draws.officers,
        "police_open_min": draws.open_min,
        **happened,
        "police_units": np.minimum(happened["police_units"], most),
        "diversions": np.minimum(happened["diversions"], most),
    }


def no_police(incidents: Incidents) -> dict[str, Any]:
    """Return the columns where the police attend nothing."""
    n = len(incidents)
    never, none = np.full(n, np.nan), np.zeros(n, dtype=np.int8)
    return {
        "grade": np.full(n, -1),
        "received_min": incidents.time_min,
        "timed": none,
        "officers_asked": none,
        "police_open_min": never,
        "police_assigned_min": never,
        "police_first_min": never,
        "police_first_unit": np.full(n, -1),
        "police_units": none,
        "diversions": none,
    }
