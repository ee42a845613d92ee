"""The report of a calibration, in Markdown: what was fitted, how well, and what the figures leave open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.attainability import amount
from calibration.parameters import Parameter
from experiments.calibrate.result import Calibrated
from experiments.presentation.formatting import minutes_seconds

PAIRS, IDENTIFIABILITY = "posterior_pairs.png", "identifiability.png"


def shown(value: float, unit: str) -> str:
    """Return a figure as a planner says it, with the decimals that tell."""
    if unit == "share":
        return f"{100 * value:.2f}%"
    if unit == "s":
        return f"{value:.1f} s"
    return f"{value:.3g}"


def value_of(parameter: Parameter, value: float) -> str:
    """Return a parameter's value: 79.2%, × 1.04, 27."""
    if parameter.unit == "share":
        return f"{100 * value:.1f}%"
    if parameter.unit == "factor":
        return f"× {value:.3f}"
    return f"{value:.4g}"


def prior_interval(parameter: Parameter) -> tuple[float, float]:
    """Return where the prior has 5% and 95%, in natural units; the bounds cut it off."""
    centre = float(parameter.forward(parameter.prior_centre))
    ends = [centre - 1.645 * parameter.prior_sd, centre + 1.645 * parameter.prior_sd]
    low, high = (float(parameter.backward(end)) for end in ends)
    return max(low, parameter.low), min(high, parameter.high)


def report_text(found: Calibrated) -> str:
    """Return the whole report."""
    parts = [_head(found), _fit(found), _values(found), _meaning(found), _identified(found), _made(found)]
    return "\n\n".join(part for part in parts if part) + "\n"


def verdict_lines(found: Calibrated) -> list[str]:
    """Return what has to be said before anything else: figures out of reach, values at a bound, misses."""
    lines = [
        f"{each.figure.measure} {amount(each.figure.value, each.figure.unit)}: {each.verdict}."
        for each in found.attainability
        if each.verdict != "can be reached"
    ]
    left_out = list(found.best.unreachable)
    if left_out:
        lines.append(f"Left out of the fit, because nothing plausible gives them: {', '.join(left_out)}.")
    missed = [each.name for each in found.compared if not each.within and each.name not in left_out]
    if missed:
        lines.append(f"Not within rounding and two standard errors on new seeds: {', '.join(missed)}.")
    if found.best.at_bound:
        lines.append(f"Fitted at a bound, and so not to be trusted: {', '.join(found.best.at_bound)}.")
    return lines or ["Every reported figure is met, and no value is at a bound."]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _head(found: Calibrated) -> str:
    title = f"# Calibration of {found.subject.scenario.title}"
    lines = "\n".join(f"- {line}" for line in verdict_lines(found))
    return f"{title}\n\n{lines}"


def _fit(found: Calibrated) -> str:
    rows = []
    for before, after in zip(found.before, found.compared, strict=True):
        figure = after.figure
        unit = figure.unit
        rows.append(
            [
                f"`{figure.measure}`",
                f"{shown(figure.value, unit)} ({figure.period})",
                shown(before.simulated, unit),
                f"{shown(after.simulated, unit)} ± {shown(after.mc_se, unit)}",
                "yes" if after.within else "no",
                f"{after.errors_mc:+.1f}",
                f"{after.errors_all:+.1f}",
            ]
        )
    head = [
        "figure",
        "reported",
        "at the prior's centre",
        "fitted",
        "met",
        "errors",
        "with the year's chance",
    ]
    count = len(found.check.replications)
    text = (
        f"Fitted: mean and standard error of {count} replications on seeds that the fit has not met. *met*: within "
        "rounding widened by two of these standard errors. *errors*: distance from the rounding interval in them; the "
        "last column counts the chance of the reported year as well."
    )
    return f"## Reported and simulated figures\n\n{table(head, rows)}\n\n{text}"


def _values(found: Calibrated) -> str:
    rows = []
    for each, value in zip(found.identification.parameters, found.values, strict=True):
        p = each.parameter
        low, high = prior_interval(p)
        rows.append(
            [
                p.key,
                f"{value_of(p, p.prior_centre)} ({value_of(p, low)} to {value_of(p, high)})",
                f"{value_of(p, float(value))} ({value_of(p, each.low)} to {value_of(p, each.high)})",
                each.verdict,
                ", ".join(f"`{one.target}`" for one in each.informed_by[:3]) or "none",
            ]
        )
    head = ["parameter", "prior (90%)", "fitted (90% of the sample)", "verdict", "informed by"]
    return f"## Values\n\n{table(head, rows)}\n\n![identifiability]({IDENTIFIABILITY})"


def _meaning(found: Calibrated) -> str:
    lines = [
        f"- **{p.key}**: {p.meaning}. Bounds {value_of(p, p.low)} to {value_of(p, p.high)}. "
        f"{p.source} ({p.confidence})."
        for p in found.subject.parameters
    ]
    return "## What the parameters mean\n\n" + "\n".join(lines)


def _identified(found: Calibrated) -> str:
    ridges = [
        f"- {ridge.words} (spread {ridge.posterior_sd:.2f} of the prior's)."
        for ridge in found.identification.ridges
    ]
    text = "\n".join(ridges) or "- None: what the figures know, they know of single parameters."
    sample = found.posterior
    mixed = (
        f"{len(sample.values)} draws; the chains are worth {np.min(sample.effective):.0f} independent ones for the "
        f"worst parameter (R-hat at most {np.max(sample.r_hat):.3f})."
    )
    return f"## Ridges: worlds that are as good as each other\n\n{text}\n\n{mixed}\n\n![pairs]({PAIRS})"


def _made(found: Calibrated) -> str:
    from experiments.calibrate.settings import command_of

    settings = found.settings
    waves = " + ".join(str(size) for size in found.wave_sizes)
    last = found.fit.waves[-1]
    errors = ", ".join(
        f"`{name}` {error:.2f}"
        for name, error in zip(found.fit.targets.names, last.emulator_error, strict=True)
    )
    return (
        f"## How it was made\n\n`{command_of(settings)}`\n\n"
        f"- {waves} points of {settings.replications} replications each, {settings.anchor} at the best point for the "
        f"level, {settings.check} for the check; {found.point_s:.1f} s of a worker for a point.\n"
        f"- This command took {minutes_seconds(found.seconds)} with {settings.workers} workers (points that were there "
        "already took no time).\n"
        f"- The emulator's error over all others, where the sample is: {errors}.\n"
        f"- {100 * last.not_implausible:.2g}% of the plausible box is not ruled out."
    )
