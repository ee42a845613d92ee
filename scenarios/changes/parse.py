"""The command line's texts as changes: ``--close W73``, ``--availability on_call=+5pt`` and the rest.

Only the form is read here; names are looked up when the change is applied. A fault says which option, what is wrong
with it and how it is written.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scenarios.changes.names import ChangeError, fold
from scenarios.changes.patch import Amount
from scenarios.changes.verbs import CREWINGS
from scenarios.loading.datasets import service_examples
from scenarios.loading.faults import ScenarioError, ScenarioFault, listed, nearest
from scenarios.loading.files import read_toml

Arguments = tuple[object, ...]
_CREWING_WORDS = {
    "retained": "on_call",
    "full time": "wholetime",
    "whole time": "wholetime",
    "oncall": "on_call",
}
_LARGEST_FACTOR = 100.0


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the verb, its arguments, and the text that a user would type for it."""

    verb: str
    arguments: Arguments
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """How a verb is written after its option, an example ("": one of the embedded service's), and its reader."""

    shape: str
    example: str
    read: Callable[[str], Arguments]


def parse(verb: str, text: str) -> Change:
    """Return the change of one option, such as ``parse("close", "W73")``.

    Raises:
        ScenarioError: the text is not of the verb's form; or there is no such verb.

    """
    option = f"--{verb}"
    if verb not in FORMS:
        close = nearest(verb, FORMS)
        raise ScenarioError(
            [ScenarioFault(option, "", "", "unknown verb", f"the nearest known is --{close}")]
        )
    form = FORMS[verb]
    try:
        return Change(verb, form.read(text.strip()), f"{option} {text.strip()}")
    except ChangeError as error:
        usage = f"write {option} {form.shape}, such as {option} {example_of(verb)}"
        remedy = f"{error.remedy}; {usage}" if error.remedy else usage
        raise ScenarioError([ScenarioFault(f"{option} {text}", "", "", error.problem, remedy)]) from None


def parse_all(options: Sequence[tuple[str, str]]) -> list[Change]:
    """Return the changes of several options (verb, text); all faults come together. Raises ScenarioError."""
    changes, faults = read_all(options)
    if faults:
        raise ScenarioError(faults)
    return changes


def read_all(options: Sequence[tuple[str, str]]) -> tuple[list[Change], list[ScenarioFault]]:
    """Return the changes of those options that are of their verb's form, and the faults of the others."""
    changes: list[Change] = []
    faults: list[ScenarioFault] = []
    for verb, text in options:
        try:
            changes.append(parse(verb, text))
        except ScenarioError as error:
            faults += error.faults
    return changes, faults


def _name(text: str) -> Arguments:
    if not text:
        raise ChangeError("nothing is named")
    return (text,)


def _two(text: str, mark: str) -> tuple[str, str]:
    first, found, second = (part.strip() for part in text.partition(mark))
    if not (first and found and second):
        raise ChangeError(f"the text has not the form A{mark}B")
    return first, second


def _crewing(text: str) -> str:
    word = _CREWING_WORDS.get(fold(text), fold(text).replace(" ", "_"))
    if word not in CREWINGS:
        close = nearest(fold(text), [*CREWINGS, *_CREWING_WORDS])
        close = _CREWING_WORDS.get(close, close)
        raise ChangeError(f"unknown crewing {text}: it is {listed(CREWINGS)}", f"the nearest is {close}")
    return word


def _crewings(text: str) -> tuple[str, ...]:
    return tuple(_crewing(each) for each in text.split("+"))


def _add_pump(text: str) -> Arguments:
    station, crewings = _two(text, ":")
    return station, _crewings(crewings)


def _set_crewing(text: str) -> Arguments:
    station, crewing = _two(text, "=")
    return station, _crewing(crewing)


def _move(text: str) -> Arguments:
    return _two(text, "=")


def _new_station(text: str) -> Arguments:
    name, rest = _two(text, "@")
    place, crewings = _two(rest, ":")
    return name, place, _crewings(crewings)


def _availability(text: str) -> Arguments:
    group, amount = _two(text, "=")
    return group, _amount(amount)


