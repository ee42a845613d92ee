"""How long a map of a real county's size takes, and what it needs: prints seconds and gigabytes. ``make bench``."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import Delaunay

from geo.access import Places
from geo.barriers import Barriers
from geo.building.links import Line, Links, links_of
from geo.building.simplify import contract, largest_part
from geo.building.snapping import join_snapped, snap
from geo.matrices import make, mapped
from scenarios.building.speeds import scaled_speeds
from scenarios.loading.datasets import tables_folder
from scenarios.loading.load import load_scenario

pytestmark = pytest.mark.bench

JUNCTIONS, ROADS, AREAS, SIDE_M = 62_000, 92_000, 5_666, 60_000.0
CORNER = np.array([550_000.0, 180_000.0])


def county(seed: int = 1) -> Links:
    """Roads between junctions of a square county, each with bends: some 200,000 nodes, 460,000 directed edges."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0.0, SIDE_M, (JUNCTIONS, 2)) + CORNER
    triangles = Delaunay(xy).simplices
    pairs = np.unique(
        np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]), axis=1),
        axis=0,
    )
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    pairs = pairs[np.argsort(length * rng.uniform(0.5, 1.5, length.size))[:ROADS]]
    points, lines = xy.tolist(), []
    kinds = rng.choice(["minor", "urban_minor", "b_road", "single_a"], ROADS, p=[0.45, 0.4, 0.1, 0.05])
    for (a, b), kind in zip(pairs.tolist(), kinds.tolist(), strict=True):
        bends = int(rng.integers(0, 4))
        nodes = [a]
        for k in range(1, bends + 1):
            at = xy[a] + (xy[b] - xy[a]) * k / (bends + 1) + rng.normal(0.0, 5.0, 2)
            points.append(at.tolist())
            nodes.append(len(points) - 1)
        lines.append(Line((*nodes, b), True, True, kind, True, float("nan"), str(len(lines))))
    return links_of(np.array(points), [str(i) for i in range(len(points))], lines)


def test_a_county(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    links = county()
    rng = np.random.default_rng(2)
    at = rng.uniform(0.0, SIDE_M, (AREAS, 2)) + CORNER
    places = Places(at[:, 0], at[:, 1], AREAS, rng.uniform(0.0, 1.0, AREAS), np.full(AREAS, 700.0))
    scenario = load_scenario("uncalibrated")
    speeds = scaled_speeds(tables_folder(scenario.geography.tables), scenario.travel)
    began = time.perf_counter()
    whole, _ = largest_part(links)
    less = contract(whole)
    network = join_snapped(less, places, snap(less, at, Barriers.none()))
    ready = time.perf_counter()
    matrix = make(tmp_path / "to_cell_min.npy", network, speeds, workers=2)
    made = time.perf_counter()
    found = mapped(tmp_path / "to_cell_min.npy", matrix.shape)
    loaded = time.perf_counter()
    assert found is not None
    assert np.isfinite(found[:, ::500]).all()
    peak = (
        sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1e6
    )
    with capsys.disabled():
        sys.stdout.write(
            f"\n{whole.node_easting_m.size:,} nodes, {2 * len(whole):,} directed edges, {AREAS:,} areas,"
            f" {len(speeds.band_names)} bands; {network.graph.n_nodes:,} nodes after contraction: cleaned and joined in"
            f" {ready - began:.0f} s, ways in {made - ready:.0f} s on 2 processes ({matrix.nbytes / 1e9:.1f} GB),"
            f" mapped in {loaded - made:.3f} s; peak memory {peak:.1f} GB (this process and the largest other)\n"
        )
