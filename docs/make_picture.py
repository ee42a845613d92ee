"""Draw the README's picture from a finished run: first attendance by crewing, and why incidents were missed.

``python docs/make_picture.py [RUN]`` writes ``docs/images/first_attendance.png``. RUN is the folder of a run;
default the latest one. Needs matplotlib: ``pip install --constraint constraints.txt --editable ".[docs]"``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from experiments.execution import model
from experiments.execution.results_folder import latest, read_identity
from experiments.execution.store import SCENARIO_FILE, RunFolder
from experiments.execution.tables import read_log
from sim.measures.fire.response import crewing_of_first
from sim.measures.fire.select import view

mpl.use("Agg")
from matplotlib import pyplot as plt

OUT = Path(__file__).parent / "images" / "first_attendance.png"
COLOURS = {"immediate": "#1b6ca8", "on_call": "#d1603d", "under_way": "#3f8f5f", "neighbour": "#8a8a8a"}
LABELS = {
    "immediate": "crew on station",
    "on_call": "on-call crew",
    "under_way": "already under way",
    "neighbour": "a neighbour's",
}
LIMIT_MIN = 15.0


def attendance_by_crewing(run: Path) -> dict[str, np.ndarray]:
    """Return the minutes from call to first pump of all replications, by the crewing of that pump."""
    world = model.build(model.load(str(run / SCENARIO_FILE)))
    folder = RunFolder(run)
    found: dict[str, list[np.ndarray]] = {name: [] for name in LABELS}
    for number in sorted(folder.finished()):
        seen = view(world, read_log(folder.replication(number)))
        for name, mask in crewing_of_first(seen).items():
            if name in found:
                found[name].append(seen.attendance_min[seen.counted & mask])
    return {name: np.concatenate(parts) for name, parts in found.items()}


def draw_attendance(axes: Any, minutes: dict[str, np.ndarray], years: float) -> None:
    edges = np.arange(0.0, 30.5, 0.5)
    for name, values in minutes.items():
        counts, _ = np.histogram(values, edges)
        axes.stairs(counts / years, edges, color=COLOURS[name], linewidth=1.8, label=LABELS[name])
    axes.axvline(LIMIT_MIN, color="black", linewidth=1.0, linestyle="--")
    axes.text(LIMIT_MIN + 0.3, axes.get_ylim()[1] * 0.97, "15 minutes", va="top", fontsize=9)
    axes.set(
        xlabel="minutes from call to first pump", ylabel="incidents a year, by half minute", xlim=(0, 30)
    )
    axes.legend(frameon=False, title="first pump", loc="center right", fontsize=9)


def draw_missed(axes: Any, missed: dict[str, float]) -> None:
    causes = list(missed)[::-1]
    shares = [100.0 * (missed[cause] or 0.0) for cause in causes]
    axes.barh([cause.replace("_", " ") for cause in causes], shares, color="#5a6b7b")
    for place, share in enumerate(shares):
        axes.text(share + 1.0, place, f"{share:.0f}%", va="center", fontsize=9)
    axes.set(xlabel="share of them, %", xlim=(0, max(shares) * 1.18))


def main() -> None:
    run = Path(sys.argv[1]) if len(sys.argv) > 1 else latest()
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    by_name = {measure["name"]: measure for measure in summary["measures"]}
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.0, 3.8), width_ratios=(3, 2), layout="constrained")
    years = len(RunFolder(run).finished()) * read_identity(run)["days"] / 365.25
    draw_attendance(left, attendance_by_crewing(run), years)
    draw_missed(right, summary["missed"])
    within = by_name["fire.all.within_15"]["value"]
    left.set_title(f"{within:.1%} of incidents have a pump within 15 minutes", loc="left", fontsize=11)
    right.set_title("Why the others were missed", loc="left", fontsize=11)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    OUT.parent.mkdir(exist_ok=True)
    figure.savefig(OUT, dpi=110, metadata={"Software": "turnout"})
    print(OUT)


if __name__ == "__main__":
    main()