def _amount(text: str) -> Amount:
    found = re.fullmatch(r"([+\-−])?\s*(\d+(?:\.\d*)?|\.\d+)\s*(%|pts?|points?)?", text)
    if found is None:
        raise ChangeError(f"{text} is no share and no number of points")
    sign, number, unit = found.groups()
    if sign is None:
        if unit in (None, "%"):
            return Amount(_share(text))
        raise ChangeError(f"{text}: are the points added or taken away?", "write +5pt or -5pt")
    if unit is None or unit == "%":
        raise ChangeError(f"{text}: a change is in points", f"write {sign}{number}pt")
    return Amount(float(f"{'-' if sign in '-−' else ''}{number}") / 100.0, relative=True)


def _share(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*(%)?", text)
    value = math.nan if found is None else float(found[1])
    if found is not None and found[2]:
        value /= 100.0
    if not 0.0 <= value <= 1.0:
        remedy = f"if {text}% is meant, write the sign" if 1.0 < value <= 100.0 else ""
        raise ChangeError(f"{text} is no share: 0 to 1, or 0% to 100%", remedy)
    return round(value, 12)


def _core(text: str) -> Arguments:
    if fold(text) == "none":
        return ((),)
    names = tuple(each.strip() for each in text.split(","))
    if not all(names):
        raise ChangeError("a name is missing")
    return (names,)


def _demand(text: str) -> Arguments:
    kind, factor = _two(text, "=")
    return kind, _factor(factor)


def _factor(text: str) -> float:
    times = re.fullmatch(r"[×xX*]\s*(\d+(?:\.\d*)?|\.\d+)", text)
    percent = re.fullmatch(r"([+\-−])\s*(\d+(?:\.\d*)?)\s*%", text)
    if times is not None:
        factor = float(times[1])
    elif percent is not None:
        factor = 1.0 + (-1.0 if percent[1] in "-−" else 1.0) * float(percent[2]) / 100.0
    else:
        raise ChangeError(f"{text} is no factor", "write ×1.2, x1.2 or +20%")
    if not 0.0 <= factor <= _LARGEST_FACTOR:
        raise ChangeError(f"a factor of {factor:g}", f"give one from 0 to {_LARGEST_FACTOR:g}")
    return factor


def _attend_afa(text: str) -> Arguments:
    return (_share(text),)


def _units(text: str) -> Arguments:
    whom, amount = _two(text, "=") if "=" in text else ("all", text)
    return whom, _factor(amount)


def _abstraction(text: str) -> Arguments:
    if "=" not in text:
        return "", _share(text)
    window, switch = _two(text, "=")
    if fold(switch) not in ("on", "off"):
        raise ChangeError(f"{switch} is neither on nor off")
    return window, fold(switch) == "on"


def _control_delay(text: str) -> Arguments:
    return (_factor(text),)


def _set(text: str) -> Arguments:
    path, value = _two(text, "=")
    try:
        return path, read_toml(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return path, value  # a bare word is text


FORMS: dict[str, Form] = {
    "new-station": Form("NAME@PLACE:CREWING", "", _new_station),
    "move": Form("STATION=LAT,LON or STATION=PLACE", "", _move),
    "add-pump": Form("STATION:CREWING", "", _add_pump),
    "crewing": Form("STATION=CREWING", "", _set_crewing),
    "remove-pump": Form("APPLIANCE", "", _name),
    "close": Form("STATION", "", _name),
    "availability": Form("GROUP=+5pt, =-5pt or =84%", "on_call=+5pt", _availability),
    "core": Form("A,B,C or none", "", _core),
    "cover": Form("POLICY", "dynamic", _name),
    "demand": Form("TYPE=×FACTOR", "secondary_fire=×1.2", _demand),
    "attend-afa": Form("SHARE", "60%", _attend_afa),
    "units": Form("+10% or WHOM=+10%", "night=-10%", _units),
    "grades": Form("SCHEME", "national", _name),
    "abstraction": Form("SHARE, WINDOW=on or WINDOW=off", "", _abstraction),
    "control-delay": Form("×FACTOR", "×0.5", _control_delay),
    "set": Form("path.to.field=VALUE", "control.mobilising_failures_per_year=0", _set),
}
"""Every verb, in the order in which changes are applied whatever the order on the command line."""


def example_of(verb: str) -> str:
    """Return how a verb may be written, for the embedded service."""
    return FORMS[verb].example or service_examples().get(verb, FORMS[verb].shape)


POLICE_VERBS = ("units", "grades", "abstraction", "control-delay")
"""Those that change the police, and need a scenario that has them."""
