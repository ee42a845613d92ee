"""A unit on the road: which way it goes, where it is, and how long it would take from there. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.decisions.routes import Route, find_route, minutes_from_node, next_node
from sim.world.codes import Origin
from sim.world.travel import Travel

if TYPE_CHECKING:
    from simpy import Process

WAY_BACK = 2.0  # other bands and one-way streets may make a way back longer than the way out; not twice


@dataclass(slots=True, eq=False)
class Leg:
    """A unit on the way somewhere, or waiting there."""

    unit: int
    origin: Origin
    start_place: int
    end_site: int  # −1: it goes to ``end_cell``
    start_min: float
    duration_min: float  # 0: it waits at ``end_site``
    blue_min: float  # the same way on blue lights
    band: int
    process: Process | None = None
    route: Route | None = field(default=None)
    end_cell: int = -1

    def done(self, time_min: float) -> float:
        """Return the share of the way that is done; below 0 before it has set out."""
        return (time_min - self.start_min) / self.duration_min


def minutes_from_leg(
    travel: Travel, leg: Leg, time_min: float, band: int, cell: int, cab_min: float = 0.0
) -> float:
    """Return ``cab_min`` and the minutes on blue lights to a cell from where the unit is."""
    if leg.duration_min <= 0.0:
        return cab_min + float(travel.site_min[band, cell, leg.end_site])
    done = leg.done(time_min)
    node, share = next_node(_route(travel, leg), done)
    if node < 0:
        rest = max(0.0, 1.0 - done) * leg.blue_min
        return cab_min + rest + float(travel.site_min[band, cell, leg.end_site])
    return cab_min + (share - done) * leg.blue_min + minutes_from_node(travel, band, node, cell)


def least_from_leg(leg: Leg, time_min: float, from_end_min: float) -> float:
    """Return a bound below ``minutes_from_leg`` that needs no route; ``from_end_min`` from the leg's end to the cell.

    A way by the leg's end is no quicker than the way from there: m(here, cell) ≥ m(end, cell) − m(here, end).
    """
    rest = 0.0
    if leg.duration_min > 0.0:
        rest = max(0.0, 1.0 - leg.done(time_min)) * leg.blue_min
    return max(0.0, from_end_min - WAY_BACK * rest)


def place_of_leg(travel: Travel, leg: Leg, time_min: float) -> int:
    """Return the place (cell, or C + site) a unit is at or about to reach."""
    if leg.duration_min <= 0.0:
        return end_place(travel, leg)
    node, _ = next_node(_route(travel, leg), leg.done(time_min))
    return end_place(travel, leg) if node < 0 else int(travel.node_cell[node])


def end_place(travel: Travel, leg: Leg) -> int:
    """Return the place (cell, or C + site) that a leg ends at."""
    return leg.end_cell if leg.end_site < 0 else travel.site_min.shape[1] + leg.end_site


def where(travel: Travel, leg: Leg, time_min: float) -> tuple[int, float]:
    """Return the road node ahead and the minutes on blue lights to it; −1 and those to the end where there is none."""
    done = leg.done(time_min)
    node, share = next_node(_route(travel, leg), done)
    return node, ((share if node >= 0 else 1.0) - done) * leg.blue_min


def _route(travel: Travel, leg: Leg) -> Route:
    if leg.route is None:
        leg.route = find_route(travel, leg.band, leg.start_place, end_place(travel, leg), leg.blue_min)
    return leg.route
