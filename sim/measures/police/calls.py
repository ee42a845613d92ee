"""The control room: calls answered in time and given up, from the log's table ``calls``.

A share counts every call, those given up among them: a caller who gave up was not answered in time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.measures.grouping import Table, ratio
from sim.measures.incidents import slot_of
from sim.measures.police.appendix import months_of_run
from sim.measures.police.select import PoliceView
from sim.world.fire import F64, I64

LINES = ("999", "101")
_SUMMED = ("calls", "in_target", "abandoned", "redials", "wait_min", "talk_min")


def _sums(seen: PoliceView, group: I64, size: int) -> dict[str, F64]:
    """Return every summed column (size, lines) by group of the rows."""
    calls = seen.log.calls
    index = group * len(LINES) + calls["line"]
    return {
        name: np.bincount(index, weights=calls[name].astype(np.float64), minlength=size * len(LINES))
        .astype(np.float64)
        .reshape(size, len(LINES))
        for name in _SUMMED
    }


def call_values(seen: PoliceView) -> dict[str, float]:
    """Return the control room's figures by name; {} where its lines are not modelled."""
    size = seen.log.calls["line"].size
    if not size:
        return {}
    total = {name: sums[0] for name, sums in _sums(seen, np.zeros(size, dtype=np.int64), 1).items()}
    days = seen.log.horizon_min / 1440.0
    in_target = ratio(total["in_target"], total["calls"])
    abandoned = ratio(total["abandoned"], total["calls"])
    wait = ratio(total["wait_min"], total["calls"] - total["abandoned"])
    values: dict[str, float] = {}
    for place, line in enumerate(LINES):
        values |= {
            f"police.calls.{line}.per_day": float(total["calls"][place]) / days,
            f"police.calls.{line}.in_target": float(in_target[place]),
            f"police.calls.{line}.abandoned": float(abandoned[place]),
            f"police.calls.{line}.answer.mean_s": 60.0 * float(wait[place]),
        }
    lines = seen.police.lines
    if lines is not None:
        hours = seen.world.calendar.hour_of_week[: max(int(seen.log.horizon_min // 30.0), 1)]
        handler_min = 30.0 * float(lines.handlers[hours].sum())
        values["police.calls.handlers_busy"] = (
            float(total["talk_min"].sum()) / handler_min if handler_min else float("nan")
        )
    return values


def call_tables(seen: PoliceView) -> dict[str, Table]:
    """Return ``calls_by_hour`` (local) and ``calls_by_month`` (of the run): a row for each line."""
    if not seen.log.calls["line"].size:
        return {}
    slot = slot_of(seen.world, seen.log.calls["from_min"])
    month, months = months_of_run(seen.world)
    hour = seen.world.calendar.hour.astype(np.int64)
    return {
        "calls_by_hour": _table(seen, hour[slot], [f"{number:02d}" for number in range(24)], "hour"),
        "calls_by_month": _table(seen, month[slot], months, "month"),
    }


def _table(seen: PoliceView, group: I64, names: Sequence[str], key: str) -> Table:
    total = {name: sums.ravel() for name, sums in _sums(seen, group, len(names)).items()}
    return {
        key: np.repeat(np.array(names, dtype=np.str_), len(LINES)),
        "line": np.tile(np.array(LINES, dtype=np.str_), len(names)),
        "calls": np.rint(total["calls"]).astype(np.int64),
        "in_target": ratio(total["in_target"], total["calls"]),
        "abandoned": ratio(total["abandoned"], total["calls"]),
        "answer_mean_s": 60.0 * ratio(total["wait_min"], total["calls"] - total["abandoned"]),
    }
