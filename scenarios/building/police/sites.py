"""The police's places as sites: bases, patrol places, custody suites and hospitals."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from geo.grid import to_grid
from sim.world.fire import Sites, Units

if TYPE_CHECKING:
    from geo.cells import Cells
    from scenarios.schema.police import PatrolPlace, PoliceBase, PoliceFacility
    from scenarios.schema.scenario import Scenario

Record = TypeVar("Record", Sites, Units)
POLICE = "police"
"""Service of a police site, group of a police incident type."""


def police_places(scenario: Scenario) -> dict[str, PoliceBase | PatrolPlace | PoliceFacility]:
    """Return the records of all police sites by the key of their site, in the order of the World."""
    police = scenario.police
    if police is None:
        return {}
    return {
        **{f"base-{key}": each for key, each in police.bases.items()},
        **{f"place-{key}": each for key, each in police.places.items()},
        **{f"facility-{key}": each for key, each in police.facilities.items()},
    }


def police_capabilities(scenario: Scenario) -> set[str]:
    """Return the capabilities that police cars have or incidents ask for."""
    if scenario.police is None:
        return set()
    have = {name for row in scenario.police.cars.values() for name in row.capabilities}
    return have | {t.capability for t in scenario.police.incident_types.values() if t.capability}


def with_police_sites(sites: Sites, scenario: Scenario, cells: Cells) -> Sites:
    """Return the sites with the police's behind them; each lies in the district of the nearest cell."""
    places = police_places(scenario)
    if not places:
        return sites
    records = list(places.values())
    easting, northing = to_grid([each.lat for each in records], [each.lon for each in records])
    away = np.hypot(
        cells.easting_m - np.asarray(easting)[:, None], cells.northing_m - np.asarray(northing)[:, None]
    )
    n = len(records)
    more = Sites(
        key=tuple(places),
        name=tuple(each.name for each in records),
        service=(POLICE,) * n,
        own=np.ones(n, dtype=np.bool_),
        core=np.zeros(n, dtype=np.bool_),
        district=cells.district[away.argmin(axis=1)].astype(np.int16),
        easting_m=np.asarray(easting),
        northing_m=np.asarray(northing),
        cover_group=np.full(n, -1, dtype=np.int16),
    )
    return joined(sites, more)


def joined(first: Record, second: Record) -> Record:
    """Return two records of arrays as one: arrays and tuples end to end, anything else as the first has it."""
    values = {}
    for field in fields(first):
        a, b = getattr(first, field.name), getattr(second, field.name)
        if isinstance(a, tuple):
            values[field.name] = a + b
        else:
            values[field.name] = np.concatenate([a, b]) if isinstance(a, np.ndarray) else a
    return type(first)(**values)
