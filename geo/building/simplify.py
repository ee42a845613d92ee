"""What is connected, and nodes at which nothing is decided: dropped, with the shape of the road kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.building.links import Bool, Links

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a road network falls into: strongly connected parts of more than one node, by length."""

    count: int
    kept_m: float
    left_m: float  # of all links that are not within the largest part
    largest_left: tuple[tuple[float, str], ...]  # metres, and a node, of the largest of the others


def largest_part(links: Links) -> tuple[Links, Parts]:
    """Return the links of the largest strongly connected part, by length, and what was left out."""
    label = links.parts()
    same = label[links.start] == label[links.end]
    metres = np.bincount(
        label[links.start[same]], weights=links.length_m[same], minlength=int(label.max()) + 1
    )
    best = int(metres.argmax())
    keep = same & (label[links.start] == best)
    total = float(links.length_m.sum())
    others = [int(i) for i in np.argsort(-metres)[1:6] if metres[i] > 0.0]
    told = tuple((float(metres[i]), str(links.node_id[int(np.flatnonzero(label == i)[0])])) for i in others)
    kept_m = float(metres[best])
    return links.kept(keep), Parts(int((metres > 0.0).sum()), kept_m, total - kept_m, told)


def contract(links: Links, *, keep: Bool | None = None) -> Links:
    """Return the links with nodes of degree two dropped where the road goes on as it was; lengths add up.

    A node stays where roads meet or end, or where class, direction, speed limit or access change; nodes ``keep`` (n,)
    stay in any case. A ring without a junction keeps one node.
    """
    chains = _chains(links, _dropped(links, keep))
    return _joined(links, chains)


def _dropped(links: Links, keep: Bool | None) -> Bool:
    """Return which nodes (n,) join just two links that are the same road."""
    n, m = links.node_easting_m.size, len(links)
    ends = np.concatenate([links.start, links.end])
    link = np.concatenate([np.arange(m), np.arange(m)])
    order = np.argsort(ends, kind="stable")
    degree = np.bincount(ends, minlength=n)
    first = np.concatenate([[0], np.cumsum(degree)])[:-1]
    two = np.flatnonzero(degree == 2)
    one, other = order[first[two]], order[first[two] + 1]  # places among the ends
    a, b = link[one], link[other]
    # whether a is driven into the node, and out of it; its end is there if it stands in the second half
    in_a, out_a = _ways(links, a, one >= m)
    in_b, out_b = _ways(links, b, other >= m)
    limit_a, limit_b = links.limit_kph[a], links.limit_kph[b]
    same = (
        (a != b)
        & (in_a == out_b)
        & (out_a == in_b)
        & (links.road_class[a] == links.road_class[b])
        & (links.access[a] == links.access[b])
        & ((limit_a == limit_b) | (np.isnan(limit_a) & np.isnan(limit_b)))
    )
    dropped = np.zeros(n, dtype=bool)
    dropped[two[same]] = True
    if keep is not None:
        dropped &= ~keep
    return dropped


def _ways(links: Links, link: I64, at_end: Bool) -> tuple[Bool, Bool]:
    """Return whether links are driven into the node at their end (or start), and out of it."""
    into = np.where(at_end, links.forward[link], links.backward[link])
    out = np.where(at_end, links.backward[link], links.forward[link])
    return into, out


def _chains(links: Links, dropped: Bool) -> list[list[tuple[int, bool]]]:
    """Return the links in chains: (link, whether it is taken as it is drawn), ends at nodes that stay."""
    start, end = links.start.tolist(), links.end.tolist()
    at: dict[int, list[int]] = {}
    for node, link in zip([*start, *end], [*range(len(start))] * 2, strict=True):
        if dropped[node]:
            at.setdefault(node, []).append(link)
    done = [False] * len(start)
    chains = []

    def follow(link: int, drawn: bool) -> list[tuple[int, bool]]:
        chain = []
        while not done[link]:
            done[link] = True
            chain.append((link, drawn))
            node = end[link] if drawn else start[link]
            if node not in at:
                break
            a, b = at[node]
            link = b if a == link else a
            drawn = start[link] == node
        return chain

    for link in range(len(start)):
        if start[link] not in at and not done[link]:
            chains.append(follow(link, True))
        elif end[link] not in at and not done[link]:
            chains.append(follow(link, False))
    chains += [follow(link, True) for link in range(len(start)) if not done[link]]  # rings
    return chains


def _joined(links: Links, chains: list[list[tuple[int, bool]]]) -> Links:
    """Return one link for each chain."""
    heads = np.array([chain[0][0] for chain in chains], dtype=np.int64)
    head_drawn = np.array([chain[0][1] for chain in chains])
    tails = np.array([chain[-1][0] for chain in chains], dtype=np.int64)
    tail_drawn = np.array([chain[-1][1] for chain in chains])
    chain_of = np.repeat(np.arange(len(chains)), [len(chain) for chain in chains])
    order = np.array([link for chain in chains for link, _ in chain], dtype=np.int64)
    length: F64 = np.bincount(chain_of, weights=links.length_m[order], minlength=len(chains)).astype(
        np.float64
    )
    start = np.where(head_drawn, links.start[heads], links.end[heads])
    end = np.where(tail_drawn, links.end[tails], links.start[tails])
    points = [_points(links, chain) for chain in chains]
    at = np.concatenate(points) if points else np.zeros(0, dtype=np.int64)
    whole = Links(
        node_easting_m=links.node_easting_m,
        node_northing_m=links.node_northing_m,
        node_id=links.node_id,
        start=start,
        end=end,
        forward=np.where(head_drawn, links.forward[heads], links.backward[heads]),
        backward=np.where(head_drawn, links.backward[heads], links.forward[heads]),
        length_m=length,
        road_class=links.road_class[heads],
        access=links.access[heads],
        limit_kph=links.limit_kph[heads],
        source=links.source[heads],
        x=links.x[at],
        y=links.y[at],
        first=np.concatenate([[0], np.cumsum([len(each) for each in points])]).astype(np.int64),
    )
    return whole.kept(np.ones(len(whole), dtype=bool))


def _points(links: Links, chain: list[tuple[int, bool]]) -> I64:
    """Return where the points of a chain's lines stand, in order, each joint once."""
    found = []
    for number, (link, drawn) in enumerate(chain):
        at = np.arange(links.first[link], links.first[link + 1])
        at = at if drawn else at[::-1]
        found.append(at if number == 0 else at[1:])
    return np.concatenate(found)
