"""A town drawn by hand and logs written by hand: small enough to check every figure on paper.

Three own stations and one neighbour's on a line, four cells. Travel minutes from station (column) to cell (row):
        A   B   C   N
  c0    2   8  20  30
  c1    8   2  12  20
  c2   20  12   3   9
  c3   40  30  25   4   (c3 lies over the border)
A: two wholetime pumps a1, a2; B: one on-call pump b1 and a special b2 crewed from the same people; C: one day-crewed
pump c1 that is on-call outside 09 to 18; N: a neighbour's wholetime pump n1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.log.tables import Log, TableWriter
from sim.world.codes import Duty, Mode, Origin, Outcome, Reason
from sim.world.fire import Calendar, Cells, Demand, People, Rules, Sites, Timings, Units, World
from sim.world.log_schema import INCIDENTS, RESPONSES, ROSTER, STANDBY
from sim.world.travel import Travel

A1, A2, B1, B2, C1, N1 = range(6)
SITE_OF = (0, 0, 1, 1, 2, 3)
MINUTES = np.array([[2, 8, 20, 30], [8, 2, 12, 20], [20, 12, 3, 9], [40, 30, 25, 4]], dtype=np.float32)
DAYS = 2
HORIZON = DAYS * 1440.0
WHOLETIME_TURNOUT, NIGHT_TURNOUT, ON_CALL_TURNOUT, HANDLING, CAB = 1.0, 1.5, 5.0, 1.25, 0.5
FIRE, ALARM, BORDER = range(3)
nan = float("nan")


def calendar(days: int = DAYS) -> Calendar:
    """Two days from Wednesday 1 April 2020."""
    slot = np.arange(days * 48)
    hour = (slot // 2) % 24
    day = slot // 48
    return Calendar(
        start="2020-04-01",
        horizon_min=days * 1440.0,
        hour_of_week=((48 + slot // 2) % 168).astype(np.int16),
        month=np.where(day < 30, 4, 5).astype(np.int8),
        day=day.astype(np.int32),
        hour=hour.astype(np.int8),
    )


def _cells() -> Cells:
    return Cells(
        easting_m=np.zeros(4),
        northing_m=np.zeros(4),
        population=np.ones(4),
        district=np.array([0, 0, 1, 1], dtype=np.int16),
        district_names=("North", "South"),
        settlement=np.zeros(4, dtype=np.int32),
        settlement_names=("Town",),
        urban=np.array([True, True, False, False]),
        inside=np.array([True, True, True, False]),
    )


def _sites() -> Sites:
    return Sites(
        key=("A", "B", "C", "N"),
        name=("Alpha", "Bravo", "Charlie", "November"),
        service=("own", "own", "own", "Next"),
        own=np.array([True, True, True, False]),
        core=np.zeros(4, dtype=bool),
        district=np.array([0, 0, 1, -1], dtype=np.int16),
        easting_m=np.zeros(4),
        northing_m=np.zeros(4),
    )


def _units() -> Units:
    return Units(
        key=("a1", "a2", "b1", "b2", "c1", "n1"),
        site=np.array(SITE_OF, dtype=np.int32),
        own=np.array([True] * 5 + [False]),
        pump=np.array([True, True, True, False, True, True]),
        capability=np.array([0, 0, 0, 1, 0, 0], dtype=np.int64),
        minimum_crew=np.full(6, 4, dtype=np.int8),
        preferred_crew=np.full(6, 5, dtype=np.int8),
        pool=np.array([0, 0, 1, 1, 2, -1], dtype=np.int32),
        fallback_pool=np.array([-1, -1, -1, -1, 3, -1], dtype=np.int32),
        rank=np.array([0, 1, 0, 1, 0, 0], dtype=np.int8),
        immediate_turnout_min=np.tile(np.array([WHOLETIME_TURNOUT, NIGHT_TURNOUT], dtype=np.float32), (6, 1)),
        immediate_sigma=np.full(6, 0.3, dtype=np.float32),
        on_call_turnout_min=np.full(6, ON_CALL_TURNOUT, dtype=np.float32),
        mechanical_per_year=np.zeros(6, dtype=np.float32),
        mechanical_min=np.zeros((6, 2), dtype=np.float32),
        neighbour_availability=np.array([nan] * 5 + [0.85], dtype=np.float32),
        neighbour_immediate=np.array([False] * 5 + [True]),
    )


def _people() -> People:
    presence = np.zeros((4, 168), dtype=np.float32)
    presence[[0, 1]] = 1.0  # wholetime and on-call: always somebody
    presence[3] = 1.0
    for weekday in range(5):
        presence[2, weekday * 24 + 9 : weekday * 24 + 18] = 1.0
    return People(
        key=("w", "o", "d", "f"),
        pool_key=("A watch", "B on-call", "C day", "C on-call"),
        pool_site=np.array([0, 1, 2, 2], dtype=np.int32),
        pool_duty=np.array([Duty.WHOLETIME, Duty.ON_CALL, Duty.DAY, Duty.ON_CALL], dtype=np.int8),
        pool_start=np.arange(5, dtype=np.int32),
        skill=np.full(4, 7, dtype=np.int8),
        watch=np.array([0, -1, -1, -1], dtype=np.int8),
        muster_min=np.full(4, 4.0, dtype=np.float32),
        presence=presence,
        block_h=np.full(4, 6.0, dtype=np.float32),
        muster_sigma=0.25,
    )


def _demand() -> Demand:
    return Demand(
        key=("dwelling_fire", "false_alarm", "over_border"),
        per_year=np.array([100.0, 100.0, 10.0]),
        hour_of_week=np.ones((3, 168)),
        month=np.ones((3, 12)),
        cell_share=np.full((3, 4), 0.25),
        plt_share=np.array([0.5, 0.1, 0.0]),
        late_call_share=np.zeros(3),
        primary_fire=np.array([True, False, False]),
        property_fire=np.array([True, False, False]),
        group=("fire", "false_alarm", "over_border"),
        attended_share=np.ones(3),
        over_border=np.array([False, False, True]),
        scene_median_min=np.full(3, 30.0),
        scene_sigma=np.zeros(3),
        makeup_share=np.zeros(3),
        makeup_pumps_mean=np.ones(3),
        makeup_after_min=np.full(3, 8.0),
        variant_start=np.array([0, 1, 2, 3], dtype=np.int32),
        variant_share=np.ones(3),
        variant_name=("house", "alarm", "help"),
        variant_pumps=np.array([2, 1, 1], dtype=np.int8),
        variant_capabilities=((), (), ()),
    )


def _timings() -> Timings:
    return Timings(
        handling_median_min=HANDLING,
        handling_sigma=0.5,
        traffic_sigma=0.1,
        journey_sigma=0.1,
        failure_per_response=0.01,
        failure_found_min=4.0,
        standby_turnout_min=CAB,
        return_factor=1.3,
        day_hours=(7, 23),
    )


def town(*, days: int = DAYS, help_from_neighbours: bool = True, gauge_target: int = 4) -> World:
    """Return the World of the module's picture."""
    return World(
        name="town",
        digest="town",
        calendar=calendar(days),
        cells=_cells(),
        sites=_sites(),
        units=_units(),
        people=_people(),
        demand=_demand(),
        timings=_timings(),
        rules=Rules(
            dispatch="quickest",
            cover="none",
            cover_parameters={},
            neighbours_help=help_from_neighbours,
            queue_when_none=True,
            gauge_hours=(17, 18, 19),
            gauge_target=gauge_target,
        ),
        travel=Travel(
            band_of_hour=np.zeros(168, dtype=np.int8),
            leave_node=np.zeros((8, 1), dtype=np.int32),
            leave_min=np.zeros((1, 8, 1), dtype=np.float32),
            edge_start=np.zeros(2, dtype=np.int32),
            edge_head=np.zeros(0, dtype=np.int32),
            edge_min=np.zeros((1, 0), dtype=np.float32),
            to_cell_min=np.zeros((1, MINUTES.shape[0], 1), dtype=np.float32),
            to_site_min=np.zeros((1, MINUTES.shape[1], 1), dtype=np.float32),
            node_cell=np.zeros(1, dtype=np.int32),
            site_min=MINUTES[None, :, :],
            direct_start=np.zeros(9, dtype=np.int32),
            direct_place=np.zeros(0, dtype=np.int32),
            direct_min=np.zeros((1, 0), dtype=np.float32),
        ),
        capability_names=("rescue",),
    )


