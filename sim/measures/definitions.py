"""Every stable measure name with its definition. The table of `docs/measures.md` is made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sim.measures.fire.catalogue import (
    CALL,
    HOME_OFFICE,
    MOBILISATION,
    OWN_GROUND,
    Definition,
    part_definitions,
    response_definitions,
)
from sim.measures.fire.catalogue_cover import crewing_definitions, missed_definitions, workload_definitions
from sim.measures.police.catalogue import NOT_DUE, PoliceNames, police_definitions
from sim.measures.police.catalogue_work import FIRST_ASSIGNED, RINGING, joint_definitions
from sim.measures.police.select import HIGH_HARM, OTHER
from sim.world.standards import Standard

DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {
        row.name: row
        for row in (
            *response_definitions(),
            *part_definitions(),
            *crewing_definitions(),
            *workload_definitions(),
            *missed_definitions(),
        )
    }
)
"""Every stable name of fire, in report order."""


_TABLES_OF_FIRE = (
    *(f"by_{name}" for name in ("type", "district", "hour", "weekday", "month", "urban_rural", "station")),
    "by_first_crewing",
    "availability_by_hour",
    "availability_by_month",
    "standby_by_station",
    "standby_by_month",
    "gauge_by_month",
    "gauge_by_hour",
    "availability_by_station",
    "by_appliance",
    "kilometres_by_day",
    "simultaneous",
    "border_by_service",
    *(f"missed_by_{name}" for name in ("station", "type", "district", "hour", "weekday", "appliance")),
)
_TABLES_OF_POLICE = (
    *(f"police_by_{name}" for name in ("district", "type", "hour", "weekday", "month", "urban_rural")),
    *(f"police_missed_by_{name}" for name in ("district", "type", "hour", "weekday", "urban_rural")),
    "calls_by_hour",
    "calls_by_month",
    "police_appendix1",
    "police_units_by_hour",
    "police_by_unit",
    "police_diversions",
)


def table_names(*, fire: bool, police: bool) -> tuple[str, ...]:
    """Return the tables that ``measure`` makes of the services there are, where there is a main standard."""
    joint = ("joint_by_type",) if fire and police else ()
    return (_TABLES_OF_FIRE if fire else ()) + (_TABLES_OF_POLICE if police else ()) + joint


def definitions_for(*, fire: bool = True, police: PoliceNames | None = None) -> dict[str, Definition]:
    """Return the definitions of the figures of a service, in report order: fire's, the police's, or of both.

    ``police`` gives the grades and crimes that name police figures, None where there are no police.
    """
    found = dict(DEFINITIONS) if fire else {}
    if police is not None:
        rows = police_definitions(police) + (joint_definitions() if fire else [])
        found |= {row.name: row for row in rows}
    return found


def names_told_by(names: Iterable[str]) -> PoliceNames | None:
    """Return the grades and crimes that names of figures speak of, None where none is of the police."""
    told = list(names)
    start = "police.met."
    grades = tuple(
        name.removeprefix(start) for name in told if name.startswith(start) and name.count(".") == 2
    )
    if not grades:
        return None
    met = f"{start}{grades[0]}."
    crimes = (name.removeprefix(met) for name in told if name.startswith(met))
    return PoliceNames(grades, tuple(c for c in crimes if c not in ("urban", "rural", HIGH_HARM, OTHER)))


def standard_definition(standard: Standard) -> Definition:
    """Return the definition of ``standard.<key>``, the figure that one standard judges."""
    unit = "share" if standard.is_share else "s"
    what = {
        "share_within": f"share within {standard.threshold_s or 0:g} s",
        "share_met": "share within the time of their grade",
        "mean": "mean",
        "percentile": f"{100 * (standard.percentile or 0):g}th centile",
    }[standard.statistic]
    police = standard.service == "police"
    unit_name = "Police unit" if police else "Pump"
    return Definition(
        name=f"standard.{standard.key}",
        title=standard.title,
        unit=unit,
        text=f"{unit_name} {standard.unit_order} to arrive, incidents {standard.incidents!r}, area {standard.area}: "
        f"{what}; target {standard.target:g}.",
        higher_is_better=standard.is_share,
        clock={"call": CALL, "mobilisation": FIRST_ASSIGNED if police else MOBILISATION, "received": RINGING}[
            standard.clock
        ],
        exclusions=NOT_DUE if police else HOME_OFFICE if standard.home_office_exclusions else OWN_GROUND,
    )
