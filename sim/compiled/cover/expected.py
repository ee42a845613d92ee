"""When control expects a station's own cover back: ``sim.engine.cover.expected_return``."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import layout as at
from sim.compiled.cover.looking import on_the_run
from sim.compiled.fleet import mode_of, slot_of
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, codes, float_blocks, reals, rows_at, sites_at, units_at, wholes
from sim.world.codes import Mode, Origin
from sim.world.fire import SLOT_MIN

_IMMEDIATE, _ON_CALL, _RETURNING = int(Mode.IMMEDIATE), int(Mode.ON_CALL), int(Origin.RETURNING)
_NEVER = 1 << 30


@kernel
def back_in_min(m: Memory, site: int, now: float) -> float:
    """Return minutes until a pump of a station is expected to be at home with a crew; inf if unknown."""
    one, at_site, units = sites_at(m, at.SITES)[site], wholes(m, at.UNITS_AT), units_at(m, at.UNITS)
    first, end = one["first_unit"], one["first_unit"] + one["units"]
    crew_away, soonest = False, math.inf
    for number in range(first, end):
        unit = at_site[number]
        if units[unit]["pump"] and not units[unit]["away"]:
            if on_the_run(m, unit):
                crew_away = True
            else:
                slot = _next_crewed(m, unit)
                if slot < _NEVER:
                    soonest = min(soonest, slot * SLOT_MIN - now)
    for number in range(first, end):
        unit = at_site[number]
        if units[unit]["out_row"] >= 0 and (units[unit]["pump"] or crew_away):
            soonest = min(soonest, _remaining_min(m, unit, now))
    return soonest


@kernel
def _next_crewed(m: Memory, unit: int) -> int:
    """Return the first slot from now on in which an appliance is on the run; what was found last is kept."""
    one, slot = units_at(m, at.UNITS)[unit], m[at.SLOT]
    if one["next_crewed"] < slot:
        slots = codes(m, at.ROSTER).shape[0]
        while slot < slots and mode_of(m, slot, unit) != _IMMEDIATE and mode_of(m, slot, unit) != _ON_CALL:
            slot += 1
        one["next_crewed"] = slot if slot < slots else _NEVER
    return int(one["next_crewed"])


@kernel
def _remaining_min(m: Memory, unit: int, now: float) -> float:
    one = units_at(m, at.UNITS)[unit]
    if one["origin"] == _RETURNING:
        return np.float64(one["start_min"] + one["duration_min"] - now)
    incident = rows_at(m, at.ROWS)[one["out_row"]]
    band = wholes(m, at.BAND)[slot_of(m, one["out_since"])]
    road = np.float64(float_blocks(m, at.SITE_MIN)[band, incident["cell"], one["site"]])
    job = reals(m, at.SCENE_MEDIAN)[incident["type"]]
    estimate = job + road * (1.0 + reals(m, at.PARAMETERS)[at.RETURN_FACTOR])
    return abs(estimate - (now - one["out_since"]))
