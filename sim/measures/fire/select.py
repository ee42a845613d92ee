"""Which incidents a figure counts: own ground, named filters, Home Office exclusions; and their common
columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.log.tables import Log
from sim.measures.incidents import first_rows, slot_of
from sim.world.codes import Outcome
from sim.world.fire import F64, I16, I64, Bool, World
from sim.world.standards import Standard

HOME_OFFICE_SHORTEST_MIN = 1.0
HOME_OFFICE_LONGEST_MIN = 60.0
"""Total response times under 1 or over 60 minutes are left out (Home Office, Response times to fires,
England).
"""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The incidents of a log with the columns that every figure needs; all arrays (n,), one an incident.

    ``counted`` marks the incidents that response figures are about: call within the horizon, on the
    service's own ground (neither an over-the-border incident nor a cell outside), at least one pump asked
    for. Times in minutes; NaN where nothing came. ``first_row`` is the response row of the first pump to
    arrive, −1 if none did.
    """

    world: World
    log: Log
    counted: Bool
    own_ground: Bool
    attendance_min: F64  # call to first pump
    from_mobilisation_min: F64  # first alert to first pump
    second_min: F64  # call to second pump
    first_row: I64
    slot: I64
    kind: I16  # incident type
    years: float

    def band(self) -> I64:
        """Return the travel band (n,) at the call."""
        hour = self.world.calendar.hour_of_week[self.slot]
        return self.world.travel.band_of_hour[hour].astype(np.int64)


def fire_units(world: World) -> Bool:
    """Return the mask (U,) of the units that are not the police's."""
    if world.police is None:
        return np.ones(len(world.units.key), dtype=np.bool_)
    mask: Bool = ~world.police.units.police
    return mask


def counted_incidents(world: World, incidents: Mapping[str, NDArray[Any]], horizon_min: float) -> Bool:
    """Return the incidents (n,) that response figures are about, from the columns of the log: see ``View.counted``."""
    return on_own_ground(world, incidents, horizon_min) & (incidents["pumps_asked"] > 0)


def on_own_ground(world: World, incidents: Mapping[str, NDArray[Any]], horizon_min: float) -> Bool:
    """Return the incidents (n,) of the fire service's own ground whose call came within the horizon."""
    call, kind = incidents["time_min"], incidents["type"]
    mine = ~world.demand.over_border[kind] & world.cells.inside[incidents["cell"]]
    if world.police is not None:  # in one World with the police, their own incidents are none of fire's
        mine = mine & world.police.demand.fire_attends[kind]
    marked: Bool = mine & (call >= 0.0) & (call < horizon_min)
    return marked


def view(world: World, log: Log) -> View:
    """Prepare the common columns of ``log``."""
    incidents = log.incidents
    call = incidents["time_min"]
    return View(
        world=world,
        log=log,
        counted=counted_incidents(world, incidents, log.horizon_min),
        own_ground=on_own_ground(world, incidents, log.horizon_min),
        attendance_min=incidents["first_pump_min"] - call,
        from_mobilisation_min=incidents["first_pump_min"] - incidents["first_alert_min"],
        second_min=incidents["second_pump_min"] - call,
        first_row=first_rows(log, "first_unit"),
        slot=slot_of(world, call),
        kind=incidents["type"],
        years=log.horizon_min / 1440.0 / world.calendar.year_days,
    )


def _group(name: str) -> Callable[[View], Bool]:
    def chosen(seen: View) -> Bool:
        of_type = np.array([group == name for group in seen.world.demand.group], dtype=np.bool_)
        marked: Bool = of_type[seen.kind]
        return marked

    return chosen


def _all(seen: View) -> Bool:
    return np.ones(seen.kind.size, dtype=np.bool_)


def _plt(seen: View) -> Bool:
    marked: Bool = seen.log.incidents["plt"]
    return marked


def _primary_fire(seen: View) -> Bool:
    marked: Bool = seen.world.demand.primary_fire[seen.kind]
    return marked


def _property_fire(seen: View) -> Bool:
    marked: Bool = seen.world.demand.property_fire[seen.kind]
    return marked


