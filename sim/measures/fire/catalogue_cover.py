"""The definitions of crewing, workload, cover and causes of misses, in report order."""

from __future__ import annotations

from sim.measures.fire.catalogue import Definition
from sim.world.codes import Cause, label


def crewing_definitions() -> list[Definition]:
    """Return the definitions of availability and the gauge."""
    classes = {
        "overall": ("all own pumps", "own pumps"),
        "wholetime": ("wholetime pumps", "own pumps crewed first from wholetime watches"),
        "on_call": ("on-call pumps", "own pumps crewed first from on-call people"),
        "day_crewed": ("day-crewed pumps", "own pumps crewed first from a day crew, on-call otherwise"),
    }
    rows = [
        Definition(
            f"fire.availability.{key}",
            f"Availability, {title}",
            "share",
            f"Share of pump-time that {text} were on the run by the roster (immediate or "
            "on-call crew), committed or not.",
            True,
            "",
            "appliances that are no pumps; neighbours'",
        )
        for key, (title, text) in classes.items()
    ]
    for key, title in (("no_crew", "for want of crew"), ("mechanical", "at workshops")):
        rows.append(
            Definition(
                f"fire.off_the_run.{key}",
                f"Off the run {title}",
                "share",
                f"Share of own pumps' time off the run {title}.",
                False,
                "",
                "as availability",
            )
        )
    gauge = "the scenario's gauge target on the run by the roster at each gauge hour"
    return rows + _gauge_definitions(gauge)


def _gauge_definitions(gauge: str) -> list[Definition]:
    return [
        Definition(
            "fire.gauge.days_met",
            "Gauge: days met",
            "share",
            f"Share of days with at least {gauge}.",
            True,
        ),
        Definition(
            "fire.gauge.months_met",
            "Gauge: months met",
            "share",
            "Share of calendar months of the run whose mean reading is at least the gauge target.",
            True,
        ),
        Definition(
            "fire.gauge.mean",
            "Gauge: mean reading",
            "pumps",
            "Mean number of own pumps on the run over all readings at the gauge hours.",
            True,
        ),
    ]


_WORKLOAD: tuple[tuple[str, str, str, str, bool | None], ...] = (
    ("fire.incidents", "Incidents", "per_year", "Attended incidents on the service's own ground.", None),
    ("fire.incidents.per_day", "Incidents a day", "per_day", "The same, a day.", None),
    (
        "fire.incidents.plt_share",
        "Potentially life-threatening",
        "share",
        "Share of incidents on own ground that are potentially life-threatening.",
        None,
    ),
    (
        "fire.responses",
        "Mobilisations",
        "per_year",
        "Own appliances alerted to incidents anywhere; failed alerts left out.",
        None,
    ),
    (
        "fire.mobilising_failures",
        "Mobilising failures",
        "per_year",
        "Alerts that did not reach the appliance.",
        False,
    ),
    (
        "fire.makeups",
        "Incidents made up",
        "per_year",
        "Incidents at which more pumps were asked for.",
        None,
    ),
    (
        "fire.utilisation.mean",
        "Utilisation",
        "share",
        "Own pumps' time committed (alert to release from the scene) over their time on the run.",
        None,
    ),
    (
        "fire.committed.hours",
        "Hours committed",
        "h_per_year",
        "Own pumps' hours from alert to release.",
        None,
    ),
    (
        "fire.simultaneous.max",
        "Most pumps out at once",
        "pumps",
        "Most own pumps committed at once in the run.",
        None,
    ),
    ("fire.simultaneous.mean", "Pumps out, mean", "pumps", "Own pumps committed, mean over time.", None),
    (
        "fire.queued.count",
        "Incidents that waited",
        "per_year",
        "Incidents of which some part of the attendance waited for a free appliance.",
        False,
    ),
    (
        "fire.capabilities_unmet.count",
        "Capabilities not to be had",
        "per_year",
        "Capabilities asked for in an attendance that no free appliance had, so that it went without.",
        False,
    ),
    (
        "fire.pumps_lost.count",
        "Pumps not to be had",
        "per_year",
        "Pumps asked for when none was free and the scenario does not wait for one.",
        False,
    ),
    (
        "fire.no_attendance.count",
        "Never attended",
        "per_year",
        "Incidents that asked for a pump and that none reached.",
        False,
    ),
    (
        "fire.standby.moves",
        "Standby moves",
        "per_year",
        "Appliances moved to cover another station.",
        None,
    ),
    (
        "fire.standby.people_moves",
        "Moves of people",
        "per_year",
        "People moved to crew an appliance of another station.",
        None,
    ),
    (
        "fire.standby.hours",
        "Hours on standby",
        "h_per_year",
        "Hours on station at another station.",
        None,
    ),
    (
        "fire.standby.away_hours",
        "Hours away for standby",
        "h_per_year",
        "Hours from the decision to move to being home again or sent to an incident.",
        None,
    ),
    (
        "fire.standby.sent_from",
        "Sent from standby",
        "per_year",
        "Moves that ended in being sent to an incident.",
        None,
    ),
    (
        "fire.border.given",
        "Help given over the border",
        "per_year",
        "Own appliances alerted to incidents off the service's own ground.",
        None,
    ),
    (
        "fire.border.received",
        "Help received",
        "per_year",
        "Neighbours' appliances alerted to incidents on own ground.",
        None,
    ),
    (
        "fire.border.received_first_share",
        "First pump a neighbour's",
        "share",
        "Share of first attendances on own ground made by a neighbour's pump.",
        None,
    ),
)
"""Name, title, unit, text, and whether higher is better."""


def workload_definitions() -> list[Definition]:
    """Return the definitions of workload, standby moves and cross-border help."""
    return [Definition(name, title, unit, text, better) for name, title, unit, text, better in _WORKLOAD]


_CAUSES = {
    Cause.DISTANCE: "no station could have made it fully crewed, or the journey took longer than reckoned",
    Cause.OFF_THE_RUN: "the quickest pump that would have made it had no crew or was at workshops",
    Cause.BUSY: "the quickest pump that would have made it, or its crew, was committed or away",
    Cause.TURNOUT: "with the typical turnout the pump that came would have made it",
    Cause.CALL_HANDLING: "with the median call handling it would have been met",
    Cause.MOBILISING_FAILURE: "an alert failed to reach a pump that would have made it",
}


def missed_definitions() -> list[Definition]:
    """Return the definitions of the causes of misses."""
    rows = [
        Definition(
            f"missed.{cause.name.lower()}",
            f"Missed: {label(cause)}",
            "share",
            f"Share of incidents missing the main standard because {text}; rule in sim/measures/fire/missed.py.",
        )
        for cause, text in _CAUSES.items()
    ]
    return [
        *rows,
        Definition(
            "missed.count",
            "Missed",
            "count",
            "Incidents of the run that miss the main standard: the first "
            "standard given that is a share of first pumps within a threshold.",
            False,
        ),
    ]
