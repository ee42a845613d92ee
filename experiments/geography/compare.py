"""``turnout geo compare``: the same journeys on two maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.errors import UserError
from experiments.geography.maps import AskedMap, open_maps

F64 = NDArray[np.float64]

_TARGETS, _WORST = 300, 10
_BAND = "off_peak"


@dataclass(frozen=True, slots=True)
class Pair:
    """One journey on both maps."""

    start: str
    easting_m: float
    northing_m: float
    straight_km: float
    minutes: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class MapComparison:
    """Journeys on two maps: minutes (2, n), straight kilometres (n,)."""

    names: tuple[str, str]
    minutes: F64
    straight_km: F64
    worst: tuple[Pair, ...]
    starts: int
    targets: int

    def quantiles(self) -> F64:
        """Return the 5%, 25%, 50%, 75% and 95% of the second's minutes less the first's."""
        return np.asarray(np.quantile(self.minutes[1] - self.minutes[0], [0.05, 0.25, 0.5, 0.75, 0.95]))

    def slope(self, which: int) -> tuple[float, float]:
        """Return seconds, and seconds a straight kilometre, of a line through the journeys of a map."""
        slope, start = np.polyfit(self.straight_km, 60.0 * self.minutes[which], 1)
        return float(start), float(slope)


def compare_maps(first: str, second: str, *, speeds_of: str | None = None, seed: int = 1) -> MapComparison:
    """Drive from the stations of either map to places of the first on both, at the same speeds. Raises UserError.

    ``speeds_of``: the scenario whose speeds are driven; None: one of the two, else that of the tables.
    """
    from geo.errors import GeoDataError

    a, b = open_maps(first, second, speeds_of)
    names, starts = _stations(a, b)
    targets, built_up = _targets(a, seed)
    around = np.concatenate([built_up, _share_at(a, starts)])
    try:
        found = [each.travel(targets, starts, around) for each in (a, b)]
    except GeoDataError as fault:
        raise UserError(f"not every place of {a.name} is on both maps:\n{fault}") from fault
    band = found[0].site_min.shape[0] // 2
    minutes = np.stack([each.site_min[band].ravel().astype(np.float64) for each in found])
    km = np.hypot(*(targets[:, None, :] - starts[None, :, :]).transpose(2, 0, 1)).ravel() / 1000.0
    near = np.isfinite(minutes).all(axis=0) & (km < np.quantile(km, 0.25) + 15.0)
    order = np.argsort(-np.abs(minutes[1] - minutes[0]) * near, kind="stable")[:_WORST]
    worst = tuple(
        Pair(
            names[i % len(starts)],
            float(targets[i // len(starts), 0]),
            float(targets[i // len(starts), 1]),
            float(km[i]),
            (float(minutes[0, i]), float(minutes[1, i])),
        )
        for i in order.tolist()
    )
    return MapComparison((a.name, b.name), minutes[:, near], km[near], worst, len(starts), len(targets))


def _stations(a: AskedMap, b: AskedMap) -> tuple[tuple[str, ...], F64]:
    for each in (a, b):
        if each.station_names:
            return each.station_names, np.column_stack([each.station_easting_m, each.station_northing_m])
    raise UserError(
        "neither map has stations to drive from: name a scenario, or give the recipe a table of stations."
    )


def _targets(of: AskedMap, seed: int) -> tuple[F64, F64]:
    """Return some areas, by their people, and how built up each is."""
    cells = of.cells
    people = cells.population * cells.inside
    count = min(_TARGETS, int((people > 0.0).sum()))
    chosen = np.random.default_rng(seed).choice(len(cells), count, replace=False, p=people / people.sum())
    return np.column_stack([cells.easting_m, cells.northing_m])[chosen], cells.built_up_share[chosen]


def _share_at(of: AskedMap, xy: F64) -> F64:
    from scipy.spatial import cKDTree

    near = cKDTree(np.column_stack([of.cells.easting_m, of.cells.northing_m])).query(xy)[1]
    return np.asarray(of.cells.built_up_share[near])
