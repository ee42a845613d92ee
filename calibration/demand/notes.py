"""What a careful reader of the records would remark on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.demand.clean import Records
from calibration.demand.exposure import Exposure
from calibration.demand.mapping import Mapping
from calibration.demand.places import Map, Places

UNREACHED = 0.2
"""Share of incidents expected where no record lies from which the report doubts that the records cover the map."""


def notes_of_cover(found: Sequence[tuple[str, Places]], mapping: Mapping, on: Map | None) -> tuple[str, ...]:
    """Return remarks on parts of the map without records."""
    notes = []
    if mapping.records.districts:
        names = ", ".join(mapping.records.districts)
        notes.append(f"The records cover only {names}: rates are of these, and are not in the overlay.")
    if on is None or not found:
        return tuple(notes)
    seen = np.sum([places.by_district for _, places in found], axis=0)
    due = np.sum([places.expected_by_district for _, places in found], axis=0)
    own = [on.district_names[d] for d in on.own_districts()]
    empty = [name for name, s, e in zip(own, seen, due, strict=True) if s == 0 and e > 10]
    if empty:
        notes.append(
            f"No record lies in {', '.join(empty)}: if the records do not cover all districts, name those that they "
            "cover in records.districts; the weights are wrong otherwise."
        )
    unreached = [f"{key} {places.unreached:.0%}" for key, places in found if places.unreached > UNREACHED]
    if unreached:
        notes.append(
            "Records are missing where the weights expect many (share expected in empty squares: "
            f"{', '.join(unreached)}). If the records cover only a part of the map, their weights are wrong: set "
            "fit.places = false."
        )
    return tuple(notes)


def notes_of_records(records: Records, mapping: Mapping, exposure: Exposure | None) -> tuple[str, ...]:
    """Return remarks on times, period and sampling."""
    notes = []
    timed = int((records.hour >= 0).sum())
    midnight = int(records.at_midnight.sum())
    if timed and midnight > 10 + 5 * timed / 1440:
        notes.append(
            f"{midnight} of {timed} times are exactly midnight: they may stand for a time that is not known."
        )
    if records.numbered_again:
        notes.append(
            f"{records.numbered_again} identifiers come again on another date: taken as incidents of their own, as "
            "where numbers begin anew each year."
        )
    if exposure is not None and not exposure.stated:
        notes.append(
            f"The mapping states no period: it is taken from the records, {exposure.first} to {exposure.last}. "
            "Days without records at either end are not seen, so rates may be too high."
        )
    if exposure is not None and exposure.monthly:
        notes.append(
            "The records tell months, not days: gaps of days cannot be seen, hours cannot be fitted."
        )
    if mapping.records.sampling_fraction < 1.0:
        notes.append(
            f"The file is taken as a sample of {mapping.records.sampling_fraction:.2%} of the incidents: "
            "rates are counts over that share. Nothing in the records can check it."
        )
    return tuple(notes)
