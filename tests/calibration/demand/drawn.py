"""Incident records drawn by the model's own demand: what a service's file would hold if the scenario were true."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np

from calibration.demand.places import WEIGHTS, Map
from scenarios.building.demand import cell_weights
from scenarios.building.geography import build_geography
from scenarios.building.world import build_world
from scenarios.loading.datasets import tables_folder
from scenarios.loading.load import load_scenario
from scenarios.schema.scenario import Scenario
from sim.draws.incidents import draw_incidents, incident_text
from sim.draws.response_times import ResponseTimes
from sim.world.fire import SLOT_MIN, World

START, DAYS = date(2021, 1, 1), 1095
MAPPING = """
[records]
identifier = "id"

[period]
first = 2021-01-01
last = 2023-12-31

[time]
date = "date"
time = "time"

[[place]]
easting = "x"
northing = "y"

[attendance]
pumps = "pumps"
first_pumps = "first_pumps"

[scene]
pump_minutes = "pump_minutes"
"""


@lru_cache(maxsize=1)
def base() -> Scenario:
    """The scenario before calibration: the tests do not move when the fitted values do."""
    scenario = load_scenario("uncalibrated")
    calendar = scenario.calendar.model_copy(update={"start": START, "days": DAYS})
    return scenario.model_copy(update={"calendar": calendar})


@lru_cache(maxsize=1)
def world() -> World:
    return build_world(base())


@lru_cache(maxsize=1)
def essex_map() -> Map:
    geography = build_geography(base(), tables_folder("essex"), None)
    cells, weights = geography.cells, cell_weights(geography)
    return Map(
        cells.easting_m,
        cells.northing_m,
        cells.inside,
        cells.district.astype(np.int64),
        cells.district_names,
        cells.settlement.astype(np.int64),
        cells.settlement_names,
        np.column_stack([weights[name] for name in WEIGHTS]),
        base().geography.cell_size_m,
    )


def own_types() -> list[str]:
    """The types of incidents inside the area."""
    return [key for key, each in base().incident_types.items() if each.group != "over_border"]


def mapping_text(extra: str = "") -> str:
    kinds = "".join(f'[[kinds]]\ntype = "{key}"\nwhen = {{ type = "{key}" }}\n' for key in own_types())
    return MAPPING + extra + kinds


def write_drawn(path: Path, seed: int) -> int:
    """Write a replication's incidents as records; return how many there are."""
    made, demand = world(), world().demand
    incidents = draw_incidents(made, seed, 0)
    times = ResponseTimes(made, incidents, seed, 0)
    slot = (incidents.time_min // SLOT_MIN).astype(int)
    types = set(own_types())
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "type", "date", "time", "x", "y", "first_pumps", "pumps", "pump_minutes"])
        for i in range(len(incidents)):
            key = demand.key[int(incidents.type[i])]
            if key not in types:
                continue
            cell = int(incidents.cell[i])
            day = START + timedelta(days=int(made.calendar.day[slot[i]]))
            minute = incidents.time_min[i] % 60
            first = int(demand.variant_pumps[incidents.variant[i]])
            pumps = first + int(incidents.makeup_pumps[i])
            minutes = sum(times.scene_min(i, order) for order in range(pumps))
            writer.writerow(
                [
                    incident_text(demand.key[incidents.type[i]], int(incidents.key[i])),
                    key,
                    day.isoformat(),
                    f"{int(made.calendar.hour[slot[i]]):02d}:{int(minute):02d}:00",
                    round(float(made.cells.easting_m[cell])),
                    round(float(made.cells.northing_m[cell])),
                    first,
                    pumps,
                    round(minutes),
                ]
            )
            count += 1
    return count
