"""Models whose answer is known, in place of the simulation."""

from __future__ import annotations

import math
import os
from typing import Any

from experiments.execution.tasks import Document
from experiments.sensitivity.points import Point, Study

EFFECTS = {"travel.speed_factor": 0.10, "on_call.availability": 0.05, "demand_factor": -0.02}
OPTIONS = {"": 0.0, "better": 0.01, "worse": -0.01, "gamble": 0.005}


def linear(study: Study, at: Point) -> Document:
    """0.8 + the sum of effects × (u − ½), plus what the option is worth; the same noise at every point.

    The option ``gamble`` gains or loses with the availability: 0.02 × (u − ½) on top.
    """
    u = dict(at.values)
    value = 0.8 + sum(size * (u[path] - 0.5) for path, size in EFFECTS.items() if path in u)
    value += OPTIONS[at.option]
    if at.option == "gamble":
        value += 0.02 * (u.get("on_call.availability", 0.5) - 0.5)
    noise = [0.003 * math.sin(7.0 * r) for r in range(study.replications)]
    return {
        "option": at.option,
        "values": dict(at.values),
        "measures": {"fire.all.within_15": [value + each for each in noise]},
    }


def squared(context: Any, payload: int) -> Document:
    """The square of a number, and nothing that depends on who does it."""
    return {"square": payload * payload + int(context)}


def dies(context: Any, payload: int) -> Document:
    """Ends its process at 3."""
    if payload == 3:
        os._exit(9)
    return squared(context, payload)
