"""What the tags of OpenStreetMap say about a way: whether a fire appliance drives it, which way, how fast.

Legal limits (``access=private``, ``motor_vehicle=no``) do not bind an appliance on its way to an incident; what stands
in the road does (``barrier=bollard``), unless it is tagged as open to emergency vehicles. Tags are those of the
OpenStreetMap wiki (Key:highway, Key:oneway, Key:barrier, Key:emergency; 2024).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

Tags = Mapping[str, str]

CLASS_OF = {
    "motorway": "motorway",
    "motorway_link": "motorway",
    "trunk": "single_a",
    "trunk_link": "single_a",
    "primary": "single_a",
    "primary_link": "single_a",
    "secondary": "b_road",
    "secondary_link": "b_road",
    "tertiary": "minor",
    "tertiary_link": "minor",
    "unclassified": "minor",
    "residential": "minor",
    "living_street": "minor",
    "road": "minor",
    "service": "minor",
}
"""Class of a ``highway`` outside built-up areas; trunk and primary roads drawn one-way are dual carriageways."""

NEVER = frozenset({
    "footway", "cycleway", "path", "bridleway", "steps", "pedestrian", "track", "corridor", "bus_guideway",
    "busway", "raceway", "rest_area", "services", "construction", "proposed", "planned", "abandoned",
    "razed", "disused", "platform", "elevator", "escape", "crossing", "bus_stop", "emergency_bay", "ladder",
    "via_ferrata", "no", "none",
})  # fmt: skip
"""Values of ``highway`` that are not driven; any other unknown value is reported."""

BY_EMERGENCY = frozenset({"service", "pedestrian", "track"})
"""Of those, what is driven where ``emergency=yes``, and service roads, which are driven only if asked for."""

BLOCKS = frozenset({
    "block", "bollard", "cycle_barrier", "debris", "fence", "guard_rail", "hedge", "jersey_barrier",
    "kissing_gate", "log", "motorcycle_barrier", "planter", "rope", "spikes", "stile", "sump_buster",
    "turnstile", "wall", "bus_trap",
})  # fmt: skip
"""Barriers on a way that stop an appliance; gates, cattle grids, kerbs, toll booths and entrances do not."""

_YES = frozenset({"yes", "designated", "permissive", "official"})
_KPH_PER_MPH = 1.609344


def is_driven(tags: Tags, *, service: bool) -> bool | None:
    """Return whether an appliance drives a way; None for a ``highway`` that is not known.

    ``service``: service roads (drives, car parks, alleys) too.
    """
    highway = tags["highway"]
    if tags.get("emergency") == "no" or (tags.get("area") == "yes" and highway in BY_EMERGENCY):
        return False
    if highway in BY_EMERGENCY and tags.get("emergency") in _YES:
        return True
    if highway == "service":
        return service
    if highway in CLASS_OF:
        return True
    return False if highway in NEVER else None


def directions(tags: Tags) -> tuple[bool, bool]:
    """Return whether a way may be driven as it is drawn, and against it."""
    one_way = tags.get("oneway", "").lower()
    for_emergency = tags.get("oneway:emergency", "").lower()
    if for_emergency == "no" or one_way in {"no", "false", "0", "reversible", "alternating"}:
        return True, True
    if one_way in {"-1", "reverse"}:
        return False, True
    round_about = tags.get("junction") in {"roundabout", "circular"}
    implied = round_about or tags["highway"] in {"motorway", "motorway_link"}
    if one_way in {"yes", "true", "1"} or implied:
        return True, False
    return True, True


def road_class(tags: Tags) -> str:
    """Return the class of a way that is driven, outside built-up areas."""
    highway = tags["highway"]
    forward, backward = directions(tags)
    one_way = forward != backward
    if highway in {"trunk", "primary"} and one_way and tags.get("junction") not in {"roundabout", "circular"}:
        return "dual_a"
    return CLASS_OF.get(highway, "minor")


def may_start(tags: Tags) -> bool:
    """Return whether journeys may start and end along a way: not on motorways, slip roads, bridges and in tunnels."""
    if tags["highway"].startswith("motorway") or tags["highway"].endswith("_link"):
        return False
    return tags.get("tunnel", "no") in {"no", "building_passage"}


def limit_kph(tags: Tags) -> float:
    """Return the speed limit (km/h), NaN where none is tagged or it is no number."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh)?\s*", tags.get("maxspeed", ""))
    if found is None:
        return math.nan
    return float(found[1]) * (_KPH_PER_MPH if found[2] == "mph" else 1.0)


def is_blocked(tags: Tags) -> bool:
    """Return whether a node stops an appliance."""
    if tags.get("barrier") not in BLOCKS:
        return False
    open_to = (tags.get("emergency"), tags.get("motor_vehicle"), tags.get("motorcar"))
    return not any(each in _YES for each in open_to)
