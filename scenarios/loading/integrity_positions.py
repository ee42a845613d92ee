"""Checks of positions against the map: stations, scripted incidents and the police's places."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.loading.integrity_events import Flaw
from scenarios.loading.map_facts import Land
from scenarios.schema.scenario import Scenario

Position = tuple[tuple[str, ...], float, float, bool]  # path, latitude, longitude, whether on own ground


def position_flaws(scenario: Scenario, land: Land | None) -> Iterator[Flaw]:
    """Yield the positions that lie off the map, in the sea, or with latitude and longitude swapped."""
    if land is None:
        return
    for path, lat, lon, own in _positions(scenario):
        if land.on_ground(lat, lon) if own else land.near(lat, lon):
            continue
        where = "not on the ground of the map" if own else "off the map"
        if land.near(lon, lat):
            remedy = "latitude and longitude look swapped: swap the two"
        elif land.near(lat, -lon):
            remedy = "the longitude looks mirrored: change its sign"
        else:
            remedy = "give the WGS84 degrees of a place there, such as 51.80 and 0.64"
        yield Flaw((*path, "lat"), lat, f"the position {lat:g}, {lon:g} is {where}", remedy)


def _positions(scenario: Scenario) -> Iterator[Position]:
    for code, station in scenario.stations.items():
        yield ("stations", code), station.lat, station.lon, station.service == "own"
    for key, incident in scenario.scripted_incidents.items():
        yield ("scripted_incidents", key), incident.lat, incident.lon, False
    police = scenario.police
    if police is None:
        return
    for key, base in police.bases.items():
        yield ("police", "bases", key), base.lat, base.lon, True
    for key, place in police.places.items():
        yield ("police", "places", key), place.lat, place.lon, True
    for key, centre in police.centres.items():
        yield ("police", "centres", key), centre.lat, centre.lon, True
    for key, facility in police.facilities.items():
        yield ("police", "facilities", key), facility.lat, facility.lon, False
