"""Write the tables of the what-if library: every scenario against its base, by the comparison itself.

``python docs/make_library_table.py`` (or ``make library``) simulates each scenario of ``scenarios/library`` and its
base over the same days, and puts what came out between the marks of ``docs/what_if_library.md`` (fire) and
``docs/what_if_police.md``. What an officer would expect stands beforehand in ``scenarios/library/expected.csv``. Runs
are kept: a second call is quick.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from experiments.compare import CompareSettings, Comparison, MeasureDifference, compare_scenarios
from experiments.compare.verdicts import short_verdict
from experiments.execution import model
from experiments.presentation.formatting import change, change_span
from scenarios.building.world import build_world
from scenarios.loading.files import library_files
from scenarios.loading.load import list_library, load_scenario
from sim.engine.run import simulate

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = ROOT / "scenarios" / "library" / "expected.csv"
MARKS = ("<!-- table: written by docs/make_library_table.py -->\n", "<!-- end of the table -->\n")


@dataclass(frozen=True, slots=True)
class Part:
    """The scenarios that extend one base: the page that tells of them, and the measures of its first table."""

    page: Path
    main: dict[str, str]  # measure to heading: differences in points for shares, in seconds for times


PARTS = {
    "baseline": Part(
        ROOT / "docs" / "what_if_library.md",
        {
            "fire.all.within_15": "within 15 min",
            "fire.plt.mean_s": "life-threatening",
            "fire.second_pump.mean_s": "second pump",
            "fire.availability.overall": "available",
            "fire.standby.moves": "standby moves",
        },
    ),
    "police-baseline": Part(
        ROOT / "docs" / "what_if_police.md",
        {
            "police.met.emergency": "emergencies met",
            "police.response.emergency.mean_s": "emergency mean",
            "police.met.priority": "priorities met",
            "police.queued.priority": "priorities queued",
            "police.utilisation": "cars busy",
        },
    ),
}
FIRE = "baseline"
BASES = (*PARTS, "joint")
NO_OPTIONS = (
    "uncalibrated",
    "uncalibrated-police",
    "essex-2018",
)  # they serve the calibration (docs/calibration.md)
STAMP_DAYS = 14
SHORT_DAYS, SHORT_TIMES = 60, 10
"""Scenarios of fewer days are simulated so many times more often."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an officer would expect of one measure: better, worse, more, less or none; and why."""

    scenario: str
    measure: str
    expected: str
    why: str


def expectations() -> list[Expectation]:
    """Return the rows of ``expected.csv``."""
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return [Expectation(**row) for row in csv.DictReader(file)]


def library(base: str | None = None) -> list[str]:
    """Return every scenario of the library but the bases; with ``base``, those that are changes of it."""
    names = [entry.name for entry in list_library() if entry.name not in (*BASES, *NO_OPTIONS)]
    return [name for name in names if base in (None, base_of(name))]


def base_of(name: str) -> str:
    """Return the base that a library scenario changes: the first that it extends; one that extends none: fire's."""
    files = library_files()
    while name in files and name not in BASES:
        name = str(tomllib.loads(files[name].read_text(encoding="utf-8")).get("extends", FIRE))
    return name if name in BASES else FIRE


def compare_with_base(
    name: str, *, replications: int, workers: int, runs: Path, seed: int = 1, days: int | None = None
) -> Comparison:
    """Compare a library scenario with its base over the scenario's own days, or the first ``days`` of them."""
    option = load_scenario(name)
    if days is not None and days < option.calendar.days:
        calendar = option.calendar.model_copy(update={"days": days})
        option = option.model_copy(update={"calendar": calendar})
    base = load_scenario(base_of(name))
    short = option.calendar.days < SHORT_DAYS
    base = base.model_copy(update={"calendar": option.calendar})
    settings = CompareSettings(
        replications=replications * (SHORT_TIMES if short else 1),
        seed=seed,
        workers=workers,
        runs=runs,
        places=False,
    )
    return compare_scenarios(base, [option], settings)


def outcome(expected: str, measure: MeasureDifference, *, higher_is_better: bool | None) -> str:
    """Return whether an expectation holds: ``yes``, ``leaning`` (the mean only), ``no``, or ``against``.

    ``yes`` needs an interval wholly on the expected side, or for ``none`` one that covers zero or lies within the
    smallest difference of interest; ``against`` has it wholly on the other side.
    """
    low, high = measure.interval.low, measure.interval.high
    if expected == "none":
        inside = max(abs(low), abs(high)) <= measure.smallest
        return "yes" if inside or low <= 0.0 <= high else "no"
    better = 1.0 if higher_is_better else -1.0
    sign = {"better": better, "worse": -better, "more": 1.0, "less": -1.0}[expected]
    if sign * low > 0.0 and sign * high > 0.0:
        return "yes"
    if sign * low < 0.0 and sign * high < 0.0:
        return "against"
    return "leaning" if sign * measure.difference > 0.0 else "no"


