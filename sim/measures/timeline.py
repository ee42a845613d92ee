"""What every appliance was doing at any time, rebuilt from the log by sorted arrays and binary search."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.log.tables import Log
from sim.world.codes import Mode, Outcome
from sim.world.fire import F64, I8, I16, I64, World


class State(IntEnum):
    """What an appliance is doing. What it does goes before how it is rostered: out at an incident is out."""

    NO_CREW = 0  # off the run for want of people or skills
    MECHANICAL = 1  # off the run at workshops
    HOME = 2  # on the run, at its station, free
    TURNING_OUT = 3  # chosen, wheels not yet moving
    TRAVELLING = 4  # on its way to an incident
    AT_INCIDENT = 5
    RETURNING = 6  # released, on its way home or to its standby station
    MOVING_TO_STANDBY = 7
    ON_STANDBY = 8
    RETURNING_FROM_STANDBY = 9


OFF_THE_RUN = (State.NO_CREW, State.MECHANICAL)
AWAY = tuple(state for state in State if state > State.HOME)
"""Committed, returning or on standby: not at its station and free."""

_STATE_OF_MODE = np.zeros(len(Mode), dtype=np.int8)
for _mode, _state in (
    (Mode.NO_CREW, State.NO_CREW),
    (Mode.MECHANICAL, State.MECHANICAL),
    (Mode.IMMEDIATE, State.HOME),
    (Mode.ON_CALL, State.HOME),
    (Mode.RESERVED, State.HOME),
):
    _STATE_OF_MODE[_mode] = _state


@dataclass(frozen=True, slots=True, eq=False)
class SortedRoster:
    """The roster by appliance, then time: rows of one appliance are contiguous, (R,) each."""

    unit: I16
    time_min: F64
    mode: I8


def sorted_roster(log: Log) -> SortedRoster:
    """Return the roster of ``log`` by appliance and time; no sorting where it is so already."""
    unit, time = log.roster["unit"], log.roster["time_min"]
    same = unit[1:] == unit[:-1]
    if not np.all((unit[1:] > unit[:-1]) | (same & (time[1:] >= time[:-1]))):
        by_time = np.all(time[1:] >= time[:-1])  # then a stable sort by appliance is enough, and quick
        order = np.argsort(unit, kind="stable") if by_time else np.lexsort((time, unit))
        return SortedRoster(unit[order], time[order], log.roster["mode"][order])
    return SortedRoster(unit, time, log.roster["mode"])


@dataclass(frozen=True, slots=True, eq=False)
class StateAt:
    """States asked for, one an asked pair of appliance and time; −1 where there is no such row."""

    state: I8  # State
    mode: I8  # Mode of the roster
    response: I64  # response row under way
    standby: I64  # standby row under way


class Timeline:
    """Index over one log; build it once, ask it often.

    Alerts that failed occupy nobody and are left out; so are moves of people, which leave the appliance at
    home.
    """

    def __init__(self, log: Log, roster: SortedRoster | None = None) -> None:
        """Sort what is needed of ``log``: n log n in its rows."""
        self._log = log
        self._roster = roster if roster is not None else sorted_roster(log)
        responses, standby = log.responses, log.standby
        sent = np.flatnonzero(responses["outcome"] != Outcome.NOT_ALERTED)
        moved = np.flatnonzero(~standby["people"])
        latest = max(
            [log.horizon_min]
            + [
                float(np.nanmax(times))
                for times in (responses["decided_min"], standby["decided_min"], self._roster.time_min)
                if times.size
            ]
        )
        self._span_min = latest + 1.0
        self._sent, self._sent_key = self._ordered(sent, responses)
        self._moved, self._moved_key = self._ordered(moved, standby)
        self._mode_key = self._roster.unit * self._span_min + self._roster.time_min

    def _ordered(self, rows: I64, table: dict[str, NDArray[Any]]) -> tuple[I64, F64]:
        order = rows[np.lexsort((table["decided_min"][rows], table["unit"][rows]))]
        return order, table["unit"][order] * self._span_min + table["decided_min"][order]

    @staticmethod
    def _last(rows: I64, unit_of_row: I16, place: I64, unit: I64) -> I64:
        """Return the row at each ``place`` if it is of that unit, −1 if not or if place is −1."""
        if not rows.size:
            return np.full(unit.shape, -1, dtype=np.int64)
        row = rows[np.maximum(place, 0)]
        return np.where((place >= 0) & (unit_of_row[row] == unit), row, -1)

    def mode_at(self, unit: ArrayLike, time_min: ArrayLike) -> I8:
        """Return the rostered Mode of each appliance at each time (broadcast together)."""
        units, times = np.broadcast_arrays(np.asarray(unit, np.int64), np.asarray(time_min, np.float64))
        roster = self._roster
        if not roster.unit.size:
            return np.full(units.shape, Mode.NO_CREW, dtype=np.int8)
        asked = units * self._span_min + np.clip(times, 0.0, self._span_min - 0.5)
        row = np.maximum(np.searchsorted(self._mode_key, asked, "right") - 1, 0)
        return np.where(roster.unit[row] == units, roster.mode[row], np.int8(Mode.NO_CREW))

    def at(self, unit: ArrayLike, time_min: ArrayLike, *, before: bool = False) -> StateAt:
        """Return the state of each appliance at each time, minutes (broadcast together).

        With ``before``, what is decided at that very minute does not count yet: the state that control saw.
        """
        units, times = np.broadcast_arrays(np.asarray(unit, np.int64), np.asarray(time_min, np.float64))
        asked = units * self._span_min + np.clip(times, -0.5, self._span_min - 0.5)
        side: Literal["left", "right"] = "left" if before else "right"
        responses, standby = self._log.responses, self._log.standby
        sent_place = np.searchsorted(self._sent_key, asked, side) - 1
        moved_place = np.searchsorted(self._moved_key, asked, side) - 1
        sent = self._last(self._sent, responses["unit"], sent_place, units)
        moved = self._last(self._moved, standby["unit"], moved_place, units)
        mode = self.mode_at(units, times)
        state = _STATE_OF_MODE[mode]
        state, moved = _standby_state(standby, moved, times, state)
        state, sent = _response_state(responses, sent, times, state)
        return StateAt(state=state, mode=mode, response=sent, standby=np.where(sent >= 0, -1, moved))


def _standby_state(table: dict[str, NDArray[Any]], row: I64, times: F64, state: I8) -> tuple[I8, I64]:
    if not table["unit"].size:
        return state, row
    last = np.maximum(row, 0)
    home = np.where(np.isnan(table["home_min"][last]), table["ended_min"][last], table["home_min"][last])
    under_way = (row >= 0) & ~(times >= home)
    stage = np.select(
        [times >= table["ended_min"][last], times >= table["arrived_min"][last]],
        [np.int8(State.RETURNING_FROM_STANDBY), np.int8(State.ON_STANDBY)],
        np.int8(State.MOVING_TO_STANDBY),
    )
    return np.where(under_way, stage, state).astype(np.int8), np.where(under_way, row, -1)


def _response_state(table: dict[str, NDArray[Any]], row: I64, times: F64, state: I8) -> tuple[I8, I64]:
    if not table["unit"].size:
        return state, row
    last = np.maximum(row, 0)
    under_way = (row >= 0) & ~(times >= table["ended_min"][last])
    stage = np.select(
        [
            times >= table["released_min"][last],
            times >= table["arrived_min"][last],
            times >= table["departed_min"][last],
        ],
        [np.int8(State.RETURNING), np.int8(State.AT_INCIDENT), np.int8(State.TRAVELLING)],
        np.int8(State.TURNING_OUT),
    )
    return np.where(under_way, stage, state).astype(np.int8), np.where(under_way, row, -1)


def state_at(log: Log, world: World, unit: ArrayLike, time_min: ArrayLike) -> StateAt:
    """Return the state of each appliance at each time; for many questions build one ``Timeline`` and ask
    that.

    Raises:
        ValueError: an appliance index that the World does not have.
    """
    asked = np.asarray(unit)
    count = len(world.units.key)
    if np.any((asked < 0) | (asked >= count)):
        wrong = int(asked[(asked < 0) | (asked >= count)].ravel()[0])
        raise ValueError(f"no appliance {wrong}: the World has appliances 0 to {count - 1}")
    return Timeline(log).at(unit, time_min)
