"""What-if verbs: changes to a scenario that can be typed, combined and saved as a file.

>>> from scenarios.changes import apply, parse_all
>>> from scenarios.loading.load import load_scenario
>>> option = apply(load_scenario("baseline"), parse_all([("close", "E45"), ("cover", "dynamic")]))
>>> "E45" in option.stations, option.cover.policy
(False, 'dynamic')
"""

from scenarios.changes.apply import About, apply, apply_texts
from scenarios.changes.names import ChangeError
from scenarios.changes.overlay import overlay, overlay_text, save_option
from scenarios.changes.parse import FORMS, Change, example_of, parse, parse_all
from scenarios.changes.patch import Amount

__all__ = [
    "FORMS",
    "About",
    "Amount",
    "Change",
    "ChangeError",
    "apply",
    "apply_texts",
    "example_of",
    "overlay",
    "overlay_text",
    "parse",
    "parse_all",
    "save_option",
]
