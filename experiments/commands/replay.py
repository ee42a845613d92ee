"""``turnout replay``: incidents as they happened, held against what was recorded of them."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import EngineOption, Out
from experiments.execution import engines


class Clock(StrEnum):
    """From when recorded times count."""

    CALL = "call"
    MOBILISED = "mobilised"


def replay(
    records: Annotated[Path, typer.Argument(help="Incident records (CSV), or the folder of a run.")],
    mapping: Annotated[Path | None, typer.Option(help="What the columns of the records mean (TOML).")] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Whose crews and stations answer; default baseline, or the run's own.")
    ] = None,
    replications: Annotated[int, typer.Option(min=1, max=1000, help="How often chance is drawn.")] = 10,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**62, help="Root of all chance; default 1, or the run's.")
    ] = None,
    replication: Annotated[int, typer.Option(min=0, help="Which replication of a run is replayed.")] = 0,
    clock: Annotated[
        Clock, typer.Option(help="Recorded times count from the call, or from the first alert.")
    ] = Clock.CALL,
    engine: EngineOption = None,
    out: Out = None,
) -> None:
    """Simulate the incidents of records instead of drawn ones, and compare: bias and spread by place, hour and crew."""
    from experiments.presentation.progress import progress_bar
    from experiments.presentation.terminal import console
    from experiments.replay.settings import Settings
    from experiments.replay.study import replay as replayed
    from experiments.replay.text import print_replay, write_replay

    engines.use(engine, engines.Engine.COMPILED)
    settings = Settings(records, mapping, scenario, replications, seed, replication, clock.value, out)
    with progress_bar(shown=True) as progress:
        found, source = replayed(settings, progress)
    digest = hashlib.sha256("".join((found.scenario, *found.log_sha256)).encode()).hexdigest()[:8]
    folder = out or Path("runs") / f"replay-{records.stem.lower()}-{digest}"
    write_replay(found, source, folder)
    print_replay(found, folder, console())
