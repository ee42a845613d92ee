"""The tables of a log in words and units, as pandas frames. One function a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.execution.arrays import Array
from sim.log.tables import Log
from sim.measures import station_ground
from sim.measures.fire.availability import unit_duty
from sim.traces.places import incident_names, place_names
from sim.world.codes import Duty, Mode, Origin, Outcome, Reason, label
from sim.world.fire import World

Indices = Array
Minutes = Array
Columns = dict[str, "Array | pd.Series[pd.Timestamp]"]  # pandas takes no brackets when it runs

_LINES = ("999", "101")
_TIED_UP = ("", "custody", "hospital")
_STANDBY_REASONS = ("core station uncovered", "marginal coverage", "crew short")
_STANDBY_ENDS = ("cover restored", "sent to an incident", "own crew needed", "end of run")


def local_times(world: World, minutes: Minutes) -> pd.Series[pd.Timestamp]:
    """Return simulated minutes as local time with its zone, to the nearest millisecond; NaT for NaN."""
    begin = pd.Timestamp(world.calendar.start, tz=world.calendar.timezone).tz_convert("UTC")
    elapsed = pd.Series(np.round(np.asarray(minutes, dtype=np.float64) * 60_000.0))
    return (begin + pd.to_timedelta(elapsed, unit="ms")).dt.tz_convert(world.calendar.timezone)


def named(names: Sequence[str], index: Indices) -> NDArray[np.object_]:
    """Return the name of each index; empty for −1."""
    table = np.array([*names, ""], dtype=object)
    found: NDArray[np.object_] = table[np.where(index < 0, len(names), index)]
    return found


def coded(codes: type[IntEnum], index: Indices) -> NDArray[np.object_]:
    """Return the words of the codes in a column."""
    return named([label(member) for member in codes], index)


def crewing(world: World) -> list[str]:
    """Return how each unit is crewed: wholetime, day, on call, neighbour; police."""
    words = [label(Duty(int(duty))) for duty in unit_duty(world)]
    if world.police is None:
        return words
    return [
        "police" if police else word for word, police in zip(words, world.police.units.police, strict=True)
    ]


def _units(world: World, index: Indices, prefix: str = "") -> Columns:
    """Return key, station and crewing of units; empty for −1."""
    stations = [world.sites.name[site] for site in world.units.site]
    return {
        f"{prefix}unit": named(world.units.key, index),
        f"{prefix}station": named(stations, index),
        f"{prefix}crewing": named(crewing(world), index),
    }


def _where(world: World, cell: Indices) -> Columns:
    cells, ground = world.cells, station_ground(world)
    return {
        "district": named(cells.district_names, cells.district[cell]),
        "settlement": named(cells.settlement_names, cells.settlement[cell]),
        "urban": cells.urban[cell],
        "station_ground": named(world.sites.name, ground[cell]),
        "easting_m": cells.easting_m[cell],
        "northing_m": cells.northing_m[cell],
    }


def incidents(world: World, log: Log) -> pd.DataFrame:
    """Return a row an incident."""
    table, demand = log.incidents, world.demand
    kind = table["type"].astype(np.int64)
    variant = demand.variant_start[kind] + table["variant"]
    call = table["time_min"]
    columns: Columns = {
        "incident": incident_names(world, log),
        "type": named(demand.key, kind),
        "group": named(demand.group, kind),
        "call_answered_local": local_times(world, call),
        **_where(world, table["cell"]),
        "potentially_life_threatening": table["plt"],
        "late_call": table["late_call"],
        "attendance": named(demand.variant_name, variant),
        "pumps_asked": table["pumps_asked"],
        "call_handling_min": table["handling_min"],
        "traffic_factor": table["traffic"],
        "first_alert_local": local_times(world, table["first_alert_min"]),
        "first_pump_local": local_times(world, table["first_pump_min"]),
        "first_pump_response_min": table["first_pump_min"] - call,
        "second_pump_response_min": table["second_pump_min"] - call,
        **_units(world, table["first_unit"], "first_"),
        "pumps_sent": table["pumps_sent"],
        "makeup_pumps": table["makeup_pumps"],
        "pumps_lost": table["pumps_lost"],
        "capabilities_unmet": table["capabilities_unmet"],
        "queued_min": table["queued_min"],
        "mobilising_failures": table["failures"],
        "closed_local": local_times(world, table["closed_min"]),
    }
    if world.police is not None:
        columns |= _police(world, table)
    return pd.DataFrame(columns)


def _police(world: World, table: Mapping[str, Array]) -> Columns:
    assert world.police is not None
    police, call = world.police, table["time_min"]
    return {
        "police_grade": named(police.grades.key, table["grade"]),
        "police_district": named(police.district_names, police.district_of_cell[table["cell"]]),
        "call_began_local": local_times(world, table["received_min"]),
        "response_time_published": table["timed"],
        "officers_asked": table["officers_asked"],
        "police_open_local": local_times(world, table["police_open_min"]),
        "police_assigned_local": local_times(world, table["police_assigned_min"]),
        "police_first_local": local_times(world, table["police_first_min"]),
        "police_response_min": table["police_first_min"] - call,
        **{
            f"police_{name}": column
            for name, column in _units(world, table["police_first_unit"], "first_").items()
            if name != "first_crewing"
        },
        "police_units": table["police_units"],
        "police_diversions": table["diversions"],
    }


def responses(world: World, log: Log) -> pd.DataFrame:
    """Return a row a unit sent to an incident."""
    table = log.responses
    incident = table["incident"].astype(np.int64)
    return pd.DataFrame(
        {
            "incident": incident_names(world, log)[incident],
            "type": named(world.demand.key, log.incidents["type"][incident]),
            **_units(world, table["unit"]),
            "order": table["order"],
            "reason": coded(Reason, table["reason"]),
            "capability": named(world.capability_names, table["capability"]),
            "was": coded(Origin, table["origin"]),
            "set_out_from": place_names(world)[table["origin_place"]],
            "crewed": coded(Mode, table["mode"]),
            "crew_aboard": np.bitwise_count(table["crew"]),
            "decided_local": local_times(world, table["decided_min"]),
            "alerted_local": local_times(world, table["alerted_min"]),
            "estimate_min": table["estimate_min"],
            "turnout_min": table["turnout_min"],
            "travel_min": table["travel_min"],
            "arrived_local": local_times(world, table["arrived_min"]),
            "left_scene_local": local_times(world, table["left_scene_min"]),
            "released_local": local_times(world, table["released_min"]),
            "ended_local": local_times(world, table["ended_min"]),
            "outcome": coded(Outcome, table["outcome"]),
            "tied_up_at": named(_TIED_UP, table["tied_up"]),
            "easting_m": world.cells.easting_m[log.incidents["cell"][incident]],
            "northing_m": world.cells.northing_m[log.incidents["cell"][incident]],
        }
    )


def standby(world: World, log: Log) -> pd.DataFrame:
    """Return a row a standby move."""
    table, sites = log.standby, world.sites
    return pd.DataFrame(
        {
            **_units(world, table["unit"]),
            "from_station": named(sites.name, table["from_site"]),
            "to_station": named(sites.name, table["to_site"]),
            "easting_m": sites.easting_m[table["to_site"]],
            "northing_m": sites.northing_m[table["to_site"]],
            "people_moved": table["people"],
            "decided_local": local_times(world, table["decided_min"]),
            "arrived_local": local_times(world, table["arrived_min"]),
            "ended_local": local_times(world, table["ended_min"]),
            "home_local": local_times(world, table["home_min"]),
            "travel_min": table["travel_min"],
            "reason": named(_STANDBY_REASONS, table["reason"]),
            "end_reason": named(_STANDBY_ENDS, table["end_reason"]),
        }
    )


def roster(world: World, log: Log) -> pd.DataFrame:
    """Return a row a change of a unit's crewing."""
    table = log.roster
    return pd.DataFrame(
        {
            **_units(world, table["unit"]),
            "from_local": local_times(world, table["time_min"]),
            "crewed": coded(Mode, table["mode"]),
        }
    )


def calls(world: World, log: Log) -> pd.DataFrame:
    """Return a row an hour and telephone line of the police; none without a modelled control room."""
    table = log.calls
    return pd.DataFrame(
        {
            "line": named(_LINES, table["line"]),
            "from_local": local_times(world, table["from_min"]),
            **{name: table[name] for name in ("calls", "in_target", "abandoned", "redials")},
            "wait_total_min": table["wait_min"],
            "talk_total_min": table["talk_min"],
        }
    )


FRAMES: Mapping[str, Callable[[World, Log], pd.DataFrame]] = MappingProxyType(
    {"incidents": incidents, "responses": responses, "standby": standby, "roster": roster, "calls": calls}
)
"""Table of the log to the function that tells it in words."""
