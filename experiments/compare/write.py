"""A comparison's folder: the document, tables of measures, districts and cells, and a map of each option."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from experiments.compare.as_json import comparison_document
from experiments.compare.difference import MeasureDifference
from experiments.compare.places import BANDS, CellChange, DistrictChange
from experiments.compare.result import Comparison
from experiments.errors import UserError
from experiments.execution import engines
from experiments.execution.provenance import turnout_version
from experiments.execution.results_folder import PLAYED_BY, write_text, writing
from experiments.presentation.as_json import as_text, number
from experiments.presentation.spreadsheet import csv_table
from geo.grid import to_wgs84

DOCUMENT = "comparison.json"
CELL_COLUMNS = (
    "cell",
    "easting_m",
    "northing_m",
    "lat",
    "lon",
    "district",
    "settlement",
    "nearest_station",
    "people",
    "plt_per_year",
    "incidents",
    "base_mean_s",
    "change_raw_s",
    "change_s",
    "change_error_s",
)


def default_out(comparison: Comparison) -> Path:
    """Return the folder of a comparison that was given none: beside the runs, named by what it compares."""
    sides = (comparison.base, *(option.side for option in comparison.options))
    text = "\n".join((*(f"{side.label}={side.log_sha256}" for side in sides), str(comparison.smallest)))
    name = f"compare-{comparison.base.label}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return Path(comparison.base.folder).parent / name


def check_out(folder: Path | None) -> None:
    """Raise UserError if ``folder`` holds something that is no comparison: before anything is simulated."""
    if folder is None:
        return
    with writing(folder):
        strange = folder.exists() and any(folder.iterdir()) and not (folder / DOCUMENT).exists()
    if strange:
        msg = f"{folder} is not empty and holds no comparison. Choose a new or empty folder with --out."
        raise UserError(msg)


def write_comparison(comparison: Comparison, folder: Path) -> None:
    """Write everything that a comparison says into ``folder``. Raises UserError if that cannot be done."""
    check_out(folder)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / "measures.csv", _table(MEASURE_COLUMNS, _measure_rows(comparison)))
        with_places = [option for option in comparison.options if option.places is not None]
        if with_places:
            write_text(folder / "districts.csv", _table(DISTRICT_COLUMNS, _district_rows(comparison)))
        for option in with_places:
            name = "cells-" + re.sub(r"[^a-z0-9_-]+", "-", option.name).strip("-")
            rows = list(cell_rows(option.places.cells)) if option.places else []
            write_text(folder / f"{name}.csv", _table(CELL_COLUMNS, rows))
            write_text(folder / f"{name}.geojson", _map(option.places.cells, rows) if option.places else "")
        document = comparison_document(comparison)
        played = {"turnout": turnout_version(), PLAYED_BY: engines.current(engines.Engine.SIMPY).value}
        write_text(folder / DOCUMENT, as_text({**document, **played}))


MEASURE_COLUMNS = (
    "option",
    "measure",
    "unit",
    "base",
    "value",
    "difference",
    "low",
    "high",
    "verdict",
    "slight",
    "replications_needed",
    "p",
    "p_adjusted",
    "variance_ratio",
    "held_low",
    "held_high",
    "parameter_sd",
    "chance_sd",
)
"""The last four only over a sample of parameters, which low and high then include."""


def _measure_rows(comparison: Comparison) -> Iterable[Sequence[object]]:
    for option in comparison.options:
        for m in option.measures:
            yield (
                option.name,
                m.name,
                m.unit,
                m.base,
                m.option,
                m.difference,
                m.interval.low,
                m.interval.high,
                str(m.verdict),
                m.slight,
                m.needed,
                m.p,
                m.p_adjusted if m.adjusted else None,
                m.variance_ratio,
                *_spread(m),
            )


def _spread(measure: MeasureDifference) -> tuple[float | None, ...]:
    over = measure.spread
    return (None,) * 4 if over is None else (over.held.low, over.held.high, over.parameter_sd, over.chance_sd)


DISTRICT_COLUMNS = (
    "option",
    "district",
    "people",
    "incidents_per_year",
    "base_mean_s",
    "option_mean_s",
    "change_s",
    "low_s",
    "high_s",
    "verdict",
    "within_15_change",
    "plt_change_s",
    *(f"people_{band}" for band in BANDS),
    *(f"plt_{band}" for band in BANDS),
)


def _district_rows(comparison: Comparison) -> Iterable[Sequence[object]]:
    for option in comparison.options:
        for one in option.places.districts if option.places else ():
            yield (option.name, *district_row(one))


def district_row(one: DistrictChange) -> list[object]:
    """Return one district as the values of ``DISTRICT_COLUMNS`` after the option's name."""
    return [
        one.name,
        one.people,
        one.incidents_per_year,
        one.base_s,
        one.option_s,
        one.mean.value,
        one.mean.low,
        one.mean.high,
        str(one.verdict),
        one.within_15.value,
        one.plt_mean.value,
        *(one.population[band] for band in BANDS),
        *(one.plt[band] for band in BANDS),
    ]


def cell_rows(cells: CellChange) -> Iterable[list[object]]:
    """Give each cell as the values of ``CELL_COLUMNS``."""
    lat, lon = to_wgs84(cells.easting_m, cells.northing_m)
    means = cells.means
    for i in range(cells.cell.size):
        yield [
            int(cells.cell[i]),
            float(cells.easting_m[i]),
            float(cells.northing_m[i]),
            round(float(lat[i]), 5),
            round(float(lon[i]), 5),
            cells.district[i],
            cells.settlement[i],
            cells.station[i],
            round(float(cells.people[i]), 1),
            round(float(cells.plt_per_year[i]), 4),
            int(means.count[i]),
            *(_tenth(part[i]) for part in (cells.base_s, means.raw, means.mean, means.error)),
        ]


def _tenth(value: float) -> float:
    return round(float(value), 1)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV table; what is not known is an empty cell."""
    return csv_table(
        columns, (["" if isinstance(v, float) and number(v) is None else v for v in row] for row in rows)
    )


def _map(cells: CellChange, rows: Sequence[Sequence[object]]) -> str:
    """Return the cells as GeoJSON squares (WGS84); their side is ``CellChange.size_m``."""
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    size = cells.size_m  # a cell's position is where its people are, somewhere in its square
    east = (np.floor(cells.easting_m / size)[:, None] + corners[:, 0]) * size
    north = (np.floor(cells.northing_m / size)[:, None] + corners[:, 1]) * size
    lat, lon = to_wgs84(east, north)
    ring = np.stack([lon, lat], axis=-1).round(5).tolist()
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring[i]]},
            "properties": {
                name: number(value) if isinstance(value, float) else value
                for name, value in zip(CELL_COLUMNS, row, strict=True)
            },
        }
        for i, row in enumerate(rows)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features)
    return '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n"
