"""Names as planners type them: stations by code or name, appliances, incident types, places. Capitals do not count."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scenarios.loading.datasets import geography_folder
from scenarios.loading.faults import nearest, nearest_remedy
from scenarios.loading.files import read_text
from scenarios.schema.scenario import Scenario

LONGEST_WAY_KM = 25.0
"""A place farther than this from every settlement of the map is a slip of the pen, not a place."""


class ChangeError(ValueError):
    """A change that cannot be made: what is wrong, and the remedy."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        """Keep both parts."""
        self.problem, self.remedy = problem, remedy
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Place:
    """A point, WGS84 degrees, and the district of the service's area that it lies in or is nearest to."""

    name: str
    lat: float
    lon: float
    district: str


def fold(text: str) -> str:
    """Return a name without capitals, hyphens, apostrophes or runs of spaces."""
    return re.sub(r"[\s\-_]+", " ", text.replace("'", "").replace("’", "")).strip().lower()


def own_stations(scenario: Scenario) -> dict[str, str]:
    """Return code and name of the service's own stations."""
    return {code: each.name for code, each in scenario.stations.items() if each.service == "own"}


def find_station(scenario: Scenario, text: str) -> str:
    """Return the code of an own station given by code or name.

    Raises:
        ChangeError: unknown (with the nearest known), ambiguous, or a neighbour's.

    """
    own = own_stations(scenario)
    found = [code for code, name in own.items() if fold(text) in (fold(code), fold(name))]
    if len(found) == 1:
        return found[0]
    if found:
        raise ChangeError(f"{len(found)} stations have this name", f"give a code: {', '.join(found)}")
    for code, each in scenario.stations.items():
        if each.service != "own" and fold(text) in (fold(code), fold(each.name)):
            close = nearest(text, own)
            raise ChangeError(
                f"{each.name} is {each.service}'s station, not the service's own",
                f"change it in a scenario file, or name an own station such as {close}",
            )
    raise ChangeError("unknown station", _nearest_station(own, text))


def _nearest_station(own: dict[str, str], text: str) -> str:
    by_name = {name: code for code, name in own.items()}
    name = nearest(text, by_name)
    codes = ", ".join(sorted(own)[:4])
    if re.fullmatch(r"[A-Za-z]{0,2}\d+", text.strip()):
        code = nearest(text, own)
        return f"the nearest known is {code} ({own[code]}); codes are {codes}, …" if code else ""
    return f"the nearest known is {name} ({by_name[name]})" if name else f"codes are {codes}, …"


def find_appliance(scenario: Scenario, text: str) -> str:
    """Return the key of an own appliance that is not removed. Raises ChangeError."""
    own = {
        key
        for key, each in scenario.appliances.items()
        if not each.removed and scenario.stations[each.station].service == "own"
    }
    for key in own:
        if key.lower() == text.strip().lower():
            return key
    for key, each in scenario.appliances.items():
        if key.lower() == text.strip().lower():
            why = "is removed already" if each.removed else f"is {scenario.stations[each.station].service}'s"
            raise ChangeError(f"appliance {key} {why}", nearest_remedy(text, sorted(own)))
    here = _pumps_of_named_station(scenario, text, own)
    raise ChangeError("unknown appliance", here or nearest_remedy(text, sorted(own)))


def _pumps_of_named_station(scenario: Scenario, text: str, own: Iterable[str]) -> str:
    """Return advice for one who gave a station where an appliance was wanted."""
    try:
        code = find_station(scenario, text)
    except ChangeError:
        return ""
    keys = sorted(key for key in own if scenario.appliances[key].station == code)
    return f"{text} is a station; its appliances are {', '.join(keys)}" if keys else ""


def find_key(known: Iterable[str], text: str, what: str) -> str:
    """Return the one of ``known`` that is meant. Raises ChangeError with the nearest."""
    names = list(known)
    for name in names:
        if fold(name) == fold(text):
            return name
    raise ChangeError(f"unknown {what}", nearest_remedy(text, names))


def find_place(scenario: Scenario, text: str) -> Place:
    """Return the place of ``LAT,LON`` (WGS84 degrees) or of a settlement's name.

    Raises:
        ChangeError: no such settlement (with the nearest name), or a point off the map.

    """
    settlements = _settlements(geography_folder(scenario))
    point = re.fullmatch(r"\s*([+-]?\d+(?:\.\d*)?)\s*,\s*([+-]?\d+(?:\.\d*)?)\s*", text)
    if point is not None:
        lat, lon = float(point[1]), float(point[2])
        return Place("", lat, lon, _district(settlements, lat, lon))
    found = [each for each in settlements if fold(each.name) == fold(text)]
    if len(found) > 1:
        which = " or ".join(f"{each.lat:g},{each.lon:g} ({each.district})" for each in found)
        raise ChangeError(f"{len(found)} settlements are called {found[0].name}", f"give {which}")
    if found:
        place = found[0]
        return Place(place.name, place.lat, place.lon, _district(settlements, place.lat, place.lon))
    close = nearest(text, [each.name for each in settlements])
    raise ChangeError(
        f"no settlement of the map is called {text.strip()}",
        f"the nearest known name is {close}; or give LAT,LON such as 51.80,0.64",
    )


def _district(settlements: tuple[Place, ...], lat: float, lon: float) -> str:
    def away_km(each: Place) -> float:
        east = (each.lon - lon) * math.cos(math.radians(lat))
        return 111.2 * math.hypot(each.lat - lat, east)

    nearby = min(settlements, key=away_km)
    if not away_km(nearby) <= LONGEST_WAY_KM:
        swapped = min(math.hypot(each.lat - lon, each.lon - lat) for each in settlements) < 1.0
        raise ChangeError(
            f"{lat:g},{lon:g} is off the map",
            "latitude comes first: swap the two" if swapped else "give WGS84 degrees, such as 51.80,0.64",
        )
    return min((each for each in settlements if each.district), key=away_km).district


@lru_cache(maxsize=4)
def _settlements(folder: Path) -> tuple[Place, ...]:
    """Return the settlements of a map; the district is empty for those over the border."""
    text = read_text(folder / "settlements.csv", "settlements.csv")
    with io.StringIO(text, newline="") as file:
        return tuple(
            Place(
                row["name"],
                float(row["lat"]),
                float(row["lon"]),
                row["district"] if row.get("inside", "true").lower() == "true" else "",
            )
            for row in csv.DictReader(file)
        )
