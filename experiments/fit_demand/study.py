"""Demand fitted to incident records: read, fit, write."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from calibration.demand.fit import Fitted, fit_demand
from calibration.demand.mapping import Mapping
from calibration.demand.option import Option, fitted_option
from calibration.demand.others import check_others
from calibration.demand.places import WEIGHTS, Map
from calibration.demand.read_mapping import (
    MappingError,
    check_columns,
    check_districts,
    check_types,
    parse_mapping,
)
from calibration.demand.table import read_table
from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.results_folder import write_text, writing
from experiments.fit_demand.figures import fitted_rows
from experiments.fit_demand.report import report_text
from experiments.fit_demand.result import Written
from experiments.fit_demand.settings import Settings
from experiments.fit_demand.write import write_csv, write_rejected
from geo.plain_files import read_plain
from scenarios.schema.scenario import Scenario

MARK = "fit-demand.txt"
"""The file that tells a folder of this command from anybody else's."""


def fit_records(settings: Settings) -> tuple[Fitted, Option | None, Written]:
    """Fit, and write the fit into its folder. Raises UserError telling every fault."""
    records, mapping_file, scenario = settings.records, settings.mapping, settings.scenario
    base = model.load(scenario)
    try:
        mapping = parse_mapping(text_of(mapping_file), mapping_file.name)
        table = read_table(records, mapping.records)
        faults = check_columns(mapping, table.header, mapping_file.name, records.name)
        faults += check_types(mapping, list(base.incident_types), mapping_file.name, scenario)
        faults += check_others(mapping, mapping_file.name, base, scenario)
        on = _map(base, mapping) if mapping.place else None
        if on is not None:
            own = [on.district_names[d] for d in sorted(set(on.district[on.inside].tolist()))]
            faults += check_districts(mapping, own, mapping_file.name, scenario)
        if faults:
            raise MappingError(faults)
        fitted = fit_demand(table, mapping, base, on)
    except MappingError as fault:
        raise UserError(str(fault)) from fault
    if not len(fitted.records):
        raise UserError(_nothing_left(fitted, records.name))
    stem = re.sub(r"[^a-z0-9]+", "-", records.stem.lower()).strip("-") or "records"
    folder = settings.out or Path("runs") / f"fit-demand-{stem}-{_digest(records, mapping_file, scenario)}"
    _claim(folder)
    option = fitted_option(fitted, base, f"fitted-{stem}")
    written = _write(folder, fitted, option, base, scenario)
    return fitted, option, written


def text_of(path: Path) -> str:
    """Return the text of a mapping. Raises UserError."""
    try:
        return read_plain(path).decode("utf-8-sig")
    except OSError as fault:
        msg = f"{path}: cannot be read: {fault.strerror or fault}. Give the path of a mapping (TOML)."
        raise UserError(msg) from fault
    except UnicodeDecodeError as fault:
        msg = f"{path}: the text is not UTF-8: byte {fault.start} cannot be read. Save the file as UTF-8."
        raise UserError(msg) from fault


def _map(base: Scenario, mapping: Mapping) -> Map:
    """Return the demand geography of a scenario."""
    import numpy as np

    from geo.errors import GeoDataError
    from scenarios.building.demand import cell_weights
    from scenarios.building.geography import build_geography
    from scenarios.loading.datasets import tables_folder
    from scenarios.loading.faults import ScenarioError

    try:
        geography = build_geography(base, tables_folder(base.geography.tables), model.cache_folder())
    except (ScenarioError, GeoDataError) as fault:
        raise UserError(str(fault)) from fault
    cells, weights = geography.cells, cell_weights(geography)
    return Map(
        cells.easting_m,
        cells.northing_m,
        cells.inside,
        cells.district.astype(np.int64),
        cells.district_names,
        cells.settlement.astype(np.int64),
        cells.settlement_names,
        np.column_stack([weights[name] for name in WEIGHTS]),
        base.geography.cell_size_m,
        mapping.records.districts,
    )


def _nothing_left(fitted: Fitted, name: str) -> str:
    reasons: dict[str, int] = {}
    for each in fitted.rejected:
        if each.lost == "row":
            reasons[each.reason] = reasons.get(each.reason, 0) + 1
    told = "\n".join(f"  {count:,} rows: {reason}" for reason, count in reasons.items())
    first = next(each for each in fitted.rejected if each.lost == "row")
    return (
        f"{name}: no row can be used.\n{told}\n  For instance row {first.row}: {first.value}\n"
        "  Remedy: correct the mapping's formats, rules or period; see docs/fit_demand.md"
    )


def _digest(*inputs: Path | str) -> str:
    digest = hashlib.sha256()
    for each in inputs:
        digest.update(read_plain(each) if isinstance(each, Path) else each.encode())
    return digest.hexdigest()[:8]


def _claim(folder: Path) -> None:
    """Make the folder, or take one that an earlier fit wrote. Raises UserError for anybody else's."""
    with writing(folder):
        if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
            msg = f"{folder} is not empty and holds no fit. Choose a new or empty folder with --out."
            raise UserError(msg)
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / MARK, "Written by turnout fit-demand: report.md tells what is here.\n")


def _write(folder: Path, fitted: Fitted, option: Option | None, base: Scenario, scenario: str) -> Written:
    """Write every file whole; the overlay is loaded before it gets its name."""
    from scenarios.changes.overlay import save_option
    from scenarios.loading.faults import ScenarioError

    written = Written(folder, scenario)
    with writing(folder):
        if option is None:
            written.overlay.unlink(missing_ok=True)
        else:
            try:
                save_option(written.overlay, scenario, base, option.scenario, force=True)
            except ScenarioError as fault:
                raise UserError(str(fault)) from fault
        write_rejected(written.rejected, fitted.rejected)
        write_csv(written.fitted, fitted_rows(fitted, base))
        from experiments.fit_demand.pictures import draw_pictures

        pictures = draw_pictures(folder, fitted, base)
        write_text(written.report, report_text(fitted, option, base, scenario, folder.as_posix(), pictures))
    return written
