"""A comparison as a command asks for it: load, compare, write, print. Shared by ``compare`` and ``what-if``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.compare.as_json import comparison_document
from experiments.compare.result import Comparison
from experiments.compare.settings import CompareSettings, check_enough, parse_smallest
from experiments.compare.study import compare_scenarios
from experiments.compare.text import print_comparison
from experiments.compare.write import check_out, default_out, write_comparison
from experiments.errors import UserError
from experiments.execution import model
from experiments.presentation.as_json import as_text
from experiments.presentation.progress import progress_bar
from experiments.presentation.terminal import console

BREAKDOWNS = ("district", "cell")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command as they were given."""

    replications: int = 10
    precision: str | None = None
    most: int = 200
    years: float | None = None
    days: int | None = None
    seed: int = 1
    workers: int = 1
    interest: str | None = None
    by: str | None = None
    out: Path | None = None
    every: bool = False
    as_json: bool = False
    posterior: int | None = None
    posterior_file: Path | None = None

    def settings(self) -> CompareSettings:
        """Return the settings of the comparison. Raises UserError."""
        if self.by is not None and self.by not in BREAKDOWNS:
            msg = f'--by "{self.by}": a comparison can be broken down by district or by cell.'
            raise UserError(msg)
        return CompareSettings(
            replications=self.replications,
            precision=self.precision,
            ceiling=self.most,
            years=self.years,
            days=self.days,
            seed=self.seed,
            workers=self.workers,
            smallest=parse_smallest(self.interest),
        )


def compare_named(references: Sequence[str], asked: Asked) -> None:
    """Compare scenarios by name or file, print the result, and write it where asked."""
    settings = asked.settings()
    sample = None
    if asked.posterior is not None or asked.posterior_file is not None:
        from experiments.posterior.settings import check_asked

        refused = {"--precision": asked.precision, "--by": asked.by}
        sample = check_asked(asked.posterior, asked.posterior_file, asked.replications, refused)
    check_enough(len(references))
    check_out(asked.out)
    scenarios = [model.load(reference) for reference in references]
    with progress_bar(shown=not asked.as_json) as progress:
        if sample is None:
            comparison = compare_scenarios(scenarios[0], scenarios[1:], settings, progress)
        else:
            from experiments.compare.over_sample import compare_over_sample

            comparison = compare_over_sample(scenarios[0], scenarios[1:], settings, sample, progress)
    show_comparison(comparison, asked)


def show_comparison(comparison: Comparison, asked: Asked) -> None:
    """Write a comparison into its folder and print it."""
    folder = asked.out or default_out(comparison)
    write_comparison(comparison, folder)
    if asked.as_json:
        sys.stdout.write(as_text({**comparison_document(comparison), "out": str(folder)}))
        return
    to = console()
    print_comparison(comparison, to, every=asked.every, by=asked.by)
    to.print(f"Written to {folder}", soft_wrap=True, markup=False)
