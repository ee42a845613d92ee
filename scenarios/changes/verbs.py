"""The verbs: each says, for a scenario and its arguments, what to lay over it and what to take out. Pure.

A verb returns a ``Patch``; ``scenarios.changes.apply`` lays patches one after the other. Names are looked up in the
scenario as it stands when the verb's turn comes, so a pump can be added to a station that is new.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scenarios.changes.names import (
    ChangeError,
    Place,
    find_appliance,
    find_key,
    find_place,
    find_station,
    fold,
    own_stations,
)
from scenarios.changes.patch import Amount, Patch
from scenarios.loading.faults import listed, nearest
from scenarios.schema.annotations import annotation_at, as_model, known_names, value_of_table
from scenarios.schema.scenario import Scenario

CREWINGS = ("wholetime", "day_crewed", "on_call")
POLICIES = ("none", "core_stations", "dynamic", "people")
POLICE = "police"
GROUPS = ("fire", "false_alarm", "special_service", "over_border")
_SOURCE = {"source": "changed on the command line", "confidence": "assumption"}


def close(scenario: Scenario, station: str) -> Patch:
    """Close a station: it and all its appliances go."""
    code = find_station(scenario, station)
    appliances = [key for key, each in scenario.appliances.items() if each.station == code]
    return Patch(
        drop=(("stations", code), ("on_call_hours", code), *(("appliances", key) for key in appliances))
    )


def add_pump(scenario: Scenario, station: str, crewings: tuple[str, ...]) -> Patch:
    """Post new pumps at a station, one for each crewing; keys go on from the station's last, as in E25P3."""
    code = find_station(scenario, station)
    return Patch(lay={"appliances": _new_pumps(scenario, code, crewings)})


def remove_pump(scenario: Scenario, appliance: str) -> Patch:
    """Take one appliance out of the fleet; its station stays."""
    return Patch(lay={"appliances": {find_appliance(scenario, appliance): {"removed": True}}})


def set_crewing(scenario: Scenario, target: str, crewing: str) -> Patch:
    """Crew a station's pumps in another way: those crewed as its first pump is. Or one appliance, by its key."""
    try:
        code = find_station(scenario, target)
    except ChangeError as unknown:
        try:
            return Patch(lay={"appliances": {find_appliance(scenario, target): {"crewing": crewing}}})
        except ChangeError:
            raise unknown from None
    pumps = {
        key: each
        for key, each in scenario.appliances.items()
        if each.station == code and each.kind == "pump" and not each.removed
    }
    if not pumps:
        name = scenario.stations[code].name
        raise ChangeError(f"no pump stands at {name}", f"add one: --add-pump {code}:{crewing}")
    first = next(iter(pumps.values())).crewing
    return Patch(
        lay={"appliances": {k: {"crewing": crewing} for k, each in pumps.items() if each.crewing == first}}
    )


def move_station(scenario: Scenario, station: str, place: str) -> Patch:
    """Move a station with all it has to a settlement, or to a point; its district is that of the new place."""
    return Patch(lay={"stations": {find_station(scenario, station): _position(find_place(scenario, place))}})


def new_station(scenario: Scenario, name: str, place: str, crewings: tuple[str, ...]) -> Patch:
    """Open a station with one pump for each crewing; its code is the first free of N01, N02 …"""
    for code, known in own_stations(scenario).items():
        if fold(name) in (fold(code), fold(known)):
            raise ChangeError(f"there is a station {known} ({code}) already", "give it another name")
    code = next(c for c in (f"N{i:02d}" for i in range(1, 100)) if c not in scenario.stations)
    station = {"name": name, **_position(find_place(scenario, place)), **_SOURCE}
    return Patch(
        lay={"stations": {code: station}, "appliances": _new_pumps(scenario, code, crewings)},
    )


def availability(scenario: Scenario, group: str, amount: Amount) -> Patch:
    """Set or shift the share of time on the run: of on-call pumps, wholetime pumps, day crews, or one on-call station.

    Of hours (``on_call.weekday_day``) and of a station, points are given on top of whatever it is.
    """
    if fold(group) in map(fold, AVAILABILITY):
        path, now = AVAILABILITY[find_key(AVAILABILITY, group, "group")](scenario)
        share = round(now + amount.value if amount.relative else amount.value, 10)
        if not 0.0 <= share <= 1.0:
            raise ChangeError(
                f"makes an availability of {share:.1%}", f"it is {now:.1%} now, and at most 100%"
            )
        told = [*scenario.relative, *(() if not amount.relative else (".".join(path),))]
        return Patch(
            lay={**_nested(path, share), **({"relative": list(dict.fromkeys(told))} if told else {})}
        )
    if fold(group) in map(fold, HOURS):
        name = find_key(HOURS, group, "group").partition(".")[2]
        field_name = f"{name}_gain"
        now = getattr(scenario.on_call, field_name)
        return Patch(lay={"on_call": {field_name: _points(now, amount)}})
    try:
        code = find_station(scenario, group)
    except ChangeError as unknown:
        remedy = f"a group is {listed([*AVAILABILITY, *HOURS])}; of stations {unknown.remedy}"
        raise ChangeError("unknown group or station", remedy) from None
    return _station_availability(scenario, code, amount)


