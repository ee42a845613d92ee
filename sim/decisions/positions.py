"""Where a unit under way is, and how long it would take from there. Pure functions over scalars and Travel.

A way is from a place to a place in a band, set out on at ``start_min`` and done in ``duration_min`` (0: it waits at the
end), which on blue lights would be ``blue_min``. Of its route (``sim.decisions.routes.find_route``) come the road
nodes in order and the share of the way that is done at each.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.decisions.routes import next_node
from sim.world.travel import Travel

WAY_BACK = 2.0  # other bands and one-way streets may make a way back longer than the way out; not twice


def share_done(start_min: float, duration_min: float, time_min: float) -> float:
    """Return the share of a way that is done; below 0 before it has been set out on."""
    return (time_min - start_min) / duration_min


def minutes_on_to(
    travel: Travel,
    nodes: Sequence[int],
    shares: Sequence[float],
    *,
    done: float,
    blue_min: float,
    end_place: int,
    band: int,
    cell: int,
    cab_min: float = 0.0,
) -> float:
    """Return ``cab_min`` and the minutes on blue lights to a cell from a way of which ``done`` is behind.

    The unit turns off at the next node of its route; with none ahead it goes by the end, which is a site.
    """
    node, share = next_node(nodes, shares, done)
    if node < 0:
        rest = max(0.0, 1.0 - done) * blue_min
        return cab_min + rest + float(travel.site_min[band, cell, end_place - travel.site_min.shape[1]])
    return cab_min + (share - done) * blue_min + float(travel.to_cell_min[band, cell, node])


def least_on_to(done: float, blue_min: float, from_end_min: float) -> float:
    """Return a bound below ``minutes_on_to`` that needs no route; ``from_end_min`` from the way's end to the cell.

    A way by the end is no quicker than the way from there: m(here, cell) ≥ m(end, cell) − m(here, end).
    """
    return max(0.0, from_end_min - WAY_BACK * (max(0.0, 1.0 - done) * blue_min))


def place_ahead(
    travel: Travel, nodes: Sequence[int], shares: Sequence[float], done: float, end_place: int
) -> int:
    """Return the place (cell, or C + site) that a unit under way is at or about to reach."""
    node, _ = next_node(nodes, shares, done)
    return end_place if node < 0 else int(travel.node_cell[node])


def node_ahead(
    nodes: Sequence[int], shares: Sequence[float], done: float, blue_min: float
) -> tuple[int, float]:
    """Return the road node ahead and the minutes on blue lights to it; −1 and those to the end where there is none."""
    node, share = next_node(nodes, shares, done)
    return node, ((share if node >= 0 else 1.0) - done) * blue_min
