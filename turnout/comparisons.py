"""Comparisons in Python: a base and its options over the same incidents and crews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from experiments.compare.result import Comparison as Result
from experiments.compare.settings import CompareSettings, parse_smallest
from experiments.compare.study import compare_scenarios
from experiments.execution import model
from scenarios.schema.scenario import Scenario
from turnout.figures import differences_frame
from turnout.runs import Run, read, told


@dataclass(frozen=True)
class Comparison:
    """A base and its options, every measure paired replication by replication."""

    result: Result = field(repr=False)
    scenarios: tuple[Scenario, ...] = field(repr=False)  # the base first

    @property
    def replications(self) -> int:
        """How often each was simulated."""
        return self.result.replications

    def measures(self) -> pd.DataFrame:
        """Return every measure of every option against the base, a row each.

        Columns: option, measure, title, base and value (means), difference (option less base), low and high (95%
        interval of the difference, paired), unit (``share``: a fraction; ``s``: seconds), verdict, p_adjusted (Holm's
        over the options for the measures of the first table), smallest_of_interest, definition.
        """
        base = self.scenarios[0]
        return pd.concat([differences_frame(one, base) for one in self.result.options], ignore_index=True)

    def districts(self) -> pd.DataFrame:
        """Return who gains and who loses by district, a row an option and district; first pumps of the fire service.

        ``change_s`` is the mean change of the first pump's time in seconds (more is later) with its 95% interval.
        Empty where districts cannot be compared.
        """
        rows = [
            {
                "option": option.name,
                "district": one.name,
                "incidents_per_year": one.incidents_per_year,
                "change_s": one.mean.value,
                "low_s": one.mean.low,
                "high_s": one.mean.high,
                "verdict": str(one.verdict),
            }
            for option in self.result.options
            if option.places is not None
            for one in option.places.districts
        ]
        return pd.DataFrame(rows)

    def runs(self) -> list[Run]:
        """Return the runs that were compared, the base first."""
        return [
            read(side.folder) for side in (self.result.base, *(each.side for each in self.result.options))
        ]


def compare(
    base: Scenario | str,
    options: Scenario | str | Sequence[Scenario | str],
    *,
    replications: int = 10,
    precision: str | None = None,
    most: int = 200,
    years: float | None = None,
    seed: int = 1,
    workers: int = 1,
    interest: str | None = None,
    runs: str | Path = "runs",
    progress: bool = False,
) -> Comparison:
    """Simulate a base and its options on the same incidents and crews: what ``turnout compare`` does.

    Args:
        base: a scenario, or the name or file of one.
        options: one or several, as ``base``.
        replications: how often each is simulated, where no ``precision`` is asked for.
        precision: go on until the interval of the difference is this narrow: ``"within_15=0.3"``, in points.
        most: ceiling on replications with ``precision``.
        years: length of a replication; None: the scenarios'.
        seed: root of all chance.
        workers: processes; figures do not depend on it.
        interest: smallest differences of interest; None: ``"points=0.1,s=1,pumps=0.1"``.
        runs: folder under which each scenario has its run folder; what is there is not done again.
        progress: tell on standard error how far it is.

    Raises:
        UserError: what the user can mend.
    """
    chosen = [options] if isinstance(options, (Scenario, str)) else list(options)
    scenarios = [model.load(each) if isinstance(each, str) else each for each in (base, *chosen)]
    settings = CompareSettings(
        replications=replications,
        precision=precision,
        ceiling=most,
        years=years,
        seed=seed,
        workers=workers,
        runs=Path(runs),
        smallest=parse_smallest(interest),
    )
    with told(progress) as tell:
        result = compare_scenarios(scenarios[0], scenarios[1:], settings, tell)
    return Comparison(result, tuple(scenarios))
