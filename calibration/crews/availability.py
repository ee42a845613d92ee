"""When appliances were on the run, from spans or snapshots: how often by hour of the week, how long at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from calibration.crews.columns import CrewTable
from geo.errors import Fault, GeoDataError
from scenarios.schema.scenario import OnCallHours, Scenario

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]

SLOT_MIN = 15
SLOTS_A_WEEK = 7 * 24 * 60 // SLOT_MIN
HOLDS = timedelta(minutes=60)
"""A snapshot tells of no more than the hour after it."""
FEWEST_WEEKS = 8
"""Below so many weeks hours of the week are not told apart, only working days and weekends."""


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """T slots of 15 minutes from ``start`` (local midnight of a Monday); 1 on the run, 0 not, −1 not told."""

    start: datetime
    appliances: tuple[str, ...]
    state: I8  # (A, T)
    changeovers: dict[str, list[float]]  # hours off the run for a changeover, by appliance

    @property
    def hour_of_week(self) -> NDArray[np.int64]:
        """Hour of the week of every slot (T,)."""
        return np.arange(self.state.shape[1]) % SLOTS_A_WEEK // (60 // SLOT_MIN)


def read_states(table: CrewTable, scenario: Scenario) -> States:
    """Return when the scenario's appliances were on the run.

    Spans (``appliance``, ``from``, ``to``, ``state``, ``reason``; without a column of states a span is on the run, and
    between spans it is not) or snapshots (``appliance``, ``time``, ``state``). Raises GeoDataError: columns missing, no
    appliance that the scenario has, nothing that can be used.
    """
    table.needs("appliance")
    spans = bool(table.name("from"))
    table.needs(*(("from", "to") if spans else ("time", "state")))
    known = {key.lower(): key for key in scenario.appliances}
    strangers: dict[str, int] = {}
    rows: list[tuple[str, dict[str, str]]] = []
    for row in table.rows.rows:
        key = known.get(table.appliance(row).lower())
        if key is None:
            strangers[table.appliance(row)] = strangers.get(table.appliance(row), 0) + 1
        else:
            rows.append((key, row))
    found = _spans(table, rows) if spans else _snapshots(table, rows)
    for name, count in strangers.items():
        table.lost[f"appliance {name} is not in the scenario"] = count
    if not found:
        told = "; ".join(f"{count:,} {why}" for why, count in table.lost.items())
        raise GeoDataError(
            table.rows.path, [Fault("file", "", "", f"nothing can be used: {told or 'no rows'}")]
        )
    return _states(found, between_is_off=spans and not table.name("state"), table=table)


Span = tuple[str, datetime, datetime, bool, str]  # appliance, from, to, on the run, why not


def _is_on(table: CrewTable, row: dict[str, str]) -> bool:
    if not table.name("state"):
        return True
    return row[table.name("state")].lower() in {word.lower() for word in table.columns.on}


def _spans(table: CrewTable, rows: list[tuple[str, dict[str, str]]]) -> list[Span]:
    found: list[Span] = []
    for key, row in rows:
        begin, end = table.moment(row, "from"), table.moment(row, "to")
        if begin is None or end is None:
            continue
        if end <= begin:
            table.lose("span that ends before it begins")
            continue
        reason = row[table.name("reason")] if table.name("reason") else ""
        found.append((key, begin, end, _is_on(table, row), reason))
    return found


def _snapshots(table: CrewTable, rows: list[tuple[str, dict[str, str]]]) -> list[Span]:
    """Return what holds from each snapshot of an appliance to its next one."""
    told: dict[str, dict[datetime, bool]] = {}
    for key, row in rows:
        moment = table.moment(row, "time")
        if moment is not None:
            told.setdefault(key, {})[moment] = _is_on(table, row)
    found: list[Span] = []
    for key, states in told.items():
        moments = sorted(states)
        for since, until in pairwise(moments):
            found.append((key, since, min(until, since + HOLDS), states[since], ""))
    return found


def _states(found: list[Span], *, between_is_off: bool, table: CrewTable) -> States:
    first, last = min(each[1] for each in found), max(each[2] for each in found)
    start = datetime(first.year, first.month, first.day) - timedelta(days=first.weekday())
    keys = tuple(sorted({each[0] for each in found}))
    slots = int((last - start).total_seconds() // 60 // SLOT_MIN) + 1
    on, told = np.zeros((len(keys), slots)), np.zeros((len(keys), slots))
    changeovers: dict[str, list[float]] = {}
    words = [word.lower() for word in table.columns.changeover]
    for key, begin, end, is_on, reason in found:
        row = keys.index(key)
        a, b = ((each - start).total_seconds() / 60.0 / SLOT_MIN for each in (begin, end))
        covered = _cover(a, b, slots)
        told[row, covered[0]] += covered[1]
        if is_on:
            on[row, covered[0]] += covered[1]
        elif reason and any(word in reason.lower() for word in words):
            changeovers.setdefault(key, []).append((end - begin).total_seconds() / 3600.0)
    state = np.full(on.shape, -1, dtype=np.int8)
    known = told >= 0.5
    if between_is_off:
        lo, hi = ((each - start).total_seconds() / 60.0 / SLOT_MIN for each in (first, last))
        known[:, int(np.ceil(lo)) : int(hi)] = True
    state[known] = (on >= 0.5)[known]
    return States(start, keys, state, changeovers)


def _cover(a: float, b: float, slots: int) -> tuple[NDArray[np.int64], F64]:
    """Return the slots that a span touches, and how much of each it covers."""
    first, last = max(0, int(a)), min(slots - 1, int(np.ceil(b)) - 1)
    index = np.arange(first, last + 1)
    return index, np.clip(np.minimum(b, index + 1.0) - np.maximum(a, index), 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class StationFit:
    """On-call pumps of a station: share on the run, its standard error, by hour of the week (168,), NaN: not told."""

    station: str
    pumps: int
    weeks: float
    share: float
    error: float
    hours: F64
    spell_on_h: float
    spell_off_h: float

    def profile(self, days: range) -> F64:
        """Return the share by hour (24,) over some days of the week."""
        return np.asarray(np.nanmean(self.hours.reshape(7, 24)[list(days)], axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class AvailabilityFit:
    """What records tell of availability."""

    stations: tuple[StationFit, ...]
    on_call: tuple[float, float]  # share over all on-call pumps told, standard error
    wholetime: tuple[float, float]
    changeovers_per_year: float  # per appliance; NaN where records give no reasons
    changeover_h: tuple[float, float]  # 5% and 95%
    weeks: float


def fit_availability(states: States, scenario: Scenario) -> AvailabilityFit:
    """Return shares on the run by station and hour of the week, with standard errors from week to week."""
    rows_of: dict[str, list[int]] = {}
    wholetime: list[int] = []
    for row, key in enumerate(states.appliances):
        each = scenario.appliances[key]
        if each.kind != "pump" or not _is_own(scenario, key):
            continue
        if each.crewing == "on_call":
            rows_of.setdefault(each.station, []).append(row)
        elif each.crewing == "wholetime":
            wholetime.append(row)
    stations = tuple(_station(states, name, rows) for name, rows in rows_of.items())
    every = [row for rows in rows_of.values() for row in rows]
    own = [row for row, key in enumerate(states.appliances) if _is_own(scenario, key)]
    lengths = [hours for row in own for hours in states.changeovers.get(states.appliances[row], [])]
    years = float((states.state[own] >= 0).sum()) * SLOT_MIN / 60.0 / 8766.0
    span = (
        (float(np.quantile(lengths, 0.05)), float(np.quantile(lengths, 0.95)))
        if lengths
        else (np.nan, np.nan)
    )
    return AvailabilityFit(
        stations,
        _share(states.state[every]),
        _share(states.state[wholetime]),
        len(lengths) / years if lengths else float("nan"),
        span,
        states.state.shape[1] / SLOTS_A_WEEK,
    )


def _is_own(scenario: Scenario, key: str) -> bool:
    return scenario.stations[scenario.appliances[key].station].service == "own"


def _station(states: States, name: str, rows: list[int]) -> StationFit:
    mine = states.state[rows]
    share, error = _share(mine)
    hour = states.hour_of_week
    known = mine >= 0
    told = np.array([known[:, hour == h].sum() for h in range(168)])
    on = np.array([(mine[:, hour == h] == 1).sum() for h in range(168)])
    hours = np.where(told > 0, on / np.maximum(told, 1), np.nan)
    weeks = float(known.any(axis=0).sum()) / SLOTS_A_WEEK
    return StationFit(name, len(rows), weeks, share, error, hours, _spell_h(mine, 1), _spell_h(mine, 0))


def _share(state: I8) -> tuple[float, float]:
    """Return the share of slots on the run, and its standard error by whole weeks (spells last hours, not weeks)."""
    known = state >= 0
    if not known.any():
        return float("nan"), float("nan")
    share = float((state == 1).sum() / known.sum())
    weeks = state.shape[1] // SLOTS_A_WEEK
    if weeks < 2:
        return share, float("nan")
    cut = state[:, : weeks * SLOTS_A_WEEK].reshape(state.shape[0], weeks, SLOTS_A_WEEK)
    told = (cut >= 0).sum(axis=(0, 2))
    each = (cut == 1).sum(axis=(0, 2))[told > 0] / told[told > 0]
    if each.size < 2:
        return share, float("nan")
    return share, float(each.std(ddof=1) / np.sqrt(each.size))


def _spell_h(state: I8, of: int) -> float:
    """Return the mean length of spells in one state, hours; those cut off at either end do not count."""
    lengths: list[int] = []
    for row in state:
        change = np.flatnonzero(np.diff(row)) + 1
        pieces = np.split(row, change)
        lengths += [len(piece) for piece in pieces[1:-1] if piece[0] == of]
    return float(np.mean(lengths)) * SLOT_MIN / 60.0 if lengths else float("nan")


def with_availability(scenario: Scenario, fit: AvailabilityFit, source: str) -> Scenario:
    """Return the scenario with the fitted availability: by station and hour of the week, and the levels of the rest."""
    hours = dict(scenario.on_call_hours)
    for each in fit.stations:
        if np.isnan(each.share):
            continue
        weekday, weekend = each.profile(range(5)), each.profile(range(5, 7))
        if np.isnan(weekday).any() or np.isnan(weekend).any():
            continue
        told = {
            "source": source,
            "confidence": "medium",
            "note": f"{each.weeks:.0f} weeks of {each.pumps} pumps",
        }
        if each.weeks >= FEWEST_WEEKS:
            names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
            days = {name: _hours(each.profile(range(i, i + 1))) for i, name in enumerate(names)}
        else:
            days = {"weekday": _hours(weekday), "weekend": _hours(weekend)}
        hours[each.station] = OnCallHours.model_validate({**days, **told})
    change: dict[str, object] = {"on_call_hours": hours}
    if not np.isnan(fit.wholetime[0]):
        level = {"availability": round(fit.wholetime[0], 4)}
        change["wholetime"] = scenario.wholetime.model_copy(update=level)
    if not np.isnan(fit.changeovers_per_year):
        low, high = fit.changeover_h
        figures = {"changeovers_per_year": round(fit.changeovers_per_year, 2), "shortest_h": round(low, 2)}
        told_h = {**figures, "longest_h": round(high, 2)}
        reported = {f"reported_{name.removeprefix('changeovers_')}": value for name, value in told_h.items()}
        change["mechanical"] = scenario.mechanical.model_copy(update={**told_h, **reported})
    return scenario.model_copy(update=change)


def _hours(share: F64) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in share)