@dataclass
class Book:
    """Write a log by hand; every row has plain defaults and says only what matters."""

    horizon: float = HORIZON
    modes: dict[int, list[tuple[float, Mode]]] = field(default_factory=dict)
    incident_rows: list[dict[str, Any]] = field(default_factory=list)
    response_rows: list[dict[str, Any]] = field(default_factory=list)
    standby_rows: list[dict[str, Any]] = field(default_factory=list)

    def incident(self, time: float, **other: Any) -> int:
        """Add an incident; returns its row. Arrivals are filled in from the responses unless given."""
        row = {
            "key": len(self.incident_rows), "type": FIRE, "cell": 0, "time_min": time, "plt": False,
            "late_call": False, "variant": 0, "pumps_asked": 1, "handling_min": HANDLING, "traffic": 1.0,
            "first_alert_min": nan, "first_pump_min": nan, "second_pump_min": nan, "first_unit": -1,
            "pumps_sent": 0, "makeup_pumps": 0, "queued_min": 0.0, "failures": 0, "closed_min": nan,
        }  # fmt: skip
        assert set(other) <= set(row), set(other) - set(row)
        self.incident_rows.append(row | other)
        return len(self.incident_rows) - 1

    def sent(
        self, incident: int, unit: int, *, turnout: float, travel: float, scene: float = 30.0, home: float = 10.0,
        decided: float | None = None, **other: Any,
    ) -> int:  # fmt: skip
        """Add a response decided when the call has been handled, unless said otherwise."""
        call = self.incident_rows[incident]
        if decided is None:
            decided = call["time_min"] + call["handling_min"]
        depart, arrive = decided + turnout, decided + turnout + travel
        row = {
            "incident": incident, "unit": unit, "order": sum(r["incident"] == incident for r in self.response_rows),
            "reason": Reason.QUICKEST, "capability": -1, "origin": Origin.HOME, "origin_place": 4 + SITE_OF[unit],
            "mode": Mode.ON_CALL if unit == B1 else Mode.IMMEDIATE, "pool": -1, "crew": 0, "decided_min": decided,
            "alerted_min": decided, "estimate_min": turnout + travel, "turnout_min": turnout, "travel_min": travel,
            "departed_min": depart, "arrived_min": arrive, "released_min": arrive + scene,
            "ended_min": arrive + scene + home, "outcome": Outcome.ATTENDED,
        }  # fmt: skip
        assert set(other) <= set(row), set(other) - set(row)
        self.response_rows.append(row | other)
        return len(self.response_rows) - 1

    def failed(self, incident: int, unit: int, *, estimate: float) -> int:
        """Add an alert that did not reach its appliance."""
        row = self.sent(incident, unit, turnout=0.0, travel=0.0)
        blank = ("alerted_min", "turnout_min", "travel_min", "departed_min", "arrived_min", "released_min")
        self.response_rows[row] |= dict.fromkeys(blank, nan)
        self.response_rows[row] |= {
            "estimate_min": estimate,
            "outcome": Outcome.NOT_ALERTED,
            "ended_min": self.response_rows[row]["decided_min"],
        }
        self.incident_rows[incident]["failures"] += 1
        return row

    def standby(
        self, unit: int, to_site: int, decided: float, arrived: float, ended: float, **other: Any
    ) -> None:
        """Add a standby move."""
        row = {
            "unit": unit, "from_site": SITE_OF[unit], "to_site": to_site, "people": False, "decided_min": decided,
            "arrived_min": arrived, "ended_min": ended, "home_min": ended + (arrived - decided),
            "travel_min": arrived - decided, "reason": 0, "end_reason": 0,
        }  # fmt: skip
        assert set(other) <= set(row), set(other) - set(row)
        self.standby_rows.append(row | other)

    def _arrivals(self, world: World) -> None:
        for number, incident in enumerate(self.incident_rows):
            mine = [row for row in self.response_rows if row["incident"] == number]
            came = sorted(
                (row["arrived_min"], row["unit"])
                for row in mine
                if world.units.pump[row["unit"]] and row["arrived_min"] == row["arrived_min"]
            )
            alerts = [row["alerted_min"] for row in mine if row["alerted_min"] == row["alerted_min"]]
            if alerts:
                incident["first_alert_min"] = min(alerts)
            if came:
                incident["first_pump_min"], incident["first_unit"] = came[0]
            if len(came) > 1:
                incident["second_pump_min"] = came[1][0]

    def log(self, world: World) -> Log:
        """Close the book."""
        self._arrivals(world)
        roster = []
        for unit in range(6):
            default = [(0.0, Mode.ON_CALL if unit in {B1, B2} else Mode.IMMEDIATE)]
            roster += [
                {"unit": unit, "time_min": time, "mode": mode} for time, mode in self.modes.get(unit, default)
            ]
        tables = {}
        for name, columns, rows in (
            ("incidents", INCIDENTS, self.incident_rows),
            ("responses", RESPONSES, self.response_rows),
            ("standby", STANDBY, self.standby_rows),
            ("roster", ROSTER, roster),
        ):
            writer = TableWriter(columns)
            for row in rows:
                writer.append(tuple(row.get(column[0], 0) for column in columns))
            tables[name] = writer.columns()
        return Log(replication=0, seed=1, horizon_min=self.horizon, **tables)
