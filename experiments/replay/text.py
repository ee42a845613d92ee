"""What a replay prints and writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from experiments.execution.results_folder import write_json, write_text, writing
from experiments.presentation.spreadsheet import csv_table
from experiments.presentation.terminal import new_table
from experiments.replay.records import Source
from experiments.replay.result import NOISE_FLOOR_S, Compared, Difference, Replay

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN = 5
GROUPS = ("type", "hour", "district", "crewing of the first pump", "station ground")


def print_replay(found: Replay, folder: Path, console: Console) -> None:
    """Print bias and spread over all incidents, and by what they belong to."""
    console.print(f"{found.incidents:,} of {found.rows:,} recorded incidents replayed on {found.scenario},")
    console.print(f"{found.replications} times with chance of their own (seed {found.seed}).")
    for why, count in found.left_out.items():
        if count:
            console.print(f"  left out: {count:,} {why}")
    console.print()
    console.print("Model less record, in seconds; intervals 95%, over incidents:")
    console.print(_table(found.differences[: _whole(found)]))
    for group in GROUPS:
        mine = [each for each in found.differences if each.group == group]
        if mine:
            console.print(f"First pumps by {group}:")
            console.print(_table(sorted(mine, key=lambda each: -abs(each.bias_s) * each.count**0.5)[:_SHOWN]))
    for line in notes(found):
        console.print(line)
    console.print(f"Written to {folder}")


def _whole(found: Replay) -> int:
    return sum(each.name == "all" for each in found.differences)


def _table(differences: list[Difference] | tuple[Difference, ...]) -> object:
    table = new_table()
    table.add_column("", max_width=24)
    for name in ("Incidents", "Recorded", "Model", "Bias", "95% interval", "Spread", "Chance"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in differences:
        name = each.group if each.name == "all" else each.name
        interval = f"{each.low:+.0f} to {each.high:+.0f}"
        cells = (f"{each.count:,}", f"{each.recorded_s:.0f}", f"{each.model_s:.0f}", f"{each.bias_s:+.0f}")
        table.add_row(name, *cells, interval, f"{each.spread_s:.0f}", f"{each.chance_s:.0f}")
    return table


def notes(found: Replay) -> list[str]:
    """Return what a reader should know of the figures."""
    whole = found.differences[0]
    floor = (
        f"A spread below {NOISE_FLOOR_S:.0f} s cannot be hoped for: about so much is left of single incidents in"
        " London's records when distance is taken into account."
    )
    return [
        "Spread: of single incidents about the bias. Chance: the model's own scatter of one incident.",
        floor,
        f"Groups of fewer than 20 incidents are not shown; {whole.count:,} incidents tell when the first pump came.",
    ]


def write_replay(found: Replay, source: Source, folder: Path) -> None:
    """Write the report, the differences, and every incident. Raises UserError."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        figures = ("recorded_s", "model_s", "bias_s", "low", "high", "spread_s", "chance_s")
        head = ("group", "name", "incidents", *(f"{name.removesuffix('_s')}_s" for name in figures))
        rows = [
            (each.group, each.name, each.count, *(round(getattr(each, name), 2) for name in figures))
            for each in found.differences
        ]
        write_text(folder / "differences.csv", csv_table(head, rows))
        write_text(folder / "incidents.csv", _incidents(found, source))
        write_text(folder / "biggest_differences.txt", "\n\n".join(found.worst) + "\n")
        document = {
            "scenario": found.scenario,
            "replications": found.replications,
            "seed": found.seed,
            "records": found.rows,
            "replayed": found.incidents,
            "left_out": dict(found.left_out),
            "log_sha256": list(found.log_sha256),
            "notes": notes(found),
        }
        write_json(folder / "replay.json", document)


def _incidents(found: Replay, source: Source) -> str:
    head = (
        "row",
        "type",
        "district",
        "pump",
        "recorded_s",
        "model_s",
        "model_chance_s",
        "model_less_record_s",
    )
    rows = [
        _row(source, pump, each, i)
        for pump, each in (("first", found.first), ("second", found.second))
        for i in range(each.row.size)
    ]
    return csv_table(head, rows)


def _row(source: Source, pump: str, each: Compared, i: int) -> tuple[object, ...]:
    at, recorded, world = int(each.row[i]), source.happened.recorded, source.world
    district = world.cells.district_names[int(world.cells.district[recorded.cell[at]])]
    mine = (each.recorded_s[i], each.model_s[i], each.chance_s[i], each.model_s[i] - each.recorded_s[i])
    kind = world.demand.key[int(recorded.type[at])]
    return (int(source.happened.row[at]), kind, district, pump, *(round(float(value), 1) for value in mine))
