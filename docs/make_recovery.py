"""Does the shipped way of fitting find what is there? Known worlds are reported, fitted, and compared.

``python docs/make_recovery.py FOLDER --points 320 --trials 40``: FOLDER is that of a finished ``turnout calibrate``
with these points; its simulated points serve every trial. Each trial simulates one year of a world drawn from the
prior, on a seed of its own. Trials are kept beside the points: a second call is quick.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.recovery import Recovery, recovery
from calibration.simulated_runs import Runs
from experiments.calibrate.settings import Settings
from experiments.calibrate.simulator import Simulator
from experiments.calibrate.study import calibrate
from experiments.execution.tasks import StudyFolder

SEED = 4_000


def main() -> None:
    arguments = _arguments()
    settings = Settings(
        service=arguments.service,
        points=arguments.points,
        waves=arguments.waves,
        replications=arguments.replications,
        days=arguments.days,
        seed=arguments.seed,
        workers=arguments.workers,
        out=arguments.folder,
    )
    found = calibrate(settings)
    subject = found.subject
    simulator = Simulator(subject.scenario, subject.parameters, subject.outputs)
    folder = StudyFolder(arguments.folder)

    def one_year(points: NDArray[np.float64], replications: Sequence[tuple[int, int]]) -> Runs:
        [(seed, first)] = replications
        return simulator.run(points, folder, seed=seed, replications=1, first=first)

    print(_table(recovery(found.fit, one_year, arguments.trials, SEED)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--service", default="fire")
    parser.add_argument("--points", type=int, required=True)
    parser.add_argument("--waves", type=int, default=3)
    parser.add_argument("--replications", type=int, default=2)
    parser.add_argument("--days", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--trials", type=int, default=40)
    return parser.parse_args()


def _table(found: Recovery) -> str:
    trials = len(found.truths)
    lines = [
        (
            f"{trials} trials; 90% intervals should hold the truth in 90% of them, at least"
            f" {found.least_coverage:.1%} (three binomial standard errors)."
        ),
        "",
        "| parameter | held by the 90% interval | error in prior spreads | spread left of the prior | verdicts |",
        "| --- | --- | --- | --- | --- |",
    ]
    for i, key in enumerate(found.keys):
        verdicts = Counter(each[i] for each in found.verdicts)
        told = ", ".join(f"{verdict} {count}" for verdict, count in verdicts.most_common())
        lines.append(
            f"| {key} | {found.coverage[i]:.1%} | {found.root_mean_square_error[i]:.2f} "
            f"| {found.remaining[:, i].mean():.2f} | {told} |"
        )
    lines.append(f"| all | {found.covered.mean():.1%} | | | |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
