"""Roads from OpenStreetMap files (``.osm.pbf``, ``.osm``), by pyosmium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium

from geo.building import osm_tags
from geo.building.links import Line, Links, links_of
from geo.building.reports import Notes
from geo.errors import Fault, GeoDataError
from geo.grid import in_great_britain, to_grid


@dataclass(slots=True)
class _Reading:
    """Nodes and ways while a file is read."""

    lat: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    place: dict[int, int] = field(default_factory=dict)  # of a node by its id
    blocked: set[int] = field(default_factory=set)
    ways: set[int] = field(default_factory=set)  # that have been read, in this extract or another
    lines: list[Line] = field(default_factory=list)

    def node(self, ref: int, lat: float, lon: float) -> int:
        """Return the place of a node; one that blocks the road is another node for every way."""
        if ref in self.blocked:
            return self._new(f"{ref} (blocked, {len(self.ids)})", lat, lon)
        found = self.place.get(ref)
        if found is None:
            found = self.place[ref] = self._new(str(ref), lat, lon)
        return found

    def _new(self, name: str, lat: float, lon: float) -> int:
        self.lat.append(lat)
        self.lon.append(lon)
        self.ids.append(name)
        return len(self.ids) - 1


def read_osm(paths: Sequence[Path], notes: Notes, *, service: bool = False) -> Links:
    """Return the roads of files that a fire appliance drives, a link between every two nodes.

    Several extracts are joined by the numbers of their nodes. ``service``: service roads (drives, car parks) too.
    Turn restrictions are not read. Raises GeoDataError if a file cannot be read, or none holds a road.
    """
    reading = _Reading()
    for path in paths:
        _read_file(reading, path, notes, service)
    if not reading.lines:
        remedy = "holds no road that is driven; give an extract with ways and their nodes"
        raise GeoDataError(paths[0], [Fault("file", "", "", remedy)])
    lat, lon = np.array(reading.lat), np.array(reading.lon)
    if not in_great_britain(lat, lon).all():
        remedy = (
            "has roads outside Great Britain, where its grid does not reach; give an extract of your area"
        )
        raise GeoDataError(paths[0], [Fault("file", "", "", remedy)])
    notes.count("nodes at which something in the road stops an appliance", len(reading.blocked))
    return links_of(np.column_stack(to_grid(lat, lon)), reading.ids, reading.lines)


def _read_file(reading: _Reading, path: Path, notes: Notes, service: bool) -> None:
    try:
        if path.stat().st_size == 0:
            raise GeoDataError(path, [Fault("file", "", "", "is empty; fetch it again")])
        source = osmium.FileProcessor(str(path)).with_locations()
        for each in source.with_filter(osmium.filter.KeyFilter("highway", "barrier")):
            if isinstance(each, osmium.osm.Node):
                if osm_tags.is_blocked(dict(each.tags)):
                    reading.blocked.add(each.id)
            elif isinstance(each, osmium.osm.Way) and "highway" in each.tags and each.id not in reading.ways:
                reading.ways.add(each.id)
                _add_way(reading, each, notes, service)
    except (OSError, RuntimeError) as fault:
        remedy = (
            f"cannot be read as OpenStreetMap data ({str(fault) or type(fault).__name__}); fetch it again"
        )
        raise GeoDataError(path, [Fault("file", "", "", remedy)]) from None


def _add_way(reading: _Reading, way: osmium.osm.Way, notes: Notes, service: bool) -> None:
    tags = dict(way.tags)
    driven = osm_tags.is_driven(tags, service=service)
    if driven is None:
        notes.count(f"ways left out: highway={tags['highway']} is not known")
    if not driven:
        return
    forward, backward = osm_tags.directions(tags)
    if tags.get("oneway") in {"reversible", "alternating"}:
        notes.count("ways whose direction changes, taken as two-way")
    about = (
        forward,
        backward,
        osm_tags.road_class(tags),
        osm_tags.may_start(tags),
        osm_tags.limit_kph(tags),
        str(way.id),
    )
    for nodes in _stretches(reading, way, notes):
        reading.lines.append(Line(nodes, *about))


def _stretches(reading: _Reading, way: osmium.osm.Way, notes: Notes) -> list[tuple[int, ...]]:
    """Return the stretches of a way of which the file has the nodes, broken at what blocks it."""
    found: list[tuple[int, ...]] = []
    stretch: list[int] = []

    def end() -> None:
        if len(stretch) > 1:
            found.append(tuple(stretch))
        stretch.clear()

    last = -1
    for node in way.nodes:
        if not node.location.valid():
            notes.count("nodes of roads that lie beyond the edge of the extract")
            end()
            continue
        if node.ref == last:  # drawn twice
            continue
        last = node.ref
        stretch.append(reading.node(node.ref, node.location.lat, node.location.lon))
        if node.ref in reading.blocked and len(stretch) > 1:
            end()
            stretch.append(reading.node(node.ref, node.location.lat, node.location.lon))
    end()
    return found
