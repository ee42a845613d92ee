"""Checks across the records of a scenario: names that exist, crews that are possible, shares that add up.

Each check is a generator of flaws, pure and independent of files; ``scenarios.loading.load`` says where each stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import floor

from scenarios.loading.faults import listed, nearest, nearest_remedy
from scenarios.loading.integrity_events import Flaw, event_flaws, rider_flaws
from scenarios.loading.integrity_police import police_flaws, police_standard_flaws
from scenarios.schema.local_time import find_zone
from scenarios.schema.scenario import INCIDENT_FILTERS, Appliance, IncidentType, Scenario, Standard

SHARE_TOLERANCE = 1e-6
SMALLEST_CREW = 4  # on any pump (ECFRS FOI 4120/2020)


def flaws(
    scenario: Scenario,
    *,
    incomplete: Collection[str] = (),
    districts: Collection[str] = (),
    bands: Collection[str] = (),
) -> Iterator[Flaw]:
    """Yield everything that does not fit together in a scenario whose fields are each in order.

    ``incomplete`` names parts of the scenario from which refused entries were left out: what could only be
    wrong because of them is not told. ``districts`` and ``bands`` (of the week) are those of the map; without any,
    none is checked.
    """
    yield from _unnamed(scenario)
    yield from _settings(scenario)
    yield from _bands(scenario, bands)
    yield from _relative(scenario)
    if "stations" not in incomplete:
        yield from _districts(scenario, districts)
        yield from _core_stations(scenario)
        yield from _on_call_hours(scenario)
    yield from _appliances(scenario)
    if not {"stations", "appliances", "wholetime", "on_call"} & set(incomplete):
        yield from _crews(scenario)
    yield from _incident_types(scenario)
    yield from event_flaws(scenario)
    if not {"stations", "appliances"} & set(incomplete):
        yield from rider_flaws(scenario, {code: on_call_roster(scenario, code) for code in scenario.stations})
    if not {"appliances", "incident_types"} & set(incomplete):
        yield from _capabilities(scenario)
    yield from _profiles(scenario)
    yield from _standards(scenario)
    yield from police_flaws(scenario, incomplete=incomplete, districts=districts)


def on_call_roster(scenario: Scenario, station: str) -> int:
    """Return the number of on-call people of a station: its own figure, or by its on-call pumps.

    Day-crewed pumps count: on-call people crew them out of the day crew's hours.
    """
    own = scenario.stations[station].on_call_people
    if own is not None:
        return own
    pumps = sum(
        each.station == station
        and each.kind == "pump"
        and each.crewing in {"on_call", "day_crewed"}
        and not each.removed
        for each in scenario.appliances.values()
    )
    settings = scenario.on_call
    return settings.people_first_pump + settings.people_each_further_pump * (pumps - 1) if pumps else 0


def _unnamed(scenario: Scenario) -> Iterator[Flaw]:
    """Yield the entries of tables that have no name."""
    tables: list[tuple[tuple[str, ...], object]] = [
        ((name,), getattr(scenario, name)) for name in type(scenario).model_fields
    ]
    if scenario.police is not None:
        tables += [
            (("police", name), getattr(scenario.police, name)) for name in type(scenario.police).model_fields
        ]
    for path, table in tables:
        if isinstance(table, dict) and any(not str(key).strip() for key in table):
            yield Flaw((*path, ""), "", "an entry without a name", "name it")


def _settings(scenario: Scenario) -> Iterator[Flaw]:
    if find_zone(scenario.calendar.timezone) is None:
        remedy = "give a name of the time zone database, such as Europe/London"
        yield Flaw(("calendar", "timezone"), scenario.calendar.timezone, "unknown time zone", remedy)
    pairs = (
        (
            ("mechanical", "longest_h"),
            scenario.mechanical.shortest_h,
            scenario.mechanical.longest_h,
            "shortest_h",
        ),
        (
            ("control", "call_handling_p90_s"),
            scenario.control.call_handling_median_s,
            scenario.control.call_handling_p90_s,
            "call_handling_median_s",
        ),
    )
    for path, low, high, name in pairs:
        if high < low:
            yield Flaw(path, high, f"less than {name}, which is {low:g}", "swap the two, or raise it")
    for path, hours in (
        (("wholetime", "day_crew_hours"), scenario.wholetime.day_crew_hours),
        (("wholetime", "day_turnout_hours"), scenario.wholetime.day_turnout_hours),
    ):
        if hours[0] >= hours[1]:
            yield Flaw(
                path, list(hours), "the span ends before it begins", "write [first hour, hour of the end]"
            )


def _bands(scenario: Scenario, known: Collection[str]) -> Iterator[Flaw]:
    for name, factor in scenario.travel.band_factor.items():
        if known and name not in known:
            path = ("travel", "band_factor", name)
            yield Flaw(path, factor, f"unknown band of the week {name}", nearest_remedy(name, known))


def _districts(scenario: Scenario, known: Collection[str]) -> Iterator[Flaw]:
    for key, each in scenario.stations.items():
        if known and each.service == "own" and each.district not in known:
            problem = (
                "unknown district" if each.district else "a station of the service's own needs its district"
            )
            yield Flaw(
                ("stations", key, "district"), each.district, problem, nearest_remedy(each.district, known)
            )


def _core_stations(scenario: Scenario) -> Iterator[Flaw]:
    own = [each for each in scenario.stations.values() if each.service == "own"]
    if scenario.cover.policy == "core_stations" and own and not any(each.core for each in own):
        remedy = "mark core = true at the stations to keep covered, or take another policy"
        yield Flaw(("cover", "policy"), "core_stations", "no station is a core station", remedy)


def _appliances(scenario: Scenario) -> Iterator[Flaw]:
    stations = scenario.stations
    for key, each in scenario.appliances.items():
        path = ("appliances", key)
        if each.station not in stations:
            yield Flaw(
                (*path, "station"),
                each.station,
                f"unknown station {each.station}: appliance {key} stands there",
                nearest_remedy(each.station, stations) + f"; or add [stations.{each.station}]",
            )
            continue
        if each.preferred_crew < each.minimum_crew:
            remedy = "raise preferred_crew"
            yield Flaw((*path, "preferred_crew"), each.preferred_crew, "less than the minimum crew", remedy)
        neighbour = stations[each.station].service != "own"
        if neighbour and each.crewing not in {"wholetime", "on_call"}:
            remedy = "a neighbour's appliance is wholetime or on_call: its people are not modelled"
            yield Flaw((*path, "crewing"), each.crewing, "not for a neighbouring service's appliance", remedy)


def _crews(scenario: Scenario) -> Iterator[Flaw]:
    """Pumps that no pool of people could ever crew."""
    for key, each in scenario.appliances.items():
        station = scenario.stations.get(each.station)
        if station is None or station.service != "own" or each.removed:
            continue
        path = ("appliances", key)
        if each.crewing == "cross_crewed":
            yield from _cross_crew(scenario, key, each)
            continue
        if (
            each.crewing in {"wholetime", "day_crewed"}
            and each.minimum_crew > scenario.wholetime.riders_per_pump
        ):
            riders = scenario.wholetime.riders_per_pump
            problem = (
                f"pump without crew: needs {each.minimum_crew}, and wholetime.riders_per_pump is {riders}"
            )
            yield Flaw(
                (*path, "minimum_crew"), each.minimum_crew, problem, "lower the one or raise the other"
            )
        if each.crewing in {"on_call", "day_crewed"}:
            yield from _on_call_crew(scenario, key, each)


def _on_call_crew(scenario: Scenario, key: str, each: Appliance) -> Iterator[Flaw]:
    people = on_call_roster(scenario, each.station)
    needed = max(SMALLEST_CREW if each.kind == "pump" else 1, each.minimum_crew)
    given = scenario.stations[each.station].on_call_people is not None
    path = ("stations", each.station, "on_call_people") if given else ("on_call", "people_first_pump")
    if people < needed:
        problem = (
            f"pump without crew: {key} needs {needed} on-call people, station {each.station} has {people}"
        )
        yield Flaw(path, people, problem, f"give the station at least {needed} people, or remove {key}")
        return
    for name in ("officer_share", "driver_share"):
        share = getattr(scenario.on_call, name)
        if floor(share * people + 0.5) < 1:
            problem = f"pump without crew: of {people} on-call people at {each.station} none has the skill for {key}"
            yield Flaw(("on_call", name), share, problem, "raise the share, or the number of people")


def _cross_crew(scenario: Scenario, key: str, each: Appliance) -> Iterator[Flaw]:
    mates = [
        other
        for other in scenario.appliances.values()
        if other.station == each.station and other.crewing != "cross_crewed" and not other.removed
    ]
    if not mates:
        problem = f"{key} without crew: no other appliance at {each.station} to take a crew from"
        yield Flaw(("appliances", key, "station"), each.station, problem, f"put a pump there, or move {key}")


def _incident_types(scenario: Scenario) -> Iterator[Flaw]:
    for key, each in scenario.incident_types.items():
        path = ("incident_types", key)
        for name, known in (
            ("hour_profile", scenario.profiles_hour),
            ("month_profile", scenario.profiles_month),
        ):
            profile = getattr(each, name)
            if profile not in known:
                yield Flaw(
                    (*path, name),
                    profile,
                    f"unknown {name.replace('_', ' ')}",
                    nearest_remedy(profile, known),
                )
        if each.per_year > 0 and not any(each.weights.values()):
            remedy = "weigh at least one of population, urban_population, road, countryside, outside"
            yield Flaw((*path, "weights"), each.weights, "no weight is above 0: it happens nowhere", remedy)
        if each.primary_fire and each.group != "fire":
            yield Flaw(
                (*path, "primary_fire"),
                True,
                f"a primary fire in the group {each.group}",
                'set group = "fire"',
            )
        yield from _attendance(key, each)


def _attendance(key: str, each: IncidentType) -> Iterator[Flaw]:
    path = ("incident_types", key, "attendance")
    total = sum(variant.share for variant in each.attendance.values())
    if abs(total - 1.0) > SHARE_TOLERANCE:
        problem = f"the shares of {listed(each.attendance)} add up to {total:g}, not 1"
        yield Flaw(path, each.attendance, problem, "change the shares of the other variants as well")
    for name, variant in each.attendance.items():
        if variant.pumps == 0 and not variant.capabilities:
            yield Flaw((*path, name, "pumps"), 0, "nothing is sent", "ask for a pump or a capability")


def _capabilities(scenario: Scenario) -> Iterator[Flaw]:
    carried = sorted(
        {n for each in scenario.appliances.values() if not each.removed for n in each.capabilities}
    )
    for key, each in scenario.incident_types.items():
        for name, variant in each.attendance.items():
            for capability in variant.capabilities:
                if capability not in carried:
                    path = ("incident_types", key, "attendance", name, "capabilities")
                    problem = f"unknown capability {capability}: no appliance has it"
                    remedy = (
                        nearest_remedy(capability, carried) if carried else "give an appliance the capability"
                    )
                    yield Flaw(path, list(variant.capabilities), problem, remedy)


def _profiles(scenario: Scenario) -> Iterator[Flaw]:
    for key, hours in scenario.profiles_hour.items():
        if not any(hours.weekday) and not any(hours.weekend):
            yield Flaw(("profiles_hour", key), "", "every hour is 0", "make at least one positive")
    for key, months in scenario.profiles_month.items():
        if not any(months.months):
            yield Flaw(("profiles_month", key), "", "every month is 0", "make at least one positive")


def _standards(scenario: Scenario) -> Iterator[Flaw]:
    known = [*INCIDENT_FILTERS, "fire", "false_alarm", "special_service", *scenario.incident_types]
    for key, each in scenario.standards.items():
        path = ("standards", key)
        if each.service == "police":
            yield from police_standard_flaws(scenario, key, each)
        elif each.incidents not in known:
            remedy = (
                f"the nearest known is {nearest(each.incidents, known)}; filters: {listed(INCIDENT_FILTERS)}"
            )
            yield Flaw((*path, "incidents"), each.incidents, "unknown filter of incidents", remedy)
        yield from _statistic(path, each)


def _statistic(path: tuple[str, ...], each: Standard) -> Iterator[Flaw]:
    if each.statistic == "share_within" and each.threshold_s is None:
        yield Flaw((*path, "threshold_s"), "", "share_within what?", "give threshold_s, in seconds")
    if each.statistic == "percentile" and each.percentile is None:
        yield Flaw((*path, "percentile"), "", "which percentile?", "give percentile, such as 0.9")
    if each.statistic == "share_met" and each.service != "police":
        problem = "share_met is of police grades"
        yield Flaw((*path, "statistic"), each.statistic, problem, "give share_within and threshold_s")
    if each.statistic in {"share_within", "share_met"} and each.target > 1:
        yield Flaw((*path, "target"), each.target, "a share over 1", "write 90% as 0.90")


def _on_call_hours(scenario: Scenario) -> Iterator[Flaw]:
    own = [code for code, each in scenario.stations.items() if each.service == "own"]
    for code, row in scenario.on_call_hours.items():
        path = ("on_call_hours", code)
        if code not in own:
            yield Flaw(path, code, "unknown station", nearest_remedy(code, own))
        elif not any(isinstance(value, tuple) for _, value in row):
            yield Flaw(path, "", "no day is given", "give weekday, weekend, or single days, 24 shares each")
        for key, each in scenario.appliances.items():
            stated = each.station == code and each.crewing == "on_call" and not each.removed
            if stated and each.availability is not None:
                problem = f"on_call_hours of {code} say it hour by hour already"
                remedy = "leave one of the two out"
                yield Flaw(("appliances", key, "availability"), each.availability, problem, remedy)


def _relative(scenario: Scenario) -> Iterator[Flaw]:
    """Yield the paths in ``relative`` that lead to no number of the scenario."""
    if not scenario.relative:
        return
    content = scenario.model_dump(mode="python")
    for path in scenario.relative:
        at: object = content
        for part in path.split("."):
            at = at.get(part) if isinstance(at, dict) else None
        if isinstance(at, bool) or not isinstance(at, (int, float)):
            yield Flaw(
                ("relative",), path, "leads to no number of the scenario", "correct the path, or leave it out"
            )
