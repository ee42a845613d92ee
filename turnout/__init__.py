"""Turnout for Python: load and change a scenario, simulate it, and read what happened as pandas frames.

>>> import turnout
>>> scenario = turnout.load("baseline")
>>> run = turnout.run(scenario, years=1, replications=3)
>>> run.frame("incidents")

What ``turnout.__all__`` names is public; everything else in the packages is the project's own and may change.
Everything is fetched when it is first used: ``import turnout`` takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from turnout.packages import check_packages

if TYPE_CHECKING:
    from experiments.errors import UserError
    from scenarios.schema.scenario import Scenario
    from sim.log.tables import Log
    from sim.world.fire import World
    from turnout.comparisons import Comparison, compare
    from turnout.one_replication import build, frame, measure, simulate
    from turnout.runs import Run, read, run
    from turnout.scenario_changes import assumptions, differences, library, load, save, what_if

check_packages()

_HOMES = {
    "Comparison": "turnout.comparisons",
    "Log": "sim.log.tables",
    "Run": "turnout.runs",
    "Scenario": "scenarios.schema.scenario",
    "UserError": "experiments.errors",
    "World": "sim.world.fire",
    "assumptions": "turnout.scenario_changes",
    "build": "turnout.one_replication",
    "compare": "turnout.comparisons",
    "differences": "turnout.scenario_changes",
    "frame": "turnout.one_replication",
    "library": "turnout.scenario_changes",
    "load": "turnout.scenario_changes",
    "measure": "turnout.one_replication",
    "read": "turnout.runs",
    "run": "turnout.runs",
    "save": "turnout.scenario_changes",
    "simulate": "turnout.one_replication",
    "what_if": "turnout.scenario_changes",
}

__all__ = [
    "Comparison",
    "Log",
    "Run",
    "Scenario",
    "UserError",
    "World",
    "assumptions",
    "build",
    "compare",
    "differences",
    "frame",
    "library",
    "load",
    "measure",
    "read",
    "run",
    "save",
    "simulate",
    "what_if",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        msg = f"module 'turnout' has no attribute {name!r}; it has {', '.join(__all__)}"
        raise AttributeError(msg)
    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
