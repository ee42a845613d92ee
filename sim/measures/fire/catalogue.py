"""What a definition of a measure is, and the definitions of the response figures, in report order."""

from __future__ import annotations

from dataclasses import dataclass

from sim.measures.fire.response import LIMITS_MIN

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


def response_definitions() -> list[Definition]:
    """Return the definitions of first and second pump times and shares."""
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
    rows += _primary_counts()
    second = (
        "call answered to second pump at the scene, over incidents whose first attendance asks for two pumps or "
        "more and that a second reached."
    )
    return rows + _times("fire.second_pump", "Second pump", second, OWN_GROUND)


LEFT_OUT = {
    "late_call": "they were late calls",
    "no_pump_came": "no pump reached them",
    "under_1_min": "they took under a minute in all",
    "over_60_min": "they took over 60 minutes in all",
}
"""Why Home Office response times leave out a primary fire, in the order in which one reason is taken."""


def _primary_counts() -> list[Definition]:
    """Return the definitions of how many primary fires are counted, and how many are left out and why."""
    counted = Definition(
        "fire.primary.counted",
        "Primary fires in their response times",
        "per_year",
        "Primary fires of which the Home Office response times are.",
        exclusions=HOME_OFFICE,
    )
    return [
        counted,
        *(
            Definition(
                f"fire.primary.left_out.{name}",
                f"Primary fires left out: {name.replace('_', ' ')}",
                "per_year",
                f"Primary fires left out of their response times because {text}.",
                exclusions=OWN_GROUND,
            )
            for name, text in LEFT_OUT.items()
        ),
    ]


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


def part_definitions() -> list[Definition]:
    """Return the definitions of the parts of the first attendance."""
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
