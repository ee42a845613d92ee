"""Parameter tables and samples for the tests: their own, whatever is shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from calibration.parameters import COLUMNS, Parameter, read_parameters
from calibration.posterior_file import write_posterior
from experiments.posterior.sample import Sample

ROWS = (
    ("speed", "travel.speed_factor", "value", 0.7, 1.3, "log", 1.0, 0.1, ""),
    ("presence", "on_call.availability", "value", 0.6, 0.97, "logit", 0.8, 0.5, "share"),
    ("handling", "control.call_handling_median_s", "factor", 0.5, 2.0, "log", 1.0, 0.2, ""),
)


def write_parameters(folder: Path) -> Path:
    """Write ``fire.csv``, a table of three parameters; return it."""
    lines = [",".join(COLUMNS)]
    for key, paths, acts, low, high, transform, centre, sd, unit in ROWS:
        values = {
            "key": key,
            "paths": paths,
            "acts": acts,
            "low": low,
            "high": high,
            "transform": transform,
            "prior_centre": centre,
            "prior_sd": sd,
            "unit": unit,
            "meaning": f"the {key}",
            "source": "test",
            "confidence": "test",
        }
        lines.append(",".join(str(values.get(name, "")) for name in COLUMNS))
    path = folder / "fire.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def parameters(folder: Path) -> tuple[Parameter, ...]:
    return read_parameters(write_parameters(folder))


def draws(rows: int = 12, *, seed: int = 3) -> np.ndarray:
    """Return speeds, presences and handling factors (rows, 3) around what the baseline says."""
    rng = np.random.default_rng(seed)
    return np.column_stack(
        [
            np.exp(0.05 * rng.standard_normal(rows)),
            np.clip(0.8 + 0.03 * rng.standard_normal(rows), 0.65, 0.95),
            np.exp(0.1 * rng.standard_normal(rows)),
        ]
    )


def fitted_of(scenario: object) -> list[float]:
    """Return what a scenario carries of the three parameters."""
    return [scenario.travel.speed_factor, scenario.on_call.availability, 1.0]  # type: ignore[attr-defined]


def write_sample(path: Path, scenario: object, values: np.ndarray | None = None) -> Path:
    write_posterior(
        path, [row[0] for row in ROWS], fitted_of(scenario), draws() if values is None else values
    )
    return path


def sample(folder: Path, scenario: object, values: np.ndarray | None = None) -> Sample:
    table = draws() if values is None else values
    return Sample("sample.csv", parameters(folder), np.array(fitted_of(scenario)), table)
