"""Checks of the police section: names that exist, grades and shares that add up, shifts of half hours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from scenarios.loading.faults import listed, nearest_remedy
from scenarios.loading.integrity_events import Flaw
from scenarios.schema.police import Police, Scheme
from scenarios.schema.scenario import Scenario, Standard

SHARE_TOLERANCE = 1e-6
FILTERS = ("all", "high_harm", "other")
"""Filters of a police standard besides grades, crimes and incident types; ``+`` joins several."""
AT = "police"


def police_flaws(
    scenario: Scenario, *, incomplete: Collection[str] = (), districts: Collection[str] = ()
) -> Iterator[Flaw]:
    """Yield what does not fit together in the police section; see ``scenarios.loading.integrity.flaws``."""
    police = scenario.police
    yield from _service(scenario, incomplete)
    if police is None:
        return
    broken = {name.partition(".")[2] for name in incomplete if name.startswith("police.")}
    for names, check in (
        ({"schemes", "incident_types"}, _schemes),
        ({"schemes", "incident_types"}, _regrading),
        ({"districts", "bases", "places", "abstractions"}, _places),
        ({"districts", "bases", "shifts", "cars"}, _cars),
        ({"incident_types", "profiles_hour", "profiles_month", "cars", "facilities"}, _incident_types),
        ({"schemes", "incident_types", "cars"}, _capabilities),
        ({"shifts"}, _shifts),
        ({"lines"}, _lines),
    ):
        if not names & broken:
            yield from check(police)
    if "districts" not in broken:
        yield from _authorities(police, districts)
    if not {"incident_types", "fire_attendance"} & (broken | set(incomplete)):
        yield from _fire_attendance(scenario, police)


def _service(scenario: Scenario, incomplete: Collection[str]) -> Iterator[Flaw]:
    if scenario.police is None and scenario.service != "fire" and "police" not in incomplete:
        remedy = 'extend police-baseline, or use tables with police_*.csv; or set service = "fire"'
        yield Flaw(("service",), scenario.service, "there is no police section", remedy)
    if scenario.service == "police":
        for name in ("stations", "appliances", "incident_types"):
            if getattr(scenario, name):
                problem = "a police scenario has none of the fire service's"
                yield Flaw((name,), listed(getattr(scenario, name)), problem, 'set service = "joint"')
    elif "stations" not in incomplete and not scenario.stations:
        yield Flaw(("stations",), "", "there is no fire station", 'add one, or set service = "police"')


def _known(path: tuple[str, ...], name: str, known: Collection[str], what: str) -> Iterator[Flaw]:
    if name not in known:
        yield Flaw((AT, *path), name, f"unknown {what} {name}", nearest_remedy(name, known))


def _schemes(police: Police) -> Iterator[Flaw]:
    yield from _known(("scheme",), police.scheme, police.schemes, "scheme of grades")
    for key, scheme in police.schemes.items():
        at = ("schemes", key)
        if not scheme.grades:
            yield Flaw((AT, *at, "grades"), "", "the scheme has no grades", "add them")
            continue
        urgencies = [grade.urgency for grade in scheme.grades.values()]
        for name, grade in scheme.grades.items():
            if urgencies.count(grade.urgency) > 1:
                problem = "two grades of the same urgency: which is served first?"
                yield Flaw(
                    (AT, *at, "grades", name, "urgency"), grade.urgency, problem, "number them 1, 2, 3 …"
                )
            if grade.hours[0] >= grade.hours[1]:
                problem = "the span ends before it begins"
                remedy = "write [first hour, hour of the end]"
                yield Flaw((AT, *at, "grades", name, "hours"), list(grade.hours), problem, remedy)
        if key == police.scheme:
            for kind in police.incident_types:
                if kind not in scheme.grading:
                    problem = f"the scheme in force does not grade {kind}"
                    yield Flaw((AT, *at, "grading"), kind, problem, "give it shares by grade")
        yield from _grading(police, at, scheme)


def _grading(police: Police, at: tuple[str, ...], scheme: Scheme) -> Iterator[Flaw]:
    for kind, grading in scheme.grading.items():
        here = (*at, "grading", kind)
        if kind not in police.incident_types:
            yield from _known(here, kind, police.incident_types, "police incident type")
        for field, given in (("shares", grading.shares), ("delay_factors", grading.delay_factors)):
            for name in given:
                yield from _known((*here, field, name), name, scheme.grades, "grade")
        total = sum(grading.shares.values())
        if abs(total - 1.0) > SHARE_TOLERANCE:
            problem = f"the shares of {listed(grading.shares)} add up to {total:g}, not 1"
            yield Flaw((AT, *here, "shares"), "", problem, "change the shares of the other grades as well")


def _regrading(police: Police) -> Iterator[Flaw]:
    for key, rule in police.regrading.items():
        at = ("regrading", key)
        yield from _known(
            (*at, "incident_type"), rule.incident_type, police.incident_types, "police incident type"
        )
        yield from _known((*at, "scheme"), rule.scheme, police.schemes, "scheme of grades")
        if rule.scheme in police.schemes:
            yield from _known((*at, "grade"), rule.grade, police.schemes[rule.scheme].grades, "grade")


def _places(police: Police) -> Iterator[Flaw]:
    known = police.districts
    for key, district in police.districts.items():
        for name in district.neighbours:
            yield from _known(("districts", key, "neighbours"), name, known, "policing district")
    for table, entries in (("bases", police.bases), ("places", police.places)):
        for key, each in entries.items():
            if each.district or table == "places":
                yield from _known((table, key, "district"), each.district, known, "policing district")
    for key, window in police.abstractions.items():
        for name in window.districts:
            yield from _known(("abstractions", key, "districts"), name, known, "policing district")
        if window.last < window.first:
            path = (AT, "abstractions", key, "last")
            yield Flaw(path, window.last, "before the first day", "swap the two")
        if window.hours[0] >= window.hours[1]:
            path = (AT, "abstractions", key, "hours")
            yield Flaw(path, list(window.hours), "the span ends before it begins", "write [first hour, end]")


def _authorities(police: Police, known: Collection[str]) -> Iterator[Flaw]:
    """Every local authority of the map lies in one policing district."""
    seen: dict[str, str] = {}
    for key, each in police.districts.items():
        path = ("districts", key, "authorities")
        for name in each.authorities:
            if known:
                yield from _known(path, name, known, "district of the map")
            if name in seen:
                problem = f"{name} is in the policing district {seen[name]} already"
                yield Flaw((AT, *path), name, problem, "name it in one of the two")
            seen.setdefault(name, key)
    missing = [name for name in known if name not in seen]
    if missing:
        problem = f"no policing district has {listed(missing)}: incidents there would be nobody's"
        yield Flaw((AT, "districts"), "", problem, "name it among the authorities of one")


def _cars(police: Police) -> Iterator[Flaw]:
    for key, row in police.cars.items():
        at = ("cars", key)
        if row.district:
            yield from _known((*at, "district"), row.district, police.districts, "policing district")
        yield from _known((*at, "base"), row.base, police.bases, "police base")
        yield from _known((*at, "shift"), row.shift, police.shifts, "shift")
    if not any(row.role == "response" and row.single_cars + row.double_cars for row in police.cars.values()):
        yield Flaw((AT, "cars"), "", "there is no response car", 'add a row with role = "response"')


def _capabilities(police: Police) -> Iterator[Flaw]:
    """Yield what the scheme in force asks of the first car and no car brings: such incidents would wait for ever."""
    scheme = police.schemes.get(police.scheme)
    if scheme is None:
        return
    named = {name for row in police.cars.values() for name in row.capabilities}
    rows = [row for row in police.cars.values() if row.single_cars + row.double_cars]
    missing = named - {name for row in rows for name in row.capabilities}
    for key, each in police.incident_types.items():
        if each.capability in missing and key in scheme.grading:
            shares = scheme.grading[key].shares
            asking = [name for name, grade in scheme.grades.items() if grade.specialists and shares.get(name)]
            if asking:
                problem = f"{listed(asking)} work asks for {each.capability}, which no car has"
                remedy = "give a row of police.cars that has it a car, or leave the capability out"
                yield Flaw((AT, "incident_types", key, "capability"), each.capability, problem, remedy)


def _shifts(police: Police) -> Iterator[Flaw]:
    for key, shift in police.shifts.items():
        odd = [start for start in shift.starts if (2.0 * start) % 1.0]
        values: Mapping[str, float] = {
            "starts": 60.0 * odd[0] if odd else 0.0,
            "length_h": 60.0 * shift.length_h,
            "briefing_min": shift.briefing_min,
            "meal_after_h": 60.0 * shift.meal_after_h,
            "meal_min": shift.meal_min,
            "closing_min": shift.closing_min,
        }
        for name, minutes in values.items():
            if minutes % 30.0:
                path = (AT, "shifts", key, name)
                yield Flaw(path, getattr(shift, name), "not a number of half hours", "round it to half hours")
        if shift.briefing_min + shift.meal_min + shift.closing_min >= 60.0 * shift.length_h:
            problem = "briefing, meal and closing take the whole shift"
            yield Flaw((AT, "shifts", key, "length_h"), shift.length_h, problem, "make it longer")


def _lines(police: Police) -> Iterator[Flaw]:
    """Somebody who takes 101 calls is on duty at every hour, so that every caller comes to an end."""
    lines = police.lines
    for name in ("handlers_weekday", "handlers_weekend"):
        fewest = min(getattr(lines, name))
        if lines.in_use and fewest <= lines.kept_for_999:
            problem = f"at one hour {fewest} handlers are on duty, and {lines.kept_for_999} are kept for 999"
            remedy = "have more on duty than are kept, or lower police.lines.kept_for_999"
            yield Flaw((AT, "lines", name), fewest, problem, remedy)


def _incident_types(police: Police) -> Iterator[Flaw]:
    carried = sorted({name for row in police.cars.values() for name in row.capabilities})
    there = {each.kind for each in police.facilities.values() if each.in_use}
    for key, each in police.incident_types.items():
        at = ("incident_types", key)
        yield from _known(
            (*at, "hour_profile"), each.hour_profile, police.profiles_hour, "police hour profile"
        )
        yield from _known(
            (*at, "month_profile"), each.month_profile, police.profiles_month, "police month profile"
        )
        if each.capability:
            yield from _known((*at, "capability"), each.capability, carried, "capability of a car")
        if not any(each.weights.values()):
            problem = "every weight is 0: it happens nowhere"
            yield Flaw(
                (AT, *at, "weights"), "", problem, "make at least one positive, such as population = 1"
            )
        if each.custody_share + each.hospital_share > 1.0:
            problem = "custody and hospital together are over 1"
            yield Flaw((AT, *at, "custody_share"), each.custody_share, problem, "lower one of the two")
        for kind, share in (("custody", each.custody_share), ("hospital", each.hospital_share)):
            if share and kind not in there:
                problem = f"cars are tied up at {kind}, but there is no such place in use"
                yield Flaw((AT, *at, f"{kind}_share"), share, problem, f'add a facility of kind = "{kind}"')
    lines = police.lines
    yield from _known(
        ("lines", "hour_profile"), lines.hour_profile, police.profiles_hour, "police hour profile"
    )
    yield from _known(
        ("lines", "month_profile"), lines.month_profile, police.profiles_month, "police month profile"
    )
    yield from _profiles(police)


def _profiles(police: Police) -> Iterator[Flaw]:
    for key, week in police.profiles_hour.items():
        if not any((*week.weekday, *week.friday, *week.saturday, *week.sunday)):
            yield Flaw((AT, "profiles_hour", key), "", "every hour is 0", "make at least one positive")
    for key, year in police.profiles_month.items():
        if not any(year.months):
            yield Flaw((AT, "profiles_month", key), "", "every month is 0", "make at least one positive")


def _fire_attendance(scenario: Scenario, police: Police) -> Iterator[Flaw]:
    both = set(police.incident_types) & set(scenario.incident_types)
    for key in sorted(both):
        problem = "a fire incident type has the same name"
        yield Flaw((AT, "incident_types", key), key, problem, "rename one of the two")
    for key, each in police.fire_attendance.items():
        at = ("fire_attendance", key)
        yield from _known((*at, "like"), each.like, police.incident_types, "police incident type")
        if scenario.service == "joint":
            yield from _known(at, key, scenario.incident_types, "fire incident type")


def police_standard_flaws(scenario: Scenario, key: str, each: Standard) -> Iterator[Flaw]:
    """Yield what is wrong with a standard of the police: its incidents, its statistic, what only fire has."""
    path = ("standards", key)
    police = scenario.police
    if police is not None:
        grades = {name for scheme in police.schemes.values() for name in scheme.grades}
        crimes = {t.crime.lower().replace(" ", "_") for t in police.incident_types.values() if t.crime}
        known = [*FILTERS, *sorted(grades), *sorted(crimes), *police.incident_types]
        for part in each.incidents.split("+"):
            if part.strip() not in known:
                problem = f"unknown filter of police incidents {part.strip()}"
                yield Flaw((*path, "incidents"), each.incidents, problem, nearest_remedy(part.strip(), known))
    if each.home_office_exclusions or each.unit_order != 1:
        name = "home_office_exclusions" if each.home_office_exclusions else "unit_order"
        yield Flaw((*path, name), getattr(each, name), "not for a police standard", "leave it out")
