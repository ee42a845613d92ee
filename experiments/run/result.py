"""The end of a run: sum up the replications and write the tables that hold all of them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import UserError
from experiments.execution import engines, model
from experiments.execution.documents import Document
from experiments.execution.provenance import versions
from experiments.execution.reading import read_json
from experiments.execution.replicate import Replications
from experiments.execution.results_folder import RUN, read_identity, whole, write_json
from experiments.execution.store import TABLES_FOLDER, RunFolder
from experiments.execution.tables import read_columns, stack, write_columns
from experiments.presentation.as_json import RunIdentity, SummaryDocument, summary_of
from experiments.presentation.police_report import missed_shares as missed_by_police
from experiments.presentation.summary import MISSED_COUNT, MISSED_PREFIX, Row, Summary, make_rows

if TYPE_CHECKING:  # slow to import
    from scenarios.schema.scenario import Scenario


def summarise(scenario: Scenario, seed: int, done: Replications, out: str) -> Summary:
    """Return the figures of a run next to what was reported and what the standards ask."""
    standards = model.standards(scenario)
    rows = make_rows(
        done.values,
        model.definitions(standards, scenario=scenario),
        reported=model.reported(scenario),
        targets=model.targets(standards),
    )
    return Summary(
        scenario=scenario.name,
        title=scenario.title,
        replications=done.count,
        seed=seed,
        days=scenario.calendar.days,
        incidents=done.incidents,
        log_sha256=done.log_sha256,
        rows=rows,
        missed=missed_shares(rows) or missed_by_police(rows),
        out=out,
    )


def missed_shares(rows: tuple[Row, ...]) -> dict[str, float]:
    """Return cause to mean share of all misses, the commonest first."""
    shares = {
        row.name.removeprefix(MISSED_PREFIX): row.interval.value
        for row in rows
        if row.name.startswith(MISSED_PREFIX)
        and row.name != MISSED_COUNT
        and math.isfinite(row.interval.value)
    }
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))


def write_results(
    folder: RunFolder, scenario: Scenario, summary: Summary, done: Replications, identity: Document
) -> None:
    """Write measures, breakdowns and provenance of the replications that count."""
    numbers = range(done.count)
    write_columns_whole(folder, "measures.parquet", stack((k, _read(folder, k, "measures")) for k in numbers))
    (folder.path / TABLES_FOLDER).mkdir(exist_ok=True)
    for path in sorted((folder.replication(0) / TABLES_FOLDER).glob("*.parquet")):
        name = f"{TABLES_FOLDER}/{path.stem}"
        write_columns_whole(folder, f"{name}.parquet", stack((k, _read(folder, k, name)) for k in numbers))
    write_json(folder.path / "provenance.json", provenance(scenario, summary, done, identity))


def _read(folder: RunFolder, number: int, name: str) -> Document:
    return read_columns(folder.replication(number) / f"{name}.parquet")


def write_columns_whole(folder: RunFolder, name: str, columns: Document) -> None:
    """Write a Parquet file under another name first, then give it its own."""
    with whole(folder.path / name) as part:
        write_columns(part, columns)


def provenance(scenario: Scenario, summary: Summary, done: Replications, identity: Document) -> Document:
    """Return what is needed to make the result again; the same for the same result, on any day."""
    return {
        "command": f"turnout run scenario.json --seed {summary.seed} --replications {done.count}",
        "scenario": {"name": scenario.name, "title": scenario.title, "sha256": identity["scenario_sha256"]},
        "inputs_sha256": model.input_digests(scenario),
        "model_sha256": identity["model_sha256"],
        "seed": summary.seed,
        "days": identity["days"],
        "replications": done.count,
        "versions": versions(),
        "engine": engines.current(engines.Engine.SIMPY).value,
        "log_sha256": done.log_sha256,
        "replication_log_sha256": [one["log_sha256"] for one in done.done],
    }


def read_run(run: Path) -> tuple[SummaryDocument, Summary]:
    """Return document and figures of a finished run. Raises UserError."""
    read_identity(run)  # tells what is wrong with a folder that is none of a run
    identity = read_json(run / RUN.file, RunIdentity)
    try:
        document = read_json(run / "summary.json", SummaryDocument)
    except FileNotFoundError:
        msg = f"the run in {run} was not finished: repeat its command to go on."
        raise UserError(msg) from None
    return document, summary_of(document, identity)
