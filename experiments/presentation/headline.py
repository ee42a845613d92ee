"""Which measures a first table shows, with titles short enough for it: fire's, the police's, or both."""

from __future__ import annotations

from collections.abc import Iterable

FIRE = {
    "fire.all.within_15": "Within 15 min, all",
    "fire.plt.mean_s": "Mean, life-threatening",
    "fire.primary.mean_s": "Mean, primary fires",
    "fire.second_pump.mean_s": "Mean, second pump",
    "fire.availability.overall": "Available, overall",
    "fire.availability.wholetime": "Available, wholetime",
    "fire.availability.on_call": "Available, on-call",
    "fire.gauge.days_met": "Days the gauge is met",
}
"""Fire's measures of the first table."""

_CALLS = {
    "police.calls.999.in_target": "999 answered in time",
    "police.calls.999.abandoned": "999 given up",
    "police.calls.101.in_target": "101 answered in time",
    "police.calls.101.abandoned": "101 given up",
}
_UNITS = {
    "police.diversions.emergency_share": "Sent a diverted unit",
    "police.units.on_duty": "Units on duty",
    "police.utilisation": "Units busy",
    "police.time.not_deployable": "Units not deployable",
}
_JOINT = {
    "joint.share_of_fire": "Joint, of fire's",
    "joint.urgent.both_there.mean_s": "Urgent: both there",
    "joint.urgent.both_there.p90_s": "Urgent: both, 90th",
    "joint.urgent.police_first": "Urgent: police first",
}


def headline(names: Iterable[str]) -> dict[str, str]:
    """Return the measures of the first table among ``names``, in their order there, with their titles."""
    known = list(names)
    titles = {**FIRE, **_police(known), **_JOINT}
    return {name: titles[name] for name in titles if name in set(known)}


def grades_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the police grades that names of measures speak of, in the order of the names; () without police."""
    from sim.measures.definitions import names_told_by

    found = names_told_by(names)
    return () if found is None else found.grades


def _police(names: list[str]) -> dict[str, str]:
    grades = grades_of(names)
    titles: dict[str, str] = {}
    for grade in grades:
        short = grade.replace("_", " ").capitalize()
        titles[f"police.met.{grade}"] = f"{short} in time"
    for grade in grades[:1]:
        short = grade.replace("_", " ").capitalize()
        titles |= {
            f"police.response.{grade}.median_s": f"{short}, median",
            f"police.response.{grade}.p90_s": f"{short}, 90th",
        }
    titles |= {f"police.queue.{grade}.mean_s": f"Queue, {grade.replace('_', ' ')}" for grade in grades[:2]}
    return {**titles, **_UNITS, **_CALLS}
