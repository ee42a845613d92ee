"""Tables in the shape of Appendix 1 of the force's report: Met, Not met and % met by crime, grade and month.

"Frequency with which Target Response Times were met by High Harm Crime Type (September 2021 – September
2022)", Appendix 1 of a force's report on incident response to its Police, Fire and Crime Panel, 8 December
2022. As there, only incidents with a timed response count as met or not met, under the month of their call.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from sim.measures.grouping import Table, ratio
from sim.measures.police.select import HIGH_HARM, OTHER, PoliceView, crime_key
from sim.world.fire import I64, World


def months_of_run(world: World) -> tuple[I64, tuple[str, ...]]:
    """Return the month of the run (T,) that each slot is in, from 0, and the months' names as 2021-09."""
    month = world.calendar.month.astype(np.int64)
    changed = np.concatenate(([False], month[1:] != month[:-1]))
    number = np.cumsum(changed)
    first = date.fromisoformat(world.calendar.start)
    before = first.year * 12 + first.month - 1
    count = int(number[-1]) + 1 if number.size else 0
    names = tuple(f"{(before + k) // 12}-{(before + k) % 12 + 1:02d}" for k in range(count))
    return number, names


def appendix_table(seen: PoliceView) -> Table:
    """Return ``police_appendix1``: a row for every crime, grade with a target, and month of the run.

    Crimes: ``high_harm`` (all of them), each crime, ``other`` (not of high harm), ``all``. ``met`` and
    ``not_met`` count timed incidents that are due; ``incidents`` and ``attended`` all, timed or not.
    """
    month_of_slot, months = months_of_run(seen.world)
    month = month_of_slot[seen.slot]
    promised = seen.police.grades.target_min.min(axis=1) < np.inf
    grades = [(place, key) for place, key in enumerate(seen.police.grades.key) if promised[place]]
    crime_of_type = {crime: np.zeros(len(seen.world.demand.key), dtype=np.bool_) for crime in seen.crimes}
    for kind, heading in enumerate(seen.police.demand.crime):
        if heading:
            crime_of_type[crime_key(heading)][kind] = True
    harm = seen.police.demand.high_harm
    scopes = {HIGH_HARM: harm, **crime_of_type, OTHER: ~harm, "all": np.ones_like(harm)}
    shape = (len(seen.world.demand.key), len(seen.police.grades.key), len(months))
    index = (seen.kind * shape[1] + seen.grade) * shape[2] + month
    published = seen.due & seen.timed
    masks = {
        "met": published & seen.met,
        "not_met": published & ~seen.met,
        "incidents": seen.counted,
        "attended": seen.counted & ~np.isnan(seen.response_min),
    }
    size = shape[0] * shape[1] * shape[2]
    counts = {name: np.bincount(index[mask], minlength=size).reshape(shape) for name, mask in masks.items()}
    labels = [(crime, place, key) for crime in scopes for place, key in grades]
    columns = {
        name: [count[scopes[crime], place].sum(axis=0) for crime, place, _ in labels]
        for name, count in counts.items()
    }
    table: Table = {
        "crime": np.repeat(np.array([crime for crime, _, _ in labels], dtype=np.str_), len(months)),
        "grade": np.repeat(np.array([grade for _, _, grade in labels], dtype=np.str_), len(months)),
        "month": np.tile(np.array(months, dtype=np.str_), len(labels)),
    }
    table |= {name: np.concatenate(parts) for name, parts in columns.items()}
    table["share"] = ratio(table["met"], table["met"] + table["not_met"])
    return table
