"""The rows of the catalogue of measures: one definition a stable name, in report order."""

from __future__ import annotations

from dataclasses import dataclass

from sim.codes import Cause, label
from sim.measures.response import LIMITS_MIN

CALL, MOBILISATION = "call", "first alert"
OWN_GROUND = "over-the-border incidents; cells outside; incidents that ask for no pump"
HOME_OFFICE = OWN_GROUND + "; late calls; total under 1 or over 60 min; no pump came"


@dataclass(frozen=True, slots=True)
class Definition:
    """What one figure means. ``unit`` is share (a fraction), s, h_per_year, per_year, per_day, pumps or
    count.

    ``clock`` says when a time starts ("" for none); ``exclusions`` what is left out.
    """

    name: str
    title: str
    unit: str
    text: str
    higher_is_better: bool | None = None
    clock: str = ""
    exclusions: str = ""


_STATISTICS = {
    "mean_s": ("mean", "Mean"),
    "median_s": ("median", "Median"),
    "p90_s": ("90th centile", "90th centile"),
}
_SCOPES = {
    "all": ("all incidents", "all incidents", OWN_GROUND),
    "plt": ("life-threatening", "potentially life-threatening incidents", OWN_GROUND),
    "primary": ("primary fires", "primary fires by the Home Office definition", HOME_OFFICE),
}


def _times(prefix: str, title: str, text: str, exclusions: str) -> list[Definition]:
    return [
        Definition(f"{prefix}.{key}", f"{title}: {name}", "s", f"{start} of {text}", False, CALL, exclusions)
        for key, (name, start) in _STATISTICS.items()
    ]


def _within(prefix: str, title: str, text: str, clock: str, exclusions: str) -> Definition:
    return Definition(prefix, title, "share", text, higher_is_better=True, clock=clock, exclusions=exclusions)


def _response() -> list[Definition]:
    rows = []
    for scope, (short, long, exclusions) in _SCOPES.items():
        text = f"call answered to first pump at the scene, over {long} that a pump reached."
        rows += _times(f"fire.{scope}", f"First pump, {short}", text, exclusions)
        never = "" if scope == "primary" else " Those that no pump reached count as not within."
        rows += [
            _within(
                f"fire.{scope}.within_{limit}",
                f"First pump, {short}: within {limit} min",
                f"Share of {long} with a pump at the scene within {limit} minutes of the call.{never}",
                CALL,
                exclusions,
            )
            for limit in LIMITS_MIN
        ]
    rows.append(
        Definition(
            "fire.all.from_mobilisation.mean_s",
            "First pump, all incidents, from mobilisation: mean",
            "s",
            "Mean of first alert to first pump at the scene, over all incidents that a pump reached.",
            higher_is_better=False,
            clock=MOBILISATION,
            exclusions=OWN_GROUND,
        )
    )
    rows += [
        _within(
            f"fire.all.from_mobilisation.within_{limit}",
            f"First pump, all incidents, from mobilisation: within {limit} min",
            f"Share of all incidents with a pump at the scene within {limit} minutes of the first alert.",
            MOBILISATION,
            OWN_GROUND,
        )
        for limit in (10, 15)
    ]
    second = (
        "call answered to second pump at the scene, over incidents whose first attendance asks for two pumps or "
        "more and that a second reached."
    )
    return rows + _times("fire.second_pump", "Second pump", second, OWN_GROUND)


_PARTS = {
    "handling": ("Call handling", "call answered to control's first decision"),
    "waiting": (
        "Waiting",
        (
            "control's first decision to the alert of the pump that came first (nothing free, a failed alert "
            "before it, or a later pump overtaking)"
        ),
    ),
    "turnout": ("Turnout", "alert to wheels moving"),
    "travel": ("Travel", "wheels moving to arrival"),
}


def _parts() -> list[Definition]:
    rows = [
        Definition(
            f"fire.{key}.mean_s",
            f"{title}, first pump: mean",
            "s",
            f"Mean of {text}, of the first pump to arrive. The four parts add up to fire.all.mean_s.",
            higher_is_better=False,
            exclusions=OWN_GROUND,
        )
        for key, (title, text) in _PARTS.items()
    ]
    crews = {"immediate": "own pump with a crew on station", "on_call": "own pump with an on-call crew"}
    for crewing, crew in crews.items():
        for key in ("turnout", "travel"):
            title, text = _PARTS[key]
            rows.append(
                Definition(
                    f"fire.{key}.{crewing}.mean_s",
                    f"{title}, {crew}: mean",
                    "s",
                    f"Mean of {text}, of first pumps to arrive: an {crew}, alerted at its station.",
                    higher_is_better=False,
                    exclusions=OWN_GROUND,
                )
            )
    return rows


def _crewing() -> list[Definition]:
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
            f"Share of pump-time in the fleet that {text} were on the run by the roster (immediate or "
            "on-call crew), committed or not.",
            True,
            "",
            "appliances that are no pumps; neighbours'; time removed from the fleet",
        )
        for key, (title, text) in classes.items()
    ]
    for key, title in (("no_crew", "for want of crew"), ("mechanical", "at workshops")):
        rows.append(
            Definition(
                f"fire.off_the_run.{key}",
                f"Off the run {title}",
                "share",
                f"Share of own pumps' time in the fleet off the run {title}.",
                False,
                "",
                "as availability",
            )
        )
    gauge = (
        "the scenario's gauge target on the run by the roster at each gauge hour (base: 66 at 17, 18, 19 h)"
    )
    rows += [
        Definition(
            "fire.gauge_66.days_met",
            "Gauge: days met",
            "share",
            f"Share of days with at least {gauge}.",
            True,
        ),
        Definition(
            "fire.gauge_66.months_met",
            "Gauge: months met",
            "share",
            "Share of calendar months of the run whose mean reading is at least the gauge target.",
            True,
        ),
        Definition(
            "fire.gauge_66.mean",
            "Gauge: mean reading",
            "pumps",
            "Mean number of own pumps on the run over all readings at the gauge hours.",
            True,
        ),
    ]
    return rows


def _workload() -> list[Definition]:
    rows = (
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
    return [Definition(name, title, unit, text, better) for name, title, unit, text, better in rows]


_CAUSES = {
    Cause.DISTANCE: "no station could have made it fully crewed, or the journey took longer than reckoned",
    Cause.OFF_THE_RUN: "the quickest pump that would have made it had no crew or was at workshops",
    Cause.BUSY: "the quickest pump that would have made it, or its crew, was committed or away",
    Cause.TURNOUT: "with the typical turnout the pump that came would have made it",
    Cause.CALL_HANDLING: "with the median call handling it would have been met",
    Cause.MOBILISING_FAILURE: "an alert failed to reach a pump that would have made it",
}


def _missed() -> list[Definition]:
    rows = [
        Definition(
            f"missed.{cause.name.lower()}",
            f"Missed: {label(cause)}",
            "share",
            f"Share of incidents missing the main standard because {text}; rule in sim/measures/missed.py.",
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


def catalogue() -> list[Definition]:
    """Return every definition, in report order."""
    return [*_response(), *_parts(), *_crewing(), *_workload(), *_missed()]
