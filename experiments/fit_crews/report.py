"""What records tell of crews and journeys, in words: the same text for the terminal and the report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from calibration.crews.availability import FEWEST_WEEKS, AvailabilityFit
from calibration.crews.travel import FEWEST, PARTS, TravelFit

if TYPE_CHECKING:
    from scenarios.schema.scenario import Scenario


def availability_report(fit: AvailabilityFit, base: Scenario, lost: Mapping[str, int]) -> str:
    """Return what records tell of availability, against what the scenario has."""
    lines = [
        f"# Availability from {fit.weeks:.0f} weeks of records",
        "",
        f"On-call pumps on the run: {_share(*fit.on_call)}; {base.name} has {base.on_call.availability:.1%}.",
        f"Wholetime pumps on the run: {_share(*fit.wholetime)}; {base.name} has {base.wholetime.availability:.1%}.",
    ]
    if not math.isnan(fit.changeovers_per_year):
        low, high = fit.changeover_h
        lines.append(
            f"Changeovers: {fit.changeovers_per_year:.1f} an appliance and year, {low:.1f} to {high:.1f} h (5 to 95%)."
        )
    if fit.weeks < FEWEST_WEEKS:
        lines.append(f"Fewer than {FEWEST_WEEKS} weeks: working days and weekends only, not single days.")
    lines += [
        "",
        *_lost(lost),
        "",
        "| station | pumps | on the run | 9 to 17 on working days | nights | spell on, h |",
    ]
    lines.append("|---|---:|---|---:|---:|---:|")
    for each in sorted(fit.stations, key=lambda each: each.share):
        weekday = each.profile(range(5))
        night = (float(weekday[:6].mean()) + float(weekday[22:].mean())) / 2.0
        name = base.stations[each.station].name
        lines.append(
            f"| {name} | {each.pumps} | {_share(each.share, each.error)} | {float(weekday[9:17].mean()):.0%} |"
            f" {night:.0%} | {each.spell_on_h:.1f} |"
        )
    lines += [
        "",
        "Shares are of the time that records tell of; intervals 95%, by weeks. Spells are an appliance's: they",
        "do not tell how long single people are available at a time (`on_call.block_h` stays as it is).",
        "",
    ]
    return "\n".join(lines)


def travel_report(fit: TravelFit, base: Scenario, lost: Mapping[str, int]) -> str:
    """Return what records tell of turnouts and speeds, and what they cannot tell."""
    lines = ["# Turnouts and speeds from mobilisations", "", *_lost(lost), ""]
    lines += [
        "| crew | when | alerts | median | 95% interval | 90th centile |",
        "|---|---|---:|---:|---|---:|",
    ]
    for each in fit.turnouts:
        low, high = each.median_s - 1.96 * each.error_s, each.median_s + 1.96 * each.error_s
        crew = each.crewing.replace("_", "-")
        figures = f"{each.median_s:.0f} s | {low:.0f} to {high:.0f} s | {each.p90_s:.0f} s"
        lines.append(f"| {crew} | {each.part} | {each.count:,} | {figures} |")
    lines.append("")
    if not fit.factor:
        lines.append(f"{fit.journeys:,} journeys from home: fewer than {FEWEST}, too few to tell speeds.")
        return "\n".join([*lines, ""])
    begin, error = fit.start_s
    lines += [
        f"{fit.journeys:,} journeys from home, laid on the quickest routes of {base.name}. Speeds are its own times:",
        "",
        "| roads | factor | 95% interval |",
        "|---|---:|---|",
    ]
    for part, (factor, wide) in fit.factor.items():
        interval = f"{factor - 1.96 * wide:.3f} to {factor + 1.96 * wide:.3f}"
        lines.append(f"| {part} ({', '.join(PARTS[part])}) | {factor:.3f} | {interval} |")
    lines += [
        "",
        f"A start that no distance explains: {begin:.0f} s (± {1.96 * error:.0f}): told, not put into the scenario.",
        f"Scatter of single journeys: {fit.scatter:.2f} log units.",
    ]
    if fit.untold:
        lines.append(
            f"Too little of the way leads over {' and '.join(fit.untold)} roads to tell: left as they are."
        )
    lines += [
        "",
        "What records cannot tell: which way was driven (the model's quickest is assumed), and speeds by hour where",
        "few drive. An appliance alerted on its way home is taken for one from home unless it is left out beforehand.",
        "",
    ]
    return "\n".join(lines)


def _share(share: float, error: float) -> str:
    if math.isnan(share):
        return "not told"
    if math.isnan(error):
        return f"{share:.1%}"
    return f"{share:.1%} ({max(0.0, share - 1.96 * error):.1%} to {min(1.0, share + 1.96 * error):.1%})"


def _lost(lost: Mapping[str, int]) -> Iterable[str]:
    return [f"Not used: {count:,} {why}." for why, count in lost.items()] or ["Every row was used."]