def _plt_fire(seen: View) -> Bool:
    return _plt(seen) & _group("fire")(seen)


def _plt_not_fire(seen: View) -> Bool:
    return _plt(seen) & ~_group("fire")(seen)


FILTERS: Mapping[str, Callable[[View], Bool]] = MappingProxyType(
    {
        "all": _all,
        "plt": _plt,
        "primary_fire": _primary_fire,
        "property_fire": _property_fire,
        "plt_fire": _plt_fire,
        "plt_not_fire": _plt_not_fire,
        "fire": _group("fire"),
        "false_alarm": _group("false_alarm"),
        "special_service": _group("special_service"),
    }
)
"""Named incident filters; the key of an incident type is a filter as well."""


def chosen(seen: View, name: str) -> Bool:
    """Return the incidents (n,) that the filter ``name`` takes, among those counted.

    Raises:
        ValueError: no filter or incident type has that name; the text gives the nearest.
    """
    if name in FILTERS:
        return seen.counted & FILTERS[name](seen)
    if name in seen.world.demand.key:
        return seen.counted & np.equal(seen.kind, seen.world.demand.key.index(name))
    known = [*FILTERS, *seen.world.demand.key]
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(FILTERS)}, or an incident type"
    raise ValueError(f"no incident filter {name!r}: {hint}")


def home_office(seen: View) -> Bool:
    """Return the incidents (n,) that Home Office response times keep: no late call, 1 to 60 minutes in all.

    An incident that no pump reached has no total time and is left out, as the statistics leave it out.
    """
    total = seen.attendance_min
    return (
        ~seen.log.incidents["late_call"]
        & (total >= HOME_OFFICE_SHORTEST_MIN)
        & (total <= HOME_OFFICE_LONGEST_MIN)
    )


def left_out(seen: View, scope: Bool) -> dict[str, Bool]:
    """Return which incidents (n,) of ``scope`` Home Office response times leave out, by the first reason that holds."""
    total = seen.attendance_min
    reasons = {
        "late_call": np.asarray(seen.log.incidents["late_call"], dtype=np.bool_),
        "no_pump_came": np.isnan(total),
        "under_1_min": total < HOME_OFFICE_SHORTEST_MIN,
        "over_60_min": total > HOME_OFFICE_LONGEST_MIN,
    }
    found, rest = {}, scope
    for name, holds in reasons.items():
        found[name] = rest & holds
        rest = rest & ~holds
    return found


def nth_pump_min(seen: View, order: int) -> F64:
    """Return when the ``order``-th pump arrived (n,), absolute minutes, NaN where it did not."""
    if order <= 2:
        column: F64 = seen.log.incidents["first_pump_min" if order == 1 else "second_pump_min"]
        return column
    responses = seen.log.responses
    arrived = seen.world.units.pump[responses["unit"]] & (responses["outcome"] != Outcome.NOT_ALERTED)
    rows = np.flatnonzero(arrived & ~np.isnan(responses["arrived_min"]))
    rows = rows[np.lexsort((responses["arrived_min"][rows], responses["incident"][rows]))]
    incident = responses["incident"][rows]
    place = np.arange(rows.size) - np.searchsorted(incident, incident)
    result = np.full(seen.kind.size, np.nan)
    nth = place == order - 1
    result[incident[nth]] = responses["arrived_min"][rows[nth]]
    return result


def standard_scope(seen: View, standard: Standard) -> tuple[Bool, F64]:
    """Return the incidents (n,) that ``standard`` counts and their attendance, minutes by its clock (NaN:
    never).

    A standard for the second or a later pump counts the incidents whose first attendance asks for that many.
    """
    incidents = seen.log.incidents
    scope = chosen(seen, standard.incidents) & (incidents["pumps_asked"] >= standard.unit_order)
    if standard.area != "all":
        scope = scope & (seen.world.cells.urban[incidents["cell"]] == (standard.area == "urban"))
    if standard.home_office_exclusions:
        scope = scope & home_office(seen)
    start = incidents["time_min"] if standard.clock == "call" else incidents["first_alert_min"]
    return scope, nth_pump_min(seen, standard.unit_order) - start
