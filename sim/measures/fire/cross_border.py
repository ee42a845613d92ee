"""Help over the border, both ways."""

from __future__ import annotations

import numpy as np

from sim.measures.fire.response import crewing_of_first
from sim.measures.fire.select import View
from sim.measures.fire.workload import alerted_rows
from sim.measures.grouping import Table


def border_values(seen: View) -> dict[str, float]:
    """Return the cross-border figures by name: responses a year, and the share of first attendances received.

    Given: own appliances alerted to incidents off the service's own ground. Received: neighbours' appliances
    alerted to incidents on it.
    """
    responses = seen.log.responses
    rows = alerted_rows(seen)
    own = seen.world.units.own[responses["unit"][rows]]
    home_ground = seen.own_ground[responses["incident"][rows]]
    per_year = 1.0 / max(seen.years, 1e-12)
    first = crewing_of_first(seen)["neighbour"] & seen.counted
    attended = int(np.count_nonzero(seen.counted & (seen.first_row >= 0)))
    return {
        "fire.border.given": float(np.count_nonzero(own & ~home_ground)) * per_year,
        "fire.border.received": float(np.count_nonzero(~own & home_ground)) * per_year,
        "fire.border.received_first_share": (
            float(np.count_nonzero(first)) / attended if attended else float("nan")
        ),
    }


def border_table(seen: View) -> Table:
    """Return by neighbouring service: responses received from it in the run, and of them first to arrive."""
    world, responses = seen.world, seen.log.responses
    services = sorted({world.sites.service[s] for s in range(len(world.sites.key)) if not world.sites.own[s]})
    index = {name: i for i, name in enumerate(services)}
    of_site = np.array([index.get(name, -1) for name in world.sites.service], dtype=np.int64)
    of_site[world.sites.own] = -1
    of_unit = of_site[world.units.site]
    rows = alerted_rows(seen)
    rows = rows[seen.own_ground[responses["incident"][rows]]]
    first = seen.first_row[seen.counted & (seen.first_row >= 0)]

    def count(
        chosen: np.ndarray[tuple[int], np.dtype[np.int64]],
    ) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        service = of_unit[responses["unit"][chosen]]
        return np.bincount(service[service >= 0], minlength=len(services))

    return {
        "service": np.array(services, dtype=np.str_),
        "received": count(rows),
        "received_first": count(first),
    }
