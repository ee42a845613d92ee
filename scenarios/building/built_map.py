"""A map that ``turnout geo build`` made: read from its folder, joined to a scenario's stations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from geo.access import AccessRules, Places
from geo.building.barriers_table import read_kept_barriers
from geo.building.folder import BuiltMap
from geo.building.manifest import MATRICES, read_manifest
from geo.building.snapping import Snapped, join_snapped, snap
from geo.cache import digest_of, user_cache_dir
from geo.joining import Network, join_network
from geo.matrices import Say, make, mapped
from geo.speeds import SpeedProfile

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


def built_network(built: BuiltMap, easting: F64, northing: F64, share: F64, names: list[str]) -> Network:
    """Return a map's areas, and sites at the given positions (metres, EPSG:27700), joined to its roads.

    ``share`` is how much of the surroundings of each site is built up. Raises GeoDataError naming sites that no road
    is near to.
    """
    places, barriers = built.places(easting, northing, share), read_kept_barriers(built.folder)
    links = built.links()
    if built.manifest["joined_by"] == "nodes":
        return join_network(links.graph(), places, barriers)
    sites = snap(links, np.column_stack([easting, northing]), barriers, what=names)
    both = Snapped(
        np.concatenate([built.snapped.link, sites.link]),
        np.concatenate([built.snapped.share, sites.share]),
        np.concatenate([built.snapped.off_m, sites.off_m]),
    )
    return join_snapped(links, places, both, rules=AccessRules())


def joined_points(built: BuiltMap, places: Places) -> Network:
    """Return places of one's own, cells and sites, joined to a map's roads. Raises GeoDataError."""
    links, barriers = built.links(), read_kept_barriers(built.folder)
    if built.manifest["joined_by"] == "nodes":
        return join_network(links.graph(), places, barriers)
    return join_snapped(links, places, snap(links, places.xy, barriers), rules=AccessRules())


def matrix_of(folder: Path, digest: str, speeds: SpeedProfile) -> F32 | None:
    """Return the minutes from nodes to areas (B, C, N) of a map at some speeds, mapped; None if they are not kept.

    ``digest`` is the map's. Raises GeoDataError if there is no map.
    """
    counts = read_manifest(folder)["counts"]
    shape = len(speeds.band_names), int(counts["areas"]), int(counts["nodes"])
    for path in _paths(folder, digest, speeds):
        found = mapped(path, shape)
        if found is not None:
            return found
    return None


def make_matrix(
    folder: Path,
    digest: str,
    network: Network,
    speeds: SpeedProfile,
    workers: int = 1,
    say: Say = lambda _: None,
) -> F32:
    """Make and keep the minutes from nodes to areas: in the map's folder, or the user's cache; one process at a time.

    Raises OSError if neither can be written.
    """
    shape = len(speeds.band_names), network.places.n_cells, network.graph.n_nodes
    fault = OSError("nowhere to write")
    for path in _paths(folder, digest, speeds):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(path.parent / "lock"):
                found = mapped(path, shape)
                return make(path, network, speeds, workers=workers, say=say) if found is None else found
        except OSError as why:
            fault = why
    raise fault


def _paths(folder: Path, digest: str, speeds: SpeedProfile) -> list[Path]:
    name = Path(digest_of(digest, speeds.m_per_min())[:32]) / "to_cell_min.npy"
    return [folder / MATRICES / name, user_cache_dir() / MATRICES / name]
