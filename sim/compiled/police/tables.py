"""What the police part of a World, and of a replication's draws, is to the compiled engine."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import layout as at
from sim.compiled.memory import Arena, Array
from sim.compiled.police.candidates import DIVERTIBLE, DIVERTS, FACTOR, TAKES_RESERVED, WIDER_AFTER
from sim.compiled.tables import flat
from sim.decisions.police_dispatch import may_be_sent_from
from sim.decisions.routes import site_to_site
from sim.draws.police.incidents import PARTS, PoliceDraws, open_hours
from sim.draws.roster import Roster
from sim.engine.police.deployment import SERVED_FOR_MIN, review_slots
from sim.world.fire import World
from sim.world.police import Police

_F4, _F8, _I8, _U1 = np.float32, np.float64, np.int64, np.uint8


def put_police(arena: Arena, world: World, police: Police) -> None:
    """Put the tables of the police at their places."""
    grades, rules, travel = police.grades, police.rules, world.travel
    n_units, n_grades, n_cells = len(world.units.key), len(grades.key), len(world.cells.population)
    n_capabilities, n_districts = len(world.capability_names), len(police.district_names)
    about = np.zeros((n_grades, 5))
    about[:, FACTOR] = np.where(grades.blue_lights, rules.blue_factor, rules.ordinary_factor)
    about[:, WIDER_AFTER] = grades.wider_after_min
    about[:, DIVERTS], about[:, TAKES_RESERVED] = grades.diverts & rules.divert, grades.diverts
    about[:, DIVERTIBLE] = grades.divertible
    sites, start = flat([each.tolist() for each in rules.tied_up_sites])
    bands = range(travel.site_min.shape[0])
    arena.put_all(
        {
            at.GRADE: (about, _F8),
            at.HOURS: (open_hours(world, police), _U1),
            at.MAY: (_may(world, police), _U1),
            at.DISTRICT: (police.district_of_cell, _I8),
            at.ASKED: (police.demand.capability, _I8),
            at.TIED_UP_SITES: (sites, _I8),
            at.TIED_UP_START: (start, _I8),
            at.APART: (np.stack([site_to_site(travel, band, n_cells) for band in bands]), _F4),
            at.STACK: (np.zeros(4 * n_grades + 16), _I8),
            at.AT_WORK: (np.zeros(n_units), _I8),
            at.BOUNDS: (np.zeros(n_units), _F4),
        }
    )
    kinds = np.zeros(n_grades * (n_capabilities + 1) * (n_districts + 1), dtype=at.KIND)
    kinds["root"] = kinds["in_round"] = at.NONE
    kinds["look_min"] = math.inf
    arena.put(at.KINDS, kinds, at.KIND)
    units, parameters = arena.arrays[at.UNITS], arena.arrays[at.PARAMETERS]
    units["officers_aboard"] = police.units.officers
    units["work_grade"] = at.NONE
    units["busy"] = ~police.units.police
    units["leave_from_min"] = units["way_end_min"] = -math.inf
    units["free_until_min"] = math.nan
    parameters[at.LAST_REVIEW_MIN] = world.calendar.horizon_min + SERVED_FOR_MIN
    parameters[at.POLICE_TURNOUT_MIN] = rules.turnout_median_min
    parameters[at.ORDINARY_FACTOR] = rules.ordinary_factor
    parameters[at.COMMITTED_MIN], parameters[at.GAIN_MIN] = rules.committed_min, rules.divert_gain_min
    parameters[at.PAPERWORK_MIN], parameters[at.SLOT_END_MIN] = rules.paperwork_min, -1.0
    memory = arena.memory
    memory[at.GRADES], memory[at.KINDS_OF_GRADE] = n_grades, (n_capabilities + 1) * (n_districts + 1)
    memory[at.CAPABILITIES_HELD], memory[at.DISTRICTS] = n_capabilities, n_districts


def _may(world: World, police: Police) -> Array:
    """Return by kind of part which units may be sent at once, and after waiting, (kinds, 2, U)."""
    grades, units = police.grades, world.units
    capabilities, districts = len(world.capability_names), len(police.district_names)
    may = np.zeros((len(grades.key), capabilities + 1, districts + 1, 2, len(units.key)), dtype=_U1)
    for grade in range(len(grades.key)):
        for capability in range(-1, capabilities):
            has = (units.capability >> max(capability, 0)) & 1 == 1
            for district in range(-1, districts):
                may[grade, capability + 1, district + 1] = may_be_sent_from(
                    police.units,
                    grades.eligible_districts[grade],
                    district,
                    bool(grades.support_units[grade]),
                    capability,
                    has,
                )
    return may.reshape(-1, 2, len(units.key))


def put_police_draws(arena: Arena, world: World, police: Police, draws: PoliceDraws, roster: Roster) -> None:
    """Put what is drawn of the police at its places; the incidents' table stands already."""
    rows = arena.arrays[at.ROWS]
    for name in ("grade", "tied_up", "open_min", "tied_up_min"):
        rows[name] = getattr(draws, name)
    rows["assigned_min"] = rows["first_police_min"] = math.nan
    rows["police_unit"] = at.NONE
    parts = np.zeros(PARTS * len(rows), dtype=at.PART)
    parts["scene_min"] = draws.scene_min.ravel()
    parts["officers"][::PARTS] = draws.officers
    arena.put(at.PARTS, parts, at.PART)
    arena.put(at.WAITING_SITE, draws.waiting_site, _I8)
    arena.put(at.REVIEW_SLOTS, np.array(review_slots(world, police, roster.mode)), _I8)
