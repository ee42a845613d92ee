"""The report's tables of fitted figures, beside what the scenario has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.demand.attendance import Attendance, Makeups
from calibration.demand.fit import Fitted
from calibration.demand.places import WEIGHTS, Places
from calibration.demand.profiles import Profile
from calibration.demand.rates import Rate
from calibration.demand.scene import Scene
from experiments.presentation.formatting import MONTHS, count, minutes_seconds, percent
from experiments.presentation.markdown import table
from scenarios.schema.scenario import Scenario

MISFIT = 2.0
"""Chi-square by district per degree of freedom from which the report warns."""


def type_sections(fitted: Fitted, base: Scenario, pictures: Sequence[str]) -> str:
    """Return a section for each part that was fitted of any type. ± is one standard error throughout."""
    sections = [
        _rates(fitted, base),
        _hours(fitted, pictures),
        _months(fitted, pictures),
        _places(fitted, base),
        _districts(fitted),
        _scenes(fitted, base),
        _attendances(fitted, base),
        _makeups(fitted, base),
        _arrivals(fitted),
    ]
    text = "\n".join(section for section in sections if section)
    return f"± is one standard error in every table below.\n\n{text}" if text else ""


def _rates(fitted: Fitted, base: Scenario) -> str:
    rows = []
    for each in fitted.types:
        rate = each.rate
        if isinstance(rate, Rate):
            own = base.incident_types.get(each.type)
            was = "" if own is None else count(own.per_year * own.attended_share * base.demand_factor)
            rows.append(
                [
                    each.type,
                    f"{rate.count:,}",
                    f"{count(rate.per_year)} ± {count(rate.standard_error)}",
                    f"{count(rate.low)} to {count(rate.high)}",
                    count(rate.dispersion, 2),
                    was,
                ]
            )
    if not rows:
        return ""
    head = ["Type", "Rows", "A year", "95% interval", "Scatter", "Scenario"]
    text = f"## Incidents a year\n\n{table(head, rows)}"
    lost = sum(
        1 for each in fitted.rejected if each.lost == "row" and each.reason.startswith(("day", "kind: no"))
    )
    if lost:
        text += (
            f"\n{lost:,} rejected rows (kind or day not known) may be incidents of these types: "
            f"rates may be up to {lost / max(1, len(fitted.records)):.1%} too low in all.\n"
        )
    return text


def _profile_row(kind: str, profile: Profile) -> list[str]:
    pooled = {"group": "its group", "all": "all types"}.get(profile.pooled_from)
    if pooled is None:
        return [kind, f"{profile.count:,}", "itself, smoothed"]
    return [kind, f"{profile.count:,}", f"{count(profile.weight)} ({pooled})"]


def _hours(fitted: Fitted, pictures: Sequence[str]) -> str:
    rows = []
    for each in fitted.types:
        p = each.hours
        if isinstance(p, Profile):
            week, end = p.rate
            errors = np.median(p.standard_error / np.maximum(p.rate, 1e-9))
            level = end.mean() / week.mean()
            peaks = [f"{int(np.argmax(day)):02d}" for day in (week, end)]
            night = p.rate[:, [22, 23, 0, 1, 2, 3, 4, 5]].sum(axis=1) @ [5, 2] / (p.rate.sum(axis=1) @ [5, 2])
            rows.append(
                [
                    *_profile_row(each.type, p),
                    *peaks,
                    f"{level:.2f}",
                    percent(float(night)),
                    percent(float(errors)),
                ]
            )
    if not rows:
        return ""
    head = [
        "Type", "Rows", "Weight", "Peak hour, weekday", "Weekend", "Weekend day over weekday", "22 to 06",
        "Error of an hour",
    ]  # fmt: skip
    return f"## Hours\n\n{table(head, rows)}" + _picture("hours.png", "Calls by hour", pictures)


def _months(fitted: Fitted, pictures: Sequence[str]) -> str:
    rows = []
    for each in fitted.types:
        p = each.months
        if isinstance(p, Profile):
            errors = np.median(p.standard_error / np.maximum(p.rate, 1e-9))
            rows.append(
                [*_profile_row(each.type, p), *(f"{v:.2f}" for v in p.rate[0]), percent(float(errors))]
            )
    if not rows:
        return ""
    head = ["Type", "Rows", "Weight", *MONTHS, "Error of a month"]
    return f"## Months\n\n{table(head, rows)}" + _picture("months.png", "Calls a day by month", pictures)


def _picture(name: str, title: str, pictures: Sequence[str]) -> str:
    return f"\n![{title}]({name})\n" if name in pictures else ""


def _places(fitted: Fitted, base: Scenario) -> str:
    rows = []
    seen = [each for each in fitted.types if each.where]
    for each in seen:
        p = each.places
        told = {**each.where, "elsewhere": each.where["not on the map"] + each.where["not covered"]}
        where = [f"{told[key]:,}" for key in ("inside", "over the border", "elsewhere", "unknown")]
        own = base.incident_types.get(each.type)
        cells = ["not fitted", "", "", "", ""]
        if isinstance(p, Places):
            m = p.mixture
            cells = [
                (percent(float(s), float(e)) if s > 0 else f"0 (up to {percent(float(h))})")
                for s, e, h in zip(m.share, m.standard_error, m.high, strict=True)
            ]
            cells.append(count(p.misfit, 1))
        was = ""
        if own is not None:
            total = sum(own.weights.values())
            was = " / ".join(f"{100 * own.weights.get(name, 0.0) / total:.0f}" for name in WEIGHTS)
        rows.append([each.type, *where, *cells, was])
    if not rows:
        return ""
    head = [
        "Type", "Inside", "Over the border", "Elsewhere", "No place", "Population", "Urban population", "Road",
        "Countryside", "Misfit", "Scenario (%)",
    ]  # fmt: skip
    text = f"## Places\n\n{table(head, rows)}"
    if any(isinstance(each.places, Places) and each.places.misfit > MISFIT for each in seen):
        text += (
            f"\nA misfit over {MISFIT:g}: places differ by more than these weights can tell, and the stated errors are "
            "too small, by about the square root of the misfit.\n"
        )
    return text


def _districts(fitted: Fitted) -> str:
    found = [(each.type, each.places) for each in fitted.types if isinstance(each.places, Places)]
    if not found or fitted.map is None:
        return ""
    names = [fitted.map.district_names[d] for d in fitted.map.own_districts()]
    seen = sum((p.by_district for _, p in found), np.zeros(len(names)))
    expected = sum((p.expected_by_district for _, p in found), np.zeros(len(names)))
    rows = [
        [
            name,
            count(float(s)),
            percent(float(s / max(seen.sum(), 1.0))),
            count(float(e)),
            f"{float((s - e) / np.sqrt(max(e, 1.0))):+.1f}",
        ]
        for name, s, e in zip(names, seen, expected, strict=True)
    ]
    head = ["District", "Records", "Share", "By the weights", "Standard errors off"]
    return (
        f"### Districts, all types together\n\n{table(head, rows)}\n"
        "The scenario has no level by district: what stands here is not in the overlay beyond what weights can say.\n"
    )


def _scenes(fitted: Fitted, base: Scenario) -> str:
    rows = []
    for each in fitted.types:
        s = each.scene
        if isinstance(s, Scene):
            own = base.incident_types.get(each.type)
            mean = s.median_min * float(np.exp(s.sigma**2 / 2))
            rows.append(
                [
                    each.type,
                    f"{s.count:,}",
                    f"{s.limited:,}",
                    f"{s.median_min:.1f} ± {s.median_error:.1f}",
                    f"{s.sigma:.2f} ± {s.sigma_error:.2f}",
                    f"{mean:.0f}",
                    "" if own is None else f"{own.scene_median_min:g}, {own.scene_sigma:g}",
                ]
            )
    if not rows:
        return ""
    head = ["Type", "Rows", "Only a limit", "Median, min", "Sigma", "Mean, min", "Scenario: median, sigma"]
    text = f"## Time at scene of an appliance\n\n{table(head, rows)}"
    return text + _over_the_limit(fitted)


def _over_the_limit(fitted: Fitted) -> str:
    rows = [
        [
            each.type,
            str(over.pumps),
            f"{over.count:,}",
            f"{over.limit_min:g}",
            percent(over.share),
            percent(over.expected),
            f"{(over.share - over.expected) / np.sqrt(over.expected * (1 - over.expected) / over.count):+.1f}",
        ]
        for each in fitted.types
        if isinstance(each.scene, Scene)
        for over in each.scene.over
        if 0.0 < over.expected < 1.0
    ]
    if not rows:
        return ""
    head = ["Type", "Pumps", "Rows", "Limit, min", "Over it", "By the fit", "Standard errors off"]
    return (
        "\nWhere most rows tell only a limit, the median rests on the lognormal shape of the few long incidents: its "
        "standard error holds only if that shape does. The fit held to account, the pumps' minutes together:\n\n"
        f"{table(head, rows)}\n"
        "Too few by the fit where many pumps are sent and too many where few are: appliances stay longer where there "
        "are more of them, which the model's one time at scene for a type cannot say.\n"
    )


def _attendances(fitted: Fitted, base: Scenario) -> str:
    rows = []
    for each in fitted.types:
        a = each.attendance
        if isinstance(a, Attendance):
            own = base.incident_types.get(each.type)
            sizes = ", ".join(f"{s.pumps}: {percent(s.share, s.standard_error)}" for s in a.sizes)
            was = "" if own is None else f"{sum(v.pumps * v.share for v in own.attendance.values()):.2f}"
            how = "first attendance" if a.method == "counted" else "all pumps, less make-ups"
            rows.append([each.type, f"{a.count:,}", how, sizes, f"{a.mean_pumps:.2f}", was])
    if not rows:
        return ""
    head = ["Type", "Rows", "From", "Pumps: share", "Mean", "Scenario"]
    joined = sum(each.attendance.joined for each in fitted.types if isinstance(each.attendance, Attendance))
    text = f"## Pumps sent at first\n\n{table(head, rows)}"
    if joined:
        text += f"\n{joined:,} rows of sizes seen less than three times count for the next smaller size.\n"
    return text


def _makeups(fitted: Fitted, base: Scenario) -> str:
    rows = []
    for each in fitted.types:
        m = each.makeups
        if isinstance(m, Makeups):
            own = base.incident_types.get(each.type)
            mean = "" if m.pumps_mean is None else f"{m.pumps_mean:.2f} ± {m.pumps_mean_error:.2f}"
            was = "" if own is None else f"{percent(own.makeup_share)}, {own.makeup_pumps_mean:g}"
            share = f"{100 * m.share:.2f}% ({100 * m.low:.2f} to {100 * m.high:.2f})"
            rows.append([each.type, f"{m.count:,}", f"{m.made_up:,}", share, mean, was])
    if not rows:
        return ""
    head = ["Type", "Rows", "Made up", "Share (95%)", "Further pumps", "Scenario: share, pumps"]
    return f"## Make-ups\n\n{table(head, rows)}"


def _arrivals(fitted: Fitted) -> str:
    rows = []
    for each in fitted.types:
        for word, a in (("first", each.first_arrival), ("second", each.second_arrival)):
            if a is not None:
                rows.append(
                    [
                        each.type,
                        word,
                        f"{a.count:,}",
                        f"{minutes_seconds(a.mean_s)} ± {a.mean_error_s:.0f} s",
                        minutes_seconds(a.median_s),
                        minutes_seconds(a.p90_s),
                    ]
                )
    if not rows:
        return ""
    head = ["Type", "Pump", "Rows", "Mean", "Median", "90th percentile"]
    return (
        f"## Attendance times, as recorded\n\n{table(head, rows)}\n"
        "Nothing is fitted from these: they are what a run should be held against (`turnout validate`).\n"
    )
