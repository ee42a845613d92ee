"""What a scenario says of single days: scripted incidents, and surges of calls, as arrays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geo.grid import to_grid
from scenarios.schema.local_time import midnight
from scenarios.schema.scenario import Variant
from sim.world.fire import Scripted

if TYPE_CHECKING:
    from geo.cells import Cells
    from scenarios.schema.scenario import CalendarSettings, Scenario, ScriptedIncident, Surge
    from sim.world.fire import Calendar

F64 = NDArray[np.float64]


def elapsed_min(calendar: CalendarSettings, at: datetime) -> float:
    """Return the elapsed minutes from local midnight of the start to a local time (negative before it)."""
    zone = ZoneInfo(calendar.timezone)
    begin = midnight(calendar.start, zone)
    return (at.replace(tzinfo=zone).astimezone(UTC) - begin).total_seconds() / 60.0


def build_scripted(
    scenario: Scenario, cells: Cells, calendar: Calendar, *, first_variant: int
) -> Scripted | None:
    """Return the scripted incidents within the horizon, in the scenario's order; None if there are none.

    Each happens in the cell whose centre is nearest and has an attendance of its own, from ``first_variant`` on.
    """
    times = {
        key: elapsed_min(scenario.calendar, each.at) for key, each in scenario.scripted_incidents.items()
    }
    chosen: dict[str, ScriptedIncident] = {
        key: each
        for key, each in scenario.scripted_incidents.items()
        if 0.0 <= times[key] < calendar.horizon_min
    }
    if not chosen:
        return None
    types = list(scenario.incident_types)
    every = list(chosen.values())
    return Scripted(
        key=tuple(chosen),
        type=np.array([types.index(each.type) for each in every], dtype=np.int16),
        cell=_nearest_cells(cells, every),
        time_min=np.array([times[key] for key in chosen]),
        plt=np.array([each.plt for each in every]),
        variant=np.arange(first_variant, first_variant + len(every), dtype=np.int32),
        makeup_pumps=np.array([each.makeup_pumps for each in every], dtype=np.int16),
        makeup_after_min=np.array([each.makeup_after_min for each in every], dtype=np.float32),
        scene_median_min=np.array([each.scene_median_min or np.nan for each in every], dtype=np.float32),
    )


def scripted_attendance(scenario: Scenario, scripted: Scripted) -> list[tuple[str, Variant]]:
    """Return the attendance of each scripted incident, named as it is."""
    chosen = {key: scenario.scripted_incidents[key] for key in scripted.key}
    return [
        (key, Variant(share=0.0, pumps=each.pumps, capabilities=each.capabilities))
        for key, each in chosen.items()
    ]


def _nearest_cells(cells: Cells, every: list[ScriptedIncident]) -> NDArray[np.int32]:
    easting, northing = to_grid([each.lat for each in every], [each.lon for each in every])
    away = np.hypot(cells.easting_m - easting[:, None], cells.northing_m - northing[:, None])
    nearest: NDArray[np.int32] = away.argmin(axis=1).astype(np.int32)
    return nearest


def build_day_factor(scenario: Scenario, calendar: Calendar) -> F64 | None:
    """Return the factors on each type's calls by local day, (M, days); None without surges in the period."""
    factors = np.ones((len(scenario.incident_types), int(calendar.day[-1]) + 1))
    for surge in scenario.surges.values():
        first = max(0, (surge.first - scenario.calendar.start).days)
        end = max(0, (surge.last + timedelta(days=1) - scenario.calendar.start).days)
        for row, (key, kind) in enumerate(scenario.incident_types.items()):
            factors[row, first:end] *= _factor(surge, key, kind.group)
    return None if (factors == 1.0).all() else factors


def _factor(surge: Surge, key: str, group: str) -> float:
    every = 1.0 if group == "over_border" else surge.factors.get("all", 1.0)
    return every * surge.factors.get(group, 1.0) * surge.factors.get(key, 1.0)
