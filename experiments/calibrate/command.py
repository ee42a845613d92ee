"""``turnout calibrate``: fit, write, print."""

from __future__ import annotations

import sys
from textwrap import fill

from experiments.calibrate.report import shown, value_of, verdict_lines
from experiments.calibrate.settings import Settings
from experiments.calibrate.study import Calibrated, calibrate
from experiments.calibrate.write import fit_table, parameter_table, ship, write_calibrated
from experiments.presentation.as_json import as_text
from experiments.presentation.formatting import minutes_seconds
from experiments.presentation.progress import progress_bar

WIDTH = 80


def run_calibrate(settings: Settings, *, shipped: bool = False, as_json: bool = False) -> None:
    """Do what the command does. Raises UserError and Stopped."""

    def say(line: str) -> None:
        if not as_json:
            sys.stderr.write(line + "\n")

    with progress_bar(shown=not as_json, what="Points") as progress:
        found = calibrate(settings, progress, say)
    write_calibrated(found)
    files = ship(found) if shipped else ()
    if as_json:
        sys.stdout.write(as_text(document(found)))
    else:
        sys.stdout.write(text(found))
    for file in files:
        say(f"Written: {file}")


def document(found: Calibrated) -> dict[str, object]:
    """Return the result for ``--format json``."""
    tables = {"fit": fit_table(found), "parameters": parameter_table(found)}
    return {
        "scenario": found.subject.scenario.name,
        "service": found.settings.service,
        **{
            name: [dict(zip(head, row, strict=True)) for row in rows] for name, (head, rows) in tables.items()
        },
        "verdicts": verdict_lines(found),
        "points": sum(found.wave_sizes),
        "point_s": found.point_s,
        "out": str(found.out),
    }


def text(found: Calibrated) -> str:
    """Return the result to read in 80 columns; the report has more."""
    lines = [f"{'figure':<36}{'reported':>12}{'fitted':>12}{'± se':>10}{'errors':>8}"]
    for each in found.compared:
        unit = each.figure.unit
        reported, fitted, error = (
            shown(value, unit) for value in (each.figure.value, each.simulated, each.mc_se)
        )
        name = each.figure.measure if len(each.figure.measure) < 36 else "…" + each.figure.measure[-34:]
        lines.append(f"{name:<36}{reported:>12}{fitted:>12}{error:>10}{each.errors_mc:>+8.1f}")
    lines += ["", f"{'parameter':<24}{'prior':>10}{'fitted':>10}{'90% of the sample':>22}  verdict"]
    for known, value in zip(found.identification.parameters, found.values, strict=True):
        p = known.parameter
        interval = f"{value_of(p, known.low)} to {value_of(p, known.high)}"
        prior = value_of(p, p.prior_centre)
        lines.append(f"{p.key:<24}{prior:>10}{value_of(p, float(value)):>10}{interval:>22}  {known.verdict}")
    lines.append("")
    lines += [fill(line, WIDTH) for line in verdict_lines(found)]
    spent = minutes_seconds(found.seconds)
    lines.append(f"{sum(found.wave_sizes)} points, {found.point_s:.1f} s each; {spent} in all.")
    lines.append(str(found.out))
    return "\n".join(lines) + "\n"
