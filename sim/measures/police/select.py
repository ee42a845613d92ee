"""Which incidents a police figure counts, and their common columns.

**Counted**: incidents with a police grade whose call was answered within the horizon, in a cell of the force's
own. **Due**: those of them whose grade promises a time, and whose time was up by the horizon (answered +
target ≤ horizon), whether a unit came or not. Only these say whether the time was met: an incident still open
at the horizon with time left is neither met nor missed and is left out, met or not, so that nothing leans
towards the quick; one still open with its time up is missed. **Timed** incidents are those whose response time
the force could publish; only they count beside the force's own figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from sim.log.tables import Log
from sim.measures.grouping import mean as mean_of
from sim.measures.grouping import quantile, share_within
from sim.measures.incidents import first_rows, slot_of
from sim.world.fire import F64, I64, Bool, World
from sim.world.police import Police
from sim.world.standards import Standard

HIGH_HARM, OTHER = "high_harm", "other"


def crime_key(heading: str) -> str:
    """Return the key of a crime's heading: lower case, underscores; "" for none."""
    return heading.strip().lower().replace(" ", "_")


def crime_keys(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys of the crimes that incident types name, in the order of their first appearance."""
    return tuple(dict.fromkeys(crime_key(heading) for heading in headings if heading))


@dataclass(frozen=True, slots=True, eq=False)
class PoliceView:
    """The incidents of a log with what every police figure needs; all arrays (n,), one an incident.

    Minutes; NaN where nothing came. ``first_row`` is the response row of the first unit to arrive, −1 if none
    did. ``crime`` is an index into ``crimes``, −1 for none.
    """

    world: World
    log: Log
    police: Police
    crimes: tuple[str, ...]
    counted: Bool
    due: Bool
    met: Bool
    timed: Bool
    grade: I64
    crime: I64
    high_harm: Bool
    urban: Bool
    district: I64
    slot: I64
    kind: I64
    target_min: F64  # inf where the grade promises no time
    response_min: F64  # answered to first unit
    control_min: F64  # answered to open for assignment: handling, grading, the grade's delay
    queue_min: F64  # open to first unit assigned
    travel_min: F64  # of the first unit to arrive: wheels moving to arrival
    first_row: I64
    years: float

    def timeable(self) -> Bool:
        """Return the incidents (n,) over which times are taken: due, or of a grade that promises no time."""
        return self.due | (self.counted & np.isinf(self.target_min))


def police_view(world: World, log: Log) -> PoliceView:
    """Prepare the common columns of ``log``.

    Raises:
        ValueError: the World has no police.
    """
    police = world.police
    if police is None:
        raise ValueError(f"the World {world.name!r} has no police: nothing can be measured of them")
    incidents = log.incidents
    answered, cell, kind = incidents["time_min"], incidents["cell"], incidents["type"].astype(np.int64)
    grade = incidents["grade"].astype(np.int64)
    within = (answered >= 0.0) & (answered < log.horizon_min)
    counted = (grade >= 0) & world.cells.inside[cell] & within
    urban = world.cells.urban[cell]
    target = police.grades.target_min[np.maximum(grade, 0), urban.astype(np.int64)]
    response = incidents["police_first_min"] - answered
    first_row = first_rows(log, "police_first_unit")
    travel = np.full(answered.size, np.nan)
    came = np.flatnonzero(first_row >= 0)
    row = first_row[came]
    travel[came] = log.responses["arrived_min"][row] - log.responses["departed_min"][row]
    crimes = crime_keys(police.demand.crime)
    number = {key: place for place, key in enumerate(crimes)}
    crime_of_type = np.array([number.get(crime_key(c), -1) for c in police.demand.crime], dtype=np.int64)
    return PoliceView(
        world=world,
        log=log,
        police=police,
        crimes=crimes,
        counted=counted,
        due=counted & (answered + target <= log.horizon_min),
        met=response <= target,
        timed=incidents["timed"].astype(np.bool_),
        grade=grade,
        crime=crime_of_type[kind],
        high_harm=police.demand.high_harm[kind],
        urban=urban,
        district=police.district_of_cell[cell].astype(np.int64),
        slot=slot_of(world, answered),
        kind=kind,
        target_min=target,
        response_min=response,
        control_min=incidents["police_open_min"] - answered,
        queue_min=incidents["police_assigned_min"] - incidents["police_open_min"],
        travel_min=travel,
        first_row=first_row,
        years=log.horizon_min / 1440.0 / world.calendar.year_days,
    )


def _one_filter(seen: PoliceView, name: str) -> Bool:
    grades = seen.police.grades.key
    if name == "all":
        return seen.counted
    if name == HIGH_HARM:
        return seen.counted & seen.high_harm
    if name == OTHER:
        return seen.counted & ~seen.high_harm
    if name in grades:
        return seen.counted & np.equal(seen.grade, grades.index(name))
    if name in seen.crimes:
        return seen.counted & np.equal(seen.crime, seen.crimes.index(name))
    if name in seen.world.demand.key:
        return seen.counted & np.equal(seen.kind, seen.world.demand.key.index(name))
    known = ["all", HIGH_HARM, OTHER, *grades, *seen.crimes, *seen.world.demand.key]
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known[: 3 + len(grades)])}"
    raise ValueError(f"no filter of police incidents {name!r}: {hint}")


def chosen(seen: PoliceView, name: str) -> Bool:
    """Return the incidents (n,) that the filter ``name`` takes, among those counted.

    Filters: ``all``, ``high_harm``, ``other``, a grade, a crime, an incident type; several joined by ``+``
    must all hold (``emergency+robbery``).

    Raises:
        ValueError: nothing has that name; the text gives the nearest.
    """
    found = seen.counted
    for part in name.split("+"):
        found = found & _one_filter(seen, part.strip())
    return found


def clock_start(seen: PoliceView, standard: Standard) -> F64:
    """Return when the clock of ``standard`` starts (n,), absolute minutes; NaN where it never does."""
    column: F64 = seen.log.incidents[
        {"call": "time_min", "mobilisation": "police_assigned_min", "received": "received_min"}[
            standard.clock
        ]
    ]
    return column


def standard_scope(seen: PoliceView, standard: Standard) -> tuple[Bool, F64, F64]:
    """Return what ``standard`` counts (n,), the response by its clock (n,) and the limit (n,), minutes.

    A share counts the incidents whose limit was up by the horizon, for the reason given for ``due``; a time
    those of ``PoliceView.timeable``. Response: NaN for never. The limit is inf where there is none.
    """
    scope = chosen(seen, standard.incidents)
    if standard.area != "all":
        scope = scope & (seen.urban == (standard.area == "urban"))
    start = clock_start(seen, standard)
    response = seen.log.incidents["police_first_min"] - start
    if standard.statistic == "share_met":
        limit = seen.target_min
    elif standard.statistic == "share_within":
        limit = np.full(scope.size, float(standard.threshold_s or 0.0) / 60.0)
    else:
        return scope & seen.timeable(), response, np.full(scope.size, np.inf)
    begun = np.where(np.isnan(start), seen.log.incidents["time_min"], start)
    return scope & (begun + limit <= seen.log.horizon_min), response, limit


def standard_value(seen: PoliceView, standard: Standard) -> float:
    """Return the figure that ``standard`` judges: a share, or seconds; NaN where nothing is counted."""
    scope, minutes, limit = standard_scope(seen, standard)
    kept = minutes[scope]
    if standard.is_share:
        return share_within(kept - limit[scope], 0.0)
    if standard.statistic == "mean":
        return 60.0 * mean_of(kept)
    return 60.0 * quantile(kept, float(standard.percentile or 0.0))