def first_table(results: dict[str, Comparison], main: dict[str, str]) -> Iterator[str]:
    """Yield the table of main measures in Markdown; a dash where the scenario has no such measure."""
    yield "| scenario | days × times | " + " | ".join(main.values()) + " |"
    yield "|---|---|" + "---|" * len(main)
    for name, found in results.items():
        known = {each.name: each for each in found.options[0].measures}
        cells = [_cell(known[measure]) if measure in known else "–" for measure in main]
        yield f"| `{name}` | {found.days} × {found.replications} | " + " | ".join(cells) + " |"


def _cell(measure: MeasureDifference) -> str:
    return f"**{_difference(measure)}**" if measure.shown else _difference(measure)


def _difference(measure: MeasureDifference) -> str:
    interval = measure.interval
    return f"{change(measure.difference, measure.unit)} ({change_span(interval.low, interval.high, measure.unit)})"


def second_table(results: dict[str, Comparison], higher: dict[str, bool | None]) -> Iterator[str]:
    """Yield the table of expectations in Markdown."""
    yield "| scenario | measure | expected | because | base | difference (95%) | verdict | as expected |"
    yield "|---|---|---|---|---|---|---|---|"
    for each in expectations():
        if each.scenario not in results:
            continue
        found = results[each.scenario].options[0].measure(each.measure)
        told = outcome(each.expected, found, higher_is_better=higher[each.measure])
        verdict = short_verdict(found.verdict, slight=found.slight, needed=found.needed)
        yield (
            f"| `{each.scenario}` | `{each.measure}` | {each.expected} | {each.why} | {_figure(found)} |"
            f" {_difference(found)} | {verdict} | {told} |"
        )


def _figure(measure: MeasureDifference) -> str:
    if measure.unit == "share":
        return f"{measure.base:.1%}"
    return f"{measure.base:,.0f}" if abs(measure.base) >= 10.0 else f"{measure.base:.2f}"


@cache
def higher_is_better(base: str = FIRE) -> dict[str, bool | None]:
    """Return of every measure of a base whether more is better."""
    scenario = load_scenario(base)
    definitions: dict[str, Any] = model.definitions(model.standards(scenario), scenario=scenario)
    return {name: each.higher_is_better for name, each in definitions.items()}


@cache
def stamp(base: str) -> str:
    """Return what tells whether a page is of today's model: the digest of the base's log of two weeks, seed 1."""
    scenario = load_scenario(base)
    calendar = scenario.calendar.model_copy(update={"days": STAMP_DAYS})
    log = simulate(build_world(scenario.model_copy(update={"calendar": calendar})), seed=1, replication=0)
    return f"<!-- {STAMP_DAYS} days of {base}, seed 1: log {log.sha256()[:16]} -->"


def text_of(results: dict[str, Comparison], seed: int, base: str) -> str:
    """Return the text between the marks: the scenarios of one base."""
    lines = [
        stamp(base),
        "",
        f"Seed {seed}. Differences are scenario less `{base}`, with 95% intervals:",
        "",
        *first_table(results, PARTS[base].main),
        "",
        "## Expected beforehand",
        "",
        *second_table(results, higher_is_better(base)),
    ]
    return "\n".join(["", *lines, ""]) + "\n"


def put(page: Path, text: str) -> None:
    """Put the text between the marks of the page."""
    there = page.read_text(encoding="utf-8")
    first, last = there.index(MARKS[0]) + len(MARKS[0]), there.index(MARKS[1])
    written = page.with_suffix(".part")
    written.write_text(there[:first] + text + there[last:], encoding="utf-8")
    written.replace(page)


def main() -> None:
    """Compare every scenario and write the pages."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--replications", type=int, default=4)
    parser.add_argument("--days", type=int, help="at most so many days of each scenario")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--base", choices=list(PARTS), help="only the scenarios and the page of this base")
    parser.add_argument("scenarios", nargs="*", help="only these, printed and not written")
    given = parser.parse_args()
    for base, part in PARTS.items():
        names = [name for name in given.scenarios or library() if base_of(name) == base]
        results = {}
        for name in names if given.base in (None, base) else ():
            results[name] = compare_with_base(
                name,
                replications=given.replications,
                workers=given.workers,
                runs=given.runs,
                seed=given.seed,
                days=given.days,
            )
            line = list(first_table({name: results[name]}, part.main))[2:]
            print("\n".join(line), file=sys.stderr, flush=True)
        if results and given.scenarios:
            sys.stdout.write(text_of(results, given.seed, base))
        elif results:
            put(part.page, text_of(results, given.seed, base))


if __name__ == "__main__":
    main()