def _station_availability(scenario: Scenario, code: str, amount: Amount) -> Patch:
    pumps = [
        key
        for key, each in scenario.appliances.items()
        if each.station == code and each.crewing == "on_call" and each.kind == "pump" and not each.removed
    ]
    if not pumps:
        name = scenario.stations[code].name
        raise ChangeError(
            f"{name} has no on-call pump", "wholetime pumps share one level: --availability wholetime=+0.5pt"
        )
    if not amount.relative:
        lay = {"appliances": {key: {"availability": amount.value} for key in pumps}}
        return Patch(lay=lay, drop=(("on_call_hours", code),))
    stated = {key: scenario.appliances[key].availability for key in pumps}
    if all(value is not None for value in stated.values()):
        shares = {key: round((value or 0.0) + amount.value, 10) for key, value in stated.items()}
        return Patch(lay={"appliances": {key: {"availability": share} for key, share in shares.items()}})
    gain = _points(scenario.stations[code].availability_gain, amount)
    return Patch(lay={"stations": {code: {"availability_gain": gain}}})


def _points(now: float, amount: Amount) -> float:
    if not amount.relative:
        raise ChangeError("only points can be added to some hours", "write +5pt or -5pt")
    return round(now + amount.value, 10)


AVAILABILITY: dict[str, Callable[[Scenario], tuple[tuple[str, ...], float]]] = {
    "on_call": lambda s: (("on_call", "availability"), s.on_call.availability),
    "wholetime": lambda s: (("wholetime", "availability"), s.wholetime.availability),
    "day_crew": lambda s: (("wholetime", "day_crew_availability"), s.wholetime.day_crew_availability),
}
"""The field of each group whose availability can be changed, and its value now."""
HOURS = ("on_call.weekday_day", "on_call.weekend_day", "on_call.evening_night")
"""Hours of the week whose on-call availability can be shifted."""


def core(scenario: Scenario, stations: tuple[str, ...]) -> Patch:
    """Make exactly these stations core stations. With none, a policy that serves core stations goes off as well."""
    wanted = {find_station(scenario, each) for each in stations}
    lay: dict[str, Any] = {"stations": {code: {"core": code in wanted} for code in own_stations(scenario)}}
    if not wanted and scenario.cover.policy == "core_stations":
        lay["cover"] = {"policy": "none"}
    return Patch(lay=lay)


def cover(scenario: Scenario, policy: str) -> Patch:
    """Take another policy of cover moves."""
    del scenario
    found = find_key(POLICIES, policy, f"cover policy; known: {listed(POLICIES)}")
    return Patch(lay={"cover": {"policy": found}})


def demand(scenario: Scenario, kind: str, factor: float) -> Patch:
    """Multiply the calls a year of one incident type, of a group of types (``police``: theirs), or of all."""
    own = {} if scenario.police is None else scenario.police.incident_types
    groups = GROUPS if scenario.police is None else (*GROUPS, POLICE)
    found = find_key([*scenario.incident_types, *own, *groups, "all"], kind, "incident type")
    lay: dict[str, Any] = {}
    if found == "all":
        lay["demand_factor"] = scenario.demand_factor * factor
    if scenario.police is not None and found in ("all", POLICE):
        lay["police"] = {"demand_factor": scenario.police.demand_factor * factor}
    if found in own:
        lay["police"] = {"incident_types": {found: {"per_year": own[found].per_year * factor}}}
    fire = {
        key: {"per_year": each.per_year * factor}
        for key, each in scenario.incident_types.items()
        if found in (key, each.group)
    }
    return Patch(lay={**lay, "incident_types": fire} if fire else lay)


def attend_afa(scenario: Scenario, share: float) -> Patch:
    """Attend this share of the calls from automatic fire alarms."""
    alarms = [key for key, each in scenario.incident_types.items() if each.automatic_alarm]
    if not alarms:
        raise ChangeError(
            "no incident type of the scenario is marked as automatic_alarm",
            "mark one, or use --set incident_types.TYPE.attended_share=…",
        )
    return Patch(lay={"incident_types": {key: {"attended_share": share} for key in alarms}})


def set_field(scenario: Scenario, path: str, value: object) -> Patch:
    """Set any single field, by its dotted path, as ``scenarios/schema/fields.csv`` lists them."""
    parts = tuple(part.strip() for part in path.split("."))
    annotation: Any = Scenario
    at: Any = scenario
    for end, part in enumerate(parts):
        names = known_names(Scenario, parts[:end]) or (tuple(at) if isinstance(at, dict) else ())
        if part not in names:
            where = ".".join(parts[:end]) or "a scenario"
            close_to = nearest(part, names)
            raise ChangeError(
                f"{where} has no {part}", f"the nearest known is {close_to}" if close_to else ""
            )
        at = at[part] if isinstance(at, dict) else getattr(at, part)
        annotation = annotation_at(Scenario, parts[: end + 1])
    if as_model(annotation) is not None or value_of_table(annotation) is not None:
        names = known_names(Scenario, parts) or tuple(at)
        raise ChangeError(f"{path} is a table, not a field", f"name a field in it: {listed(names)}")
    if parts[-1] in ("name", "title") and len(parts) == 1:
        raise ChangeError("name and title are given by the command", "save the option, then edit its file")
    return Patch(lay=_nested(parts, value))


def _nested(path: tuple[str, ...], value: object) -> dict[str, Any]:
    for part in reversed(path):
        value = {part: value}
    return value  # type: ignore[return-value]


def _position(place: Place) -> dict[str, Any]:
    return {"lat": place.lat, "lon": place.lon, "district": place.district}


def _new_pumps(scenario: Scenario, code: str, crewings: tuple[str, ...]) -> dict[str, Any]:
    numbers = [
        int(found[1])
        for key in scenario.appliances
        if (found := re.fullmatch(rf"{re.escape(code)}P(\d+)", key))
    ]
    first = max(numbers, default=0) + 1
    return {
        f"{code}P{first + i}": {"station": code, "crewing": crewing, **_SOURCE}
        for i, crewing in enumerate(crewings)
    }
