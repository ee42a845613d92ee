"""The result of a calibration, to read and as JSON."""

from __future__ import annotations

from textwrap import fill

from experiments.calibrate.report import shown, value_of, verdict_lines
from experiments.calibrate.result import Calibrated
from experiments.calibrate.write import fit_table, parameter_table
from experiments.presentation.formatting import minutes_seconds

WIDTH = 80


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
