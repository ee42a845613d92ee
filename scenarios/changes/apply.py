"""Applying changes to a scenario: in one order whatever the order given, contradictions refused, all faults told.

The order is that of ``FORMS``: stations open and move first, then pumps come, are crewed in another way and go, then
stations close, then group settings, and single fields last, so that ``--set`` has the last word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from scenarios.changes import verbs, verbs_police
from scenarios.changes.names import ChangeError, find_place, find_station, fold
from scenarios.changes.parse import FORMS, POLICE_VERBS, Change, read_all
from scenarios.changes.patch import Patch
from scenarios.loading.datasets import geography_folder, map_folder
from scenarios.loading.faults import ScenarioError, ScenarioFault
from scenarios.loading.layers import Layered, Origin
from scenarios.loading.map_facts import map_facts
from scenarios.loading.validate import validate
from scenarios.schema.scenario import Scenario

LONGEST_NAME, LONGEST_TITLE = 40, 60
_ONCE = ("crewing", "move", "core", "cover", "attend-afa", "grades", "abstraction", "set")
"""Verbs that say what something shall be: twice, of one thing, they must say the same."""
_AWAY = ("close", "remove-pump")
"""Verbs that take away: what is gone cannot go again, so that another must have been meant."""


@dataclass(frozen=True, slots=True)
class About:
    """The name, title and question of the changed scenario; empty: made from the changes."""

    name: str = ""
    title: str = ""
    question: str = ""


def apply(scenario: Scenario, changes: Sequence[Change], about: About | None = None) -> Scenario:
    """Return the scenario with all changes made. Neither argument is altered.

    The order of the changes does not count, except that stations and pumps added get their codes and keys in the
    order given. Without changes the scenario comes back as it is.

    Raises:
        ScenarioError: with every fault: names unknown, changes that contradict each other, values refused,
            and what no longer fits together.

    """
    if not changes:
        return scenario
    chosen = _in_order(changes)
    layered = Layered()
    layered.lay(scenario.model_dump(exclude={"name", "title", "question", "source"}), Origin(scenario.name))
    layered.lay(_about(scenario, chosen, about or About()), Origin("option"))
    layered.map = map_facts(geography_folder(scenario), map_folder(scenario))
    faults = _contradictions(scenario, chosen)
    now = scenario
    for change in chosen if not faults else ():
        try:
            now = _step(layered, now, change)
        except ChangeError as error:
            faults.append(ScenarioFault(change.text, "", "", error.problem, error.remedy))
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    final, flaws = validate(layered)
    if final is None or flaws:
        raise ScenarioError(flaws)
    return final


def apply_texts(
    scenario: Scenario, options: Sequence[tuple[str, str]], about: About | None = None
) -> Scenario:
    """Return the scenario changed by options (verb, text) of the command line.

    Raises:
        ScenarioError: with the faults of form and of content, all together.

    """
    changes, faults = read_all(options)
    try:
        changed = apply(scenario, changes, about)
    except ScenarioError as error:
        raise ScenarioError([*faults, *error.faults]) from None
    if faults:
        raise ScenarioError(faults)
    return changed


def _in_order(changes: Sequence[Change]) -> list[Change]:
    """Return the changes in the order of their verbs."""
    rank = {verb: i for i, verb in enumerate(FORMS)}
    return sorted(changes, key=lambda change: rank[change.verb])


def _step(layered: Layered, now: Scenario, change: Change) -> Scenario:
    """Lay one change and return the scenario as it then stands (its fields in order, its whole not yet checked)."""
    module = verbs_police if change.verb in POLICE_VERBS else verbs
    function = getattr(module, FUNCTIONS.get(change.verb, change.verb.replace("-", "_")))
    patch: Patch = function(now, *change.arguments)
    trial = Layered()
    trial.lay(layered.values, Origin("option"))
    _lay(trial, patch, change)
    try:
        after = Scenario.model_validate(trial.values)
    except ValidationError:
        _, refused = validate(trial)
        raise ScenarioError([fault for fault in refused if fault.file == change.text] or refused) from None
    _lay(layered, patch, change)
    return after


FUNCTIONS = {"crewing": "set_crewing", "move": "move_station", "set": "set_field"}
"""Verbs whose function has another name."""


def _lay(layered: Layered, patch: Patch, change: Change) -> None:
    for path in patch.drop:
        layered.drop(path)
    layered.lay(patch.lay, Origin(change.text))


def _contradictions(scenario: Scenario, changes: Iterable[Change]) -> list[ScenarioFault]:
    """Return a fault for every change that contradicts one before it."""
    faults: list[ScenarioFault] = []
    said: dict[tuple[str, str], Change] = {}
    closed = {_station(scenario, str(c.arguments[0])): c for c in changes if c.verb == "close"}
    for change in changes:
        key = (change.verb, _subject(scenario, change))
        other = said.setdefault(key, change)
        absolute = change.verb == "availability" and not all(
            getattr(each.arguments[1], "relative", False) for each in (change, other)
        )
        if (change.verb in _ONCE or absolute) and _meaning(scenario, other) != _meaning(scenario, change):
            problem = f"contradicts {other.text}"
            faults.append(ScenarioFault(change.text, "", "", problem, "give one of the two"))
        if change.verb in _AWAY and other is not change:
            problem = f"takes away what {other.text} takes away already"
            faults.append(
                ScenarioFault(change.text, "", "", problem, "say it once, or name the other one meant")
            )
        for station in _stations_needed(scenario, change):
            if station in closed:
                problem = f"contradicts {closed[station].text}: the station is closed"
                faults.append(ScenarioFault(change.text, "", "", problem, "give one of the two"))
    return faults


def _meaning(scenario: Scenario, change: Change) -> object:
    """Return what a change says of its subject, the same for two ways of writing it."""
    if change.verb == "core":
        names: Any = change.arguments[0]
        return frozenset(_station(scenario, name) for name in names)
    if change.verb == "move":
        try:
            place = find_place(scenario, str(change.arguments[1]))
        except ChangeError:
            return change.arguments[1:]
        return place.lat, place.lon
    return change.arguments[1:] or change.arguments


def _subject(scenario: Scenario, change: Change) -> str:
    """Return what a change is about, as one key however it is written."""
    if change.verb in ("core", "cover", "attend-afa", "grades"):
        return ""
    return _station(scenario, str(change.arguments[0]))


def _station(scenario: Scenario, text: str) -> str:
    try:
        return find_station(scenario, text)
    except ChangeError:
        return fold(text)


def _stations_needed(scenario: Scenario, change: Change) -> list[str]:
    """Return the stations that must be there after a change."""
    if change.verb == "core":
        names: Any = change.arguments[0]
        return [_station(scenario, name) for name in names]
    if change.verb in ("add-pump", "crewing", "move", "availability", "remove-pump"):
        first = str(change.arguments[0])
        appliance = scenario.appliances.get(first.upper())
        return [appliance.station if appliance is not None else _station(scenario, first)]
    return []


def name_of_changes(said: str) -> str:
    """Return the name of an option from its changes as typed: ``--units +10%`` is ``units-plus-10-percent``.

    Different changes have different names, for a name is also the name of a folder: what is too long, or written
    with signs that a name cannot hold, gets six digits of its digest.
    """
    text = said.lower()
    for pattern, word in _SIGNS:
        text = re.sub(pattern, word, text)
    slug = re.sub(r"[^a-z0-9_]+", "-", text).strip("-_")
    if len(slug) <= LONGEST_NAME and not re.search(r"[^a-z0-9_ :=,-]", text):
        return slug
    mark = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{slug[: LONGEST_NAME - len(mark) - 1].strip('-_')}-{mark}".strip("-")


_SIGNS = (
    (r"(?<![a-z0-9])\+(?=[0-9.])", "plus-"),
    (r"(?<![a-z0-9 -])-(?=[0-9.])|(?<= )-(?=[0-9.])", "minus-"),
    (r"(?<=[0-9])\.(?=[0-9])", "_"),
    (r"(?<=[a-z0-9_])\.(?=[a-z_])", "-"),
    ("%", "-percent"),
)
"""What a name says in words: signs of numbers, points of numbers and of paths, and percentages."""


def _about(scenario: Scenario, changes: Sequence[Change], about: About) -> dict[str, Any]:
    said = " ".join(change.text for change in changes)
    short = said if len(said) <= LONGEST_TITLE else f"{len(changes)} changes"
    return {
        "name": about.name or name_of_changes(said),
        "title": about.title or f"{scenario.title} with {short}",
        "question": about.question,
        "source": f"turnout what-if {scenario.name} {said}",
    }
