"""Definitions of what units do, why standards are missed, of the control room, and of joint incidents."""

from __future__ import annotations

from sim.measures.fire.catalogue import Definition
from sim.measures.police.calls import LINES
from sim.measures.police.missed import PoliceCause

ANSWERED, RINGING, FIRST_ASSIGNED = "call answered", "call begins to ring", "first unit assigned"
STATISTICS = {"mean_s": ("mean", "Mean"), "median_s": ("median", "Median"), "p90_s": ("90th", "90th centile")}


def words(key: str) -> str:
    """Return a key as words."""
    return key.replace("_", " ")


_WORK = (
    (
        "police.units.on_duty",
        "Units on duty",
        "units",
        None,
        "Mean number of police units on duty, held back or not.",
    ),
    (
        "police.utilisation",
        "Units busy",
        "share",
        None,
        "Share of time on duty from being assigned to being released.",
    ),
    (
        "police.time.patrolling",
        "Units patrolling",
        "share",
        True,
        "Share of time on duty free, on the way back too.",
    ),
    (
        "police.time.reserved",
        "Units held back",
        "share",
        None,
        "Share of time on duty free, but for emergencies only.",
    ),
    (
        "police.time.travelling",
        "Units travelling",
        "share",
        None,
        "Share of time on duty on the way to incidents.",
    ),
    ("police.time.at_scene", "Units at scenes", "share", None, "Share of time on duty at scenes."),
    ("police.time.tied_up", "Units tied up", "share", False, "Share of time on duty at custody or hospital."),
    (
        "police.time.paperwork",
        "Units at paperwork",
        "share",
        False,
        "Share of time on duty at paperwork after a job.",
    ),
    (
        "police.time.not_deployable",
        "Units not deployable",
        "share",
        False,
        "Share of time on duty tied up or at paperwork: not even an emergency can take the unit.",
    ),
    (
        "police.custody.hours",
        "Hours at custody",
        "h_per_year",
        False,
        "Unit hours tied up at custody, overtime too.",
    ),
    (
        "police.hospital.hours",
        "Hours at hospital",
        "h_per_year",
        False,
        "Unit hours tied up at hospital, overtime too.",
    ),
    (
        "police.overtime.hours",
        "Overtime",
        "h_per_year",
        False,
        "Unit hours of work after the end of a shift.",
    ),
    ("police.responses", "Units sent", "per_year", None, "Times that a unit was sent, diverted ones too."),
    (
        "police.diversions",
        "Diversions",
        "per_year",
        None,
        "Times that a unit was taken off less urgent work.",
    ),
    (
        "police.diversions.at_scene",
        "Diversions from a scene",
        "share",
        None,
        "Share of diversions from a scene.",
    ),
    (
        "police.diversions.emergency_share",
        "Emergencies given a diverted unit",
        "share",
        None,
        "Share of incidents of the most urgent grade to which a diverted unit was sent.",
    ),
    ("police.diversions.jobs", "Jobs left", "per_year", False, "Incidents from which a unit was diverted."),
    (
        "police.diversions.jobs_twice",
        "Jobs left twice",
        "per_year",
        False,
        "Incidents left so more than once.",
    ),
)


def work_definitions() -> list[Definition]:
    """Return the definitions of what the units do, and of diversions."""
    return [Definition(name, title, unit, text, better) for name, title, unit, better, text in _WORK]


_CAUSES = {
    PoliceCause.CONTROL_ROOM_WAIT: "the wait before the call was answered",
    PoliceCause.ASSIGNMENT_DELAY: "handling, grading and delay longer than usual",
    PoliceCause.QUEUED: "all units were busy",
    PoliceCause.DISTANCE: "no unit on duty would have made it, even free",
    PoliceCause.NONE_ON_DUTY: "no unit that suits and may be sent at once was on duty",
    PoliceCause.NEARER_UNIT_BUSY: "the nearest was at other work",
    PoliceCause.JOURNEY: "the nearest was free: turnout, a slow journey, or a unit taken away again",
}


