"""The town of ``towns`` with police in it: three cars, two districts, three grades, logs written by hand.

Cars (units 6, 7, 8): pa and pb of district North, base A and B, patrolling about their bases alone; pc of South,
base C, single crewed, patrolling there. Travel minutes are those of the town × 0.5 on blue lights,
× 1 without. Emergencies: 15 minutes urban (c0, c1), 20 rural (c2); priority 60; routine 48 hours.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.log.tables import Log, TableWriter
from sim.world.codes import Mode, Origin, Outcome, Reason
from sim.world.fire import World
from sim.world.log_schema import CALLS, INCIDENTS, RESPONSES, ROSTER, STANDBY
from sim.world.police import Grades, Police, PoliceDemand, PoliceRules, PoliceUnits
from tests.sim.measures.towns import HANDLING, HORIZON, nan, town

PA, PB, PC = 6, 7, 8
SITE_OF = {PA: 0, PB: 1, PC: 2}
EMERGENCY, PRIORITY, ROUTINE = range(3)
ROBBERY, BURGLARY, NUISANCE, CRASH = 3, 4, 5, 6
TURNOUT, DELAY, BLUE = 0.5, 1.0, 0.5


def _grades() -> Grades:
    districts = np.zeros((3, 2, 2), dtype=bool)
    districts[EMERGENCY] = True
    districts[:, [0, 1], [0, 1]] = True
    return Grades(
        key=("emergency", "priority", "routine"),
        blue_lights=np.array([True, False, False]),
        diverts=np.array([True, False, False]),
        divertible=np.array([False, True, True]),
        eligible_districts=districts,
        wider_after_min=np.array([0.0, 30.0, 120.0]),
        support_units=np.array([True, False, False]),
        delay_median_min=np.array([DELAY, 10.0, 30.0]),
        delay_sigma=np.zeros(3),
        hours=np.array([[0, 24], [0, 24], [7, 23]], dtype=np.int8),
        target_min=np.array([[20.0, 15.0], [60.0, 60.0], [2880.0, 2880.0]]),
    )


def _police_demand(fire: bool) -> PoliceDemand:
    types, grades = 7, 3
    return PoliceDemand(
        attends=np.array([False, False, False, True, True, True, True]),
        attended_share=np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]),
        fire_attends=np.array([True, True, True, False, False, False, True]) & fire,
        high_harm=np.array([False] * 3 + [True, True, False, False]),
        crime=("", "", "", "robbery", "residential_burglary", "", ""),
        grade_from_day=np.zeros(1, dtype=np.int32),
        grade_share=np.full((1, types, grades), 1 / 3),
        officers=np.ones((types, grades)),
        capability=np.full((types, grades), -1, dtype=np.int8),
        scene_median_min=np.full((types, grades), 40.0),
        scene_sigma=np.zeros(types),
        delay_factor=np.ones((types, grades)),
        tied_up_share=np.zeros((types, 2)),
        timed_share=np.ones(types),
        by_999=np.ones((types, grades)),
    )


def _police_units() -> PoliceUnits:
    units = 9
    return PoliceUnits(
        police=np.arange(units) >= 6,
        district=np.array([-1] * 6 + [0, 0, 1], dtype=np.int16),
        officers=np.array([0] * 6 + [2, 2, 1], dtype=np.int8),
        support=np.zeros(units, dtype=bool),
        patrol_start=np.array([0] * 7 + [1, 2, 3], dtype=np.int32),
        patrol_site=np.array([0, 1, 2], dtype=np.int32),
        patrol_share=np.ones(3),
        on_duty=np.ones((336, units), dtype=np.int8),
        abstraction_share=np.zeros(units),
    )


def _rules() -> PoliceRules:
    return PoliceRules(
        blue_factor=BLUE,
        ordinary_factor=1.0,
        turnout_median_min=TURNOUT,
        turnout_sigma=0.0,
        divert=True,
        committed_min=20.0,
        divert_gain_min=3.0,
        tied_up_median_min=np.array([120.0, 150.0]),
        tied_up_sigma=np.zeros(2),
        tied_up_sites=(np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)),
        paperwork_min=5.0,
    )


def police_town(*, days: int = 2, fire: bool = True) -> World:
    """Return the World; without ``fire`` the police alone (fire's types attract no fire engines)."""
    base = town(days=days)
    types = 7
    demand = replace(
        base.demand,
        key=(*base.demand.key, "robbery", "burglary", "nuisance", "crash"),
        group=(*base.demand.group, *["police"] * 3, "special_service"),
        variant_start=np.arange(types + 1, dtype=np.int32),
        variant_share=np.ones(types),
        variant_name=(*base.demand.variant_name, "none", "none", "none", "crash"),
        variant_pumps=np.array([2, 1, 1, 0, 0, 0, 1], dtype=np.int8),
        variant_capabilities=((),) * types,
        **{
            name: np.concatenate((getattr(base.demand, name), np.repeat(getattr(base.demand, name)[:1], 4, axis=0)))
            for name in (
                "per_year", "hour_of_week", "month", "cell_share", "plt_share", "late_call_share", "attended_share",
                "scene_median_min", "scene_sigma", "makeup_share", "makeup_pumps_mean", "makeup_after_min",
            )
        },
        primary_fire=np.array([True] + [False] * 6),
        property_fire=np.array([True] + [False] * 6),
        over_border=np.array([False, False, True] + [False] * 4),
    )  # fmt: skip
    more = {
        name: np.concatenate((getattr(base.units, name), np.repeat(getattr(base.units, name)[:1], 3, axis=0)))
        for name in (
            "own", "minimum_crew", "preferred_crew", "fallback_pool", "rank", "immediate_turnout_min",
            "immediate_sigma", "on_call_turnout_min", "mechanical_per_year", "mechanical_min",
            "neighbour_availability", "neighbour_immediate",
        )
    }  # fmt: skip
    cars = replace(
        base.units,
        **more,
        key=(*base.units.key, "pa", "pb", "pc"),
        site=np.array([*base.units.site, 0, 1, 2], dtype=np.int32),
        pump=np.array([*base.units.pump, False, False, False]),
        pool=np.array([*base.units.pool, -1, -1, -1], dtype=np.int32),
        capability=np.array([*base.units.capability, 0, 0, 0], dtype=np.int64),
    )
    police = Police(
        grades=_grades(),
        demand=_police_demand(fire),
        units=_police_units(),
        rules=_rules(),
        district_names=("North", "South"),
        district_of_cell=np.array([0, 0, 1, -1], dtype=np.int16),
        lines=None,
    )  # fmt: skip
    return replace(base, demand=demand, units=cars, police=police)


@dataclass
class PoliceBook:
    """Write a log by hand; every row has plain defaults and says only what matters."""

    horizon: float = HORIZON
    modes: dict[int, list[tuple[float, Mode]]] = field(default_factory=dict)
    incident_rows: list[dict[str, Any]] = field(default_factory=list)
    response_rows: list[dict[str, Any]] = field(default_factory=list)
    call_rows: list[dict[str, Any]] = field(default_factory=list)

    def incident(
        self, time: float, grade: int = EMERGENCY, *, opened: float | None = None, **other: Any
    ) -> int:
        """Add an incident that opens when handled and delayed as usual; returns its row."""
        if opened is None:
            opened = time + HANDLING + (DELAY if grade == EMERGENCY else 10.0 if grade == PRIORITY else 30.0)
        row = {
            "key": len(self.incident_rows), "type": ROBBERY, "cell": 0, "time_min": time, "plt": False,
            "late_call": False, "variant": 0, "pumps_asked": 0, "handling_min": HANDLING, "traffic": 1.0,
            "first_alert_min": nan, "first_pump_min": nan, "second_pump_min": nan, "first_unit": -1,
            "pumps_sent": 0, "makeup_pumps": 0, "queued_min": 0.0, "failures": 0, "closed_min": nan,
            "grade": grade, "received_min": time, "timed": True, "officers_asked": 1, "police_open_min": opened,
            "police_assigned_min": nan, "police_first_min": nan, "police_first_unit": -1, "police_units": 0,
            "diversions": 0,
        }  # fmt: skip
        assert set(other) <= set(row), set(other) - set(row)
        self.incident_rows.append(row | other)
        return len(self.incident_rows) - 1

    def sent(
        self, incident: int, unit: int, *, travel: float, turnout: float = TURNOUT, scene: float = 40.0,
        decided: float | None = None, tied_up: int = 0, tied_up_min: float = 0.0, left: float | None = None,
        **other: Any,
    ) -> int:  # fmt: skip
        """Add a response, decided when the incident opened unless said otherwise.

        ``left``: diverted at that minute, on the way or from the scene.
        """
        call = self.incident_rows[incident]
        decided = call["police_open_min"] if decided is None else decided
        depart, arrive = decided + turnout, decided + turnout + travel
        away = arrive + scene
        row = {
            "incident": incident, "unit": unit, "order": sum(r["incident"] == incident for r in self.response_rows),
            "reason": Reason.QUICKEST, "capability": -1, "origin": Origin.PATROL, "origin_place": 4 + SITE_OF[unit],
            "mode": Mode.IMMEDIATE, "pool": -1, "crew": 0, "decided_min": decided, "alerted_min": decided,
            "estimate_min": turnout + travel, "turnout_min": turnout, "travel_min": travel, "departed_min": depart,
            "arrived_min": arrive, "left_scene_min": away, "released_min": away + tied_up_min + 5.0,
            "ended_min": away + tied_up_min + 15.0, "outcome": Outcome.ATTENDED, "tied_up": tied_up,
        }  # fmt: skip
        if left is not None:
            row |= {"outcome": Outcome.DIVERTED, "released_min": left, "ended_min": left}
            row |= {"left_scene_min": left} if left >= arrive else {"arrived_min": nan, "left_scene_min": nan}
            call["diversions"] += 1
        self.response_rows.append(row | other)
        call["police_units"] += 1
        call["police_assigned_min"] = float(np.fmin(call["police_assigned_min"], decided))
        if row["arrived_min"] == row["arrived_min"] and not call["police_first_min"] <= row["arrived_min"]:
            call["police_first_min"], call["police_first_unit"] = row["arrived_min"], unit
        return len(self.response_rows) - 1

    def log(self) -> Log:
        """Close the book."""
        roster = [
            {"unit": unit, "time_min": time, "mode": mode}
            for unit in range(9)
            for time, mode in self.modes.get(unit, [(0.0, Mode.IMMEDIATE)])
        ]
        tables = {}
        for name, columns, rows in (
            ("incidents", INCIDENTS, self.incident_rows), ("responses", RESPONSES, self.response_rows),
            ("standby", STANDBY, []), ("roster", ROSTER, roster), ("calls", CALLS, self.call_rows),
        ):  # fmt: skip
            writer = TableWriter(columns)
            for row in rows:
                writer.append(tuple(row.get(column[0], 0) for column in columns))
            tables[name] = writer.columns()
        return Log(replication=0, seed=1, horizon_min=self.horizon, **tables)
