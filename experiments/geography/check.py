"""``turnout geo check``: what looks wrong with a geography."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.errors import UserError

if TYPE_CHECKING:
    from geo.building.folder import BuiltMap
    from geo.building.links import Links

F64 = NDArray[np.float64]

_SHOWN = 10
_SLOWEST_KPH, _QUICKEST_KPH = 8.0, 113.0  # 5 and 70 mph: the least and the greatest limit of a British road
_SHORT = 0.99  # a road cannot be shorter than the straight line between its ends
_LONG = 8.0  # nor, but for a loop, this many times longer


@dataclass(frozen=True, slots=True)
class Finding:
    """Something looked at: how many are odd, of how many, and the worst."""

    what: str
    odd: int
    of: int
    worst: tuple[str, ...] = ()
    note: str = ""


def check_map(folder: Path) -> tuple[str, list[Finding], list[str]]:
    """Return a geography's title, what was found, and what its making had to say. Raises UserError."""
    from geo.building.folder import read_map
    from geo.errors import GeoDataError

    try:
        built = read_map(folder)
        links = built.links()
        found = [
            _parts(built),
            *_areas(built, links),
            _limits(links),
            *_lengths(links),
            _stations(built, links),
        ]
    except GeoDataError as fault:
        raise UserError(str(fault)) from fault
    return str(built.manifest["title"]), [each for each in found if each.of], list(built.manifest["notes"])


def _parts(built: BuiltMap) -> Finding:
    parts = int(built.manifest["counts"]["parts"])
    return Finding("connected parts of the roads besides the largest", parts - 1, parts, note="left out")


def _areas(built: BuiltMap, links: Links) -> list[Finding]:
    if built.manifest["joined_by"] == "nodes":
        return []
    off, code = built.snapped.off_m, built.code
    far = off > 500.0
    order = np.argsort(-off, kind="stable")[:_SHOWN]
    worst = tuple(f"{code[i]} {off[i]:.0f} m" for i in order.tolist() if far[i])
    middle = f"half lie within {np.median(off):.0f} m, 95% within {np.quantile(off, 0.95):.0f} m"
    empty = (built.cells.population <= 0.0) & built.cells.inside
    crowded = np.bincount(built.snapped.link, minlength=len(links)) > 20
    nobody = tuple(code[i] for i in np.flatnonzero(empty)[:_SHOWN].tolist())
    return [
        Finding("areas more than 500 m from a road", int(far.sum()), len(off), worst, middle),
        Finding("areas without people", int(empty.sum()), len(off), nobody),
        Finding("roads that more than 20 areas lie on", int(crowded.sum()), len(links)),
    ]


def _limits(links: Links) -> Finding:
    known = np.isfinite(links.limit_kph)
    odd = known & ((links.limit_kph < _SLOWEST_KPH) | (links.limit_kph > _QUICKEST_KPH))
    worst = tuple(
        f"way {links.source[i]}: {links.limit_kph[i]:.0f} km/h" for i in np.flatnonzero(odd)[:_SHOWN].tolist()
    )
    share = f"{float(known.mean()):.0%} of the roads have one" if len(links) else ""
    return Finding("speed limits below 8 or above 113 km/h", int(odd.sum()), int(known.sum()), worst, share)


def _lengths(links: Links) -> list[Finding]:
    x, y = links.node_easting_m, links.node_northing_m
    straight = np.hypot(x[links.start] - x[links.end], y[links.start] - y[links.end])
    ratio = links.length_m / np.maximum(straight, 1e-9)
    apart = straight > 10.0
    short, long_ = apart & (ratio < _SHORT), apart & (ratio > _LONG)

    def worst(odd: NDArray[np.bool_], order: F64) -> tuple[str, ...]:
        chosen = np.flatnonzero(odd)
        chosen = chosen[np.argsort(order[chosen], kind="stable")][:_SHOWN]
        return tuple(
            f"way {links.source[i]}: {links.length_m[i]:.0f} m between ends {straight[i]:.0f} m apart"
            for i in chosen.tolist()
        )

    return [
        Finding(
            "roads shorter than the straight line between their ends",
            int(short.sum()),
            len(links),
            worst(short, ratio),
        ),
        Finding(
            "roads over 8 times as long as the straight line",
            int(long_.sum()),
            len(links),
            worst(long_, -ratio),
        ),
    ]


def _stations(built: BuiltMap, links: Links) -> Finding:
    from geo.building.folder import read_kept_stations
    from geo.building.snapping import nearest_road_m

    stations = read_kept_stations(built.folder)
    if stations is None:
        return Finding("stations", 0, 0)
    off = nearest_road_m(links, np.column_stack([stations.easting_m, stations.northing_m]))
    far = off > 250.0
    order = np.argsort(-off, kind="stable")[:_SHOWN]
    worst = tuple(f"{stations.name[i]} {off[i]:.0f} m" for i in order.tolist() if far[i])
    return Finding("stations more than 250 m from a road", int(far.sum()), len(off), worst)