def missed_definitions() -> list[Definition]:
    """Return the definitions of why police standards are missed."""
    rows = [
        Definition(
            f"police.missed.{cause.name.lower()}",
            f"Police missed: {words(cause.name.lower())}",
            "share",
            f"Share of the misses of the main police standard whose cause is: {text}.",
            exclusions="incidents that met the standard",
        )
        for cause, text in _CAUSES.items()
    ]
    count = "Incidents of the run that missed the main police standard: the first share, else the most urgent grade's."
    return [*rows, Definition("police.missed.count", "Police incidents missed", "count", count, False)]


def call_definitions() -> list[Definition]:
    """Return the definitions of the control room's figures."""
    rows = []
    for line in LINES:
        name = f"police.calls.{line}"
        every = f"{line} calls, each attempt by itself"
        rows += [
            Definition(f"{name}.per_day", f"{line} calls a day", "per_day", f"{every.capitalize()}, a day."),
            Definition(
                f"{name}.in_target",
                f"{line} answered in time",
                "share",
                f"Share of {every}, answered within the line's target; given up counts as not.",
                True,
                RINGING,
            ),
            Definition(
                f"{name}.abandoned",
                f"{line} given up",
                "share",
                f"Share of {every}, given up unanswered.",
                False,
            ),
            Definition(
                f"{name}.answer.mean_s",
                f"{line} answer: mean",
                "s",
                f"Mean of ringing to answer, over {line} calls answered.",
                False,
                RINGING,
                "calls given up",
            ),
        ]
    busy = "Share of the time of call handlers on duty that they spend on calls."
    return [*rows, Definition("police.calls.handlers_busy", "Call handlers busy", "share", busy)]


_GONE = "incidents that one service never reached"


def joint_definitions() -> list[Definition]:
    """Return the definitions of the figures of incidents that both services answer."""
    both = "incidents that ask for a pump and for the police"
    rows = [
        Definition("joint.incidents", "Joint incidents", "per_year", f"{both.capitalize()}."),
        Definition(
            "joint.share_of_all", "Joint, of all incidents", "share", f"Share of all incidents: {both}."
        ),
        Definition(
            "joint.share_of_fire",
            "Joint, of fire's incidents",
            "share",
            f"Share of fire's incidents: {both}.",
        ),
    ]
    rows += [
        Definition(
            f"joint.both_there.{key}",
            f"Both services there: {short}",
            "s",
            f"{long} of call answered to both services at the scene, over {both}.",
            False,
            ANSWERED,
            _GONE,
        )
        for key, (short, long) in STATISTICS.items()
    ]
    return rows + _urgent_definitions(both)


def _urgent_definitions(both: str) -> list[Definition]:
    urgent = f"{both}, of its most urgent grade"
    rows = [
        Definition(
            "joint.urgent.share",
            "Joint, urgent",
            "share",
            f"Share of {both} that have its most urgent grade.",
        )
    ]
    rows += [
        Definition(
            f"joint.urgent.both_there.{key}",
            f"Urgent joint: both services there, {short}",
            "s",
            f"{long} of call answered to both services at the scene, over {urgent}.",
            False,
            ANSWERED,
            _GONE,
        )
        for key, (short, long) in STATISTICS.items()
    ]
    return [
        *rows,
        Definition(
            "joint.urgent.waiting_for_second.mean_s",
            "Urgent joint: first service waits for the other, mean",
            "s",
            f"Mean of the first service there to the other, over {urgent}.",
            False,
            "",
            _GONE,
        ),
        Definition(
            "joint.urgent.police_first",
            "Urgent joint: police there first",
            "share",
            f"Share of {urgent} where the police came first.",
            None,
            "",
            _GONE,
        ),
        Definition(
            "joint.both_came", "Both services came", "share", f"Share of {both} that both reached.", True
        ),
    ]
