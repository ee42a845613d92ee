"""Reported figures against the seed documents that they are cited from, line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calibration.reported import FILE, POLICE_FILE, Reported, read_reported

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"
MONTHS = [f"2021-{month:02d}" for month in range(9, 13)] + [f"2022-{month:02d}" for month in range(1, 10)]


def cited(figure: Reported) -> list[str]:
    """Return the cited lines of the seed document."""
    number = figure.source_line.split()[0]
    [path] = SEEDS.glob(f"{number}_*.txt")
    lines = path.read_text(encoding="utf-8").split("\n")
    spans = re.findall(r"l\.(\d+)(?:-(\d+))?", figure.source_line)
    return [lines[at - 1] for low, high in spans for at in range(int(low), int(high or low) + 1)]


def forms(figure: Reported) -> set[str]:
    """Return the ways in which a document may print the figure."""
    value = figure.value
    if figure.met is not None:
        return {f"{figure.met:,}"}
    if figure.unit == "share":
        return {f"{100 * value:.{digits}f}" for digits in (0, 1)}
    if figure.unit == "s":
        return {f"{int(value) // 60} minutes and {int(value) % 60} seconds"}
    return {f"{value:.0f}", f"{value:,.0f}", "didn't meet this target for any months"}


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents are not there (../shared/seeds)")
@pytest.mark.parametrize("path", [FILE, POLICE_FILE], ids=["fire", "police"])
def test_cited_lines_hold_the_figures(path: Path) -> None:
    figures = [figure for figure in read_reported(path) if figure.source_line]
    assert len(figures) >= 12
    wrong = []
    for figure in figures:
        lines = cited(figure)
        if figure.met is not None and figure.period in MONTHS:
            column = 1 + MONTHS.index(figure.period)
            counts = [int(line.split("\t")[column]) for line in lines]
            good = counts == [figure.met, figure.not_met]
        elif figure.met is not None and ".." in figure.period and figure.measure.startswith("police.met"):
            first, last = figure.period.split("..")
            columns = range(1 + MONTHS.index(first), 2 + MONTHS.index(last))
            sums = [sum(int(line.split("\t")[column]) for column in columns) for line in lines]
            good = sums == [figure.met, figure.not_met]
        else:
            good = any(
                re.search(rf"(?<![\d.]){re.escape(form)}", line) for form in forms(figure) for line in lines
            )
        if not good:
            wrong.append(figure.key)
    assert wrong == []
