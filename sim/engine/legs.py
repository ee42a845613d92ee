"""The ways that units are on, by unit: flat arrays, and what is asked of them.

A unit without a way waits at its own place. Appliances set out for stations (home, or to stand by), police units for
scenes too. Routes are looked for only when somebody asks where a unit is.
"""

from __future__ import annotations

from sim.decisions.positions import (
    least_on_to,
    minutes_on_to,
    node_ahead,
    place_ahead,
    share_done,
)
from sim.decisions.routes import Route, find_route
from sim.world.travel import Travel

NONE = -1


class Legs:
    """Which way each unit is on. Lists rather than NumPy arrays: single values of them are quicker to read."""

    def __init__(self, travel: Travel, n_units: int) -> None:
        """Let no unit be under way."""
        self._travel = travel
        self._n_cells = travel.site_min.shape[1]
        self.origin = [NONE] * n_units  # ``Origin``; NONE: no way
        self.start_place = [NONE] * n_units  # cell, or C + site
        self.end_place = [NONE] * n_units
        self.start_min = [0.0] * n_units
        self.duration_min = [0.0] * n_units  # 0: it waits at the end
        self.blue_min = [0.0] * n_units  # the same way on blue lights
        self.band = [0] * n_units
        self._route: list[Route | None] = [None] * n_units
        self.units: dict[int, None] = {}  # those under way: a set in order

    def set_out(
        self,
        unit: int,
        origin: int,
        start_place: int,
        end_place: int,
        *,
        start_min: float,
        duration_min: float,
        blue_min: float,
        band: int,
    ) -> None:
        """Let a unit be on a way from now on, in place of the one that it was on."""
        self.origin[unit] = origin
        self.start_place[unit] = start_place
        self.end_place[unit] = end_place
        self.start_min[unit] = start_min
        self.duration_min[unit] = duration_min
        self.blue_min[unit] = blue_min
        self.band[unit] = band
        self._route[unit] = None
        self.units[unit] = None

    def end(self, unit: int) -> None:
        """Let a unit be on no way."""
        self.origin[unit] = NONE
        self._route[unit] = None
        self.units.pop(unit, None)

    def end_min(self, unit: int) -> float:
        """Return when a unit is at the end of its way."""
        return self.start_min[unit] + self.duration_min[unit]

    def minutes_to_cell(self, unit: int, now_min: float, band: int, cell: int, cab_min: float) -> float:
        """Return ``cab_min`` and the minutes on blue lights to a cell from where a unit is, on its way to a site."""
        if self.duration_min[unit] <= 0.0:
            site = self.end_place[unit] - self._n_cells
            return cab_min + float(self._travel.site_min[band, cell, site])
        nodes, shares = self._route_of(unit)
        return minutes_on_to(
            self._travel,
            nodes,
            shares,
            done=share_done(self.start_min[unit], self.duration_min[unit], now_min),
            blue_min=self.blue_min[unit],
            end_place=self.end_place[unit],
            band=band,
            cell=cell,
            cab_min=cab_min,
        )

    def least_to_cell(self, unit: int, now_min: float, band: int, cell: int) -> float:
        """Return a bound below ``minutes_to_cell`` without time in the cab, for which no route is needed."""
        from_end_min = float(self._travel.site_min[band, cell, self.end_place[unit] - self._n_cells])
        if self.duration_min[unit] <= 0.0:
            return from_end_min
        done = share_done(self.start_min[unit], self.duration_min[unit], now_min)
        return least_on_to(done, self.blue_min[unit], from_end_min)

    def place(self, unit: int, now_min: float) -> int:
        """Return the place (cell, or C + site) that a unit is at or about to reach."""
        if self.duration_min[unit] <= 0.0:
            return self.end_place[unit]
        nodes, shares = self._route_of(unit)
        done = share_done(self.start_min[unit], self.duration_min[unit], now_min)
        return place_ahead(self._travel, nodes, shares, done, self.end_place[unit])

    def node_ahead(self, unit: int, now_min: float) -> tuple[int, float]:
        """Return the road node ahead and the minutes on blue lights to it; −1 and those to the end if none is left."""
        nodes, shares = self._route_of(unit)
        done = share_done(self.start_min[unit], self.duration_min[unit], now_min)
        return node_ahead(nodes, shares, done, self.blue_min[unit])

    def _route_of(self, unit: int) -> Route:
        route = self._route[unit]
        if route is None:
            route = self._route[unit] = find_route(
                self._travel,
                self.band[unit],
                self.start_place[unit],
                self.end_place[unit],
                self.blue_min[unit],
            )
        return route
