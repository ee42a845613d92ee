"""Comparing a base with its options: run, pair, judge."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.compare.costs import compare_costs, load_costs
from experiments.compare.cover_moves import cover_note
from experiments.compare.difference import MeasureDifference
from experiments.compare.fleets import as_judged, fleet_note
from experiments.compare.pairs import pair_incidents, same_map
from experiments.compare.places import Places, compare_places
from experiments.compare.result import Comparison, OptionResult, Side
from experiments.compare.runs import ScenarioRun, precise, precisions, run_all
from experiments.compare.settings import (
    CompareSettings,
    check_comparable,
    content,
    labels,
)
from experiments.execution import model
from experiments.execution.progress import Progress, silent
from experiments.presentation.headline import headline
from experiments.run.study import with_length
from experiments.statistics.intervals import LEVEL
from experiments.statistics.paired import (
    Paired,
    Verdict,
    holm,
    judge,
    paired_difference,
    replications_for,
)
from scenarios.loading.costs import Costs
from scenarios.schema.scenario import Scenario
from sim.measures import Definition
from sim.world.fire import World


def compare_scenarios(
    base: Scenario, options: Sequence[Scenario], settings: CompareSettings, progress: Progress = silent
) -> Comparison:
    """Run ``base`` and every option on common random numbers and compare each option with the base.

    The scenarios (``scenarios.schema.scenario.Scenario``) need no files. What their run folders already hold is not
    done again. Raises UserError for what the user can mend, and Stopped when it was stopped.
    """
    scenarios = [with_length(scenario, settings.years, settings.days) for scenario in (base, *options)]
    check_comparable(scenarios[0], scenarios[1:])
    police_alone = scenarios[0].service == "police"  # the cost model is of appliances and their crews
    costs = None if police_alone else load_costs(scenarios[0])
    runs = run_all(scenarios, settings, progress)
    wanted = precisions(scenarios[0], settings)
    notes = () if not wanted or precise(runs, wanted) else (_not_reached(runs[0].done.count),)
    return _compared(runs, settings, costs, notes)


def _not_reached(count: int) -> str:
    return f"The precision was not reached in {count} replications: raise --most."


def _compared(
    runs: Sequence[ScenarioRun], settings: CompareSettings, costs: Costs | None, notes: tuple[str, ...]
) -> Comparison:
    names = labels([run.scenario for run in runs])
    sides = [
        Side(name, run.scenario.title, str(run.folder.path), run.done.log_sha256, run.done.reused)
        for name, run in zip(names, runs, strict=True)
    ]
    measures = differences(runs, settings)
    options = []
    base_world = model.build(runs[0].scenario) if settings.places else None
    for side, run, found in zip(sides[1:], runs[1:], measures, strict=True):
        world = model.build(run.scenario) if settings.places else None
        worlds = None if base_world is None or world is None else (base_world, world)
        places, told = _places(runs[0], run, worlds, settings)
        if run.scenario.service != "police":
            told += _why(runs[0], run, worlds, found)
        # A second gained over other incidents has no price.
        priced = () if places is not None and places.unpaired_per_year > 0.0 else found
        option = OptionResult(
            side,
            found,
            same_as_base=content(run.scenario) == content(runs[0].scenario),
            places=places,
            costs=None if costs is None else compare_costs(runs[0], run, costs, priced),
            notes=told,
        )
        options.append(option)
    return Comparison(
        base=sides[0],
        options=tuple(options),
        replications=runs[0].done.count,
        seed=settings.seed,
        days=runs[0].scenario.calendar.days,
        headline=_headline_of(runs[0]),
        smallest=settings.by_unit,
        notes=notes,
    )


def _headline_of(run: ScenarioRun) -> tuple[str, ...]:
    """Return the measures whose verdicts are adjusted for the number of options: those of the first table."""
    return tuple(headline(run.done.values))


def differences(
    runs: Sequence[ScenarioRun], settings: CompareSettings
) -> list[tuple[MeasureDifference, ...]]:
    """Return every measure of every option against the base, ``runs[0]``."""
    base, options = runs[0], runs[1:]
    definitions = model.definitions(model.standards(base.scenario), scenario=base.scenario)
    known = [name for name in definitions if name in base.done.values]
    first = _headline_of(base)
    found: list[list[MeasureDifference]] = [[] for _ in options]
    for name in known:
        pairs = [paired_difference(base.values(name), option.values(name)) for option in options]
        ps = [pair.p for pair in pairs]
        adjusted = holm(ps) if name in first else ps
        for place, (pair, p) in enumerate(zip(pairs, adjusted, strict=True)):
            family = len(options) if name in first else 1
            definition = as_judged(definitions[name], base.scenario, options[place].scenario)
            found[place].append(_measure(definition, pair, p, family, settings))
    return [tuple(one) for one in found]


def _measure(
    definition: Definition, pair: Paired, p: float, family: int, settings: CompareSettings
) -> MeasureDifference:
    smallest = settings.smallest_of(definition.unit, pair.base)
    verdict, slight = judge(pair, p=p, smallest=smallest, higher_is_better=definition.higher_is_better)
    needed = None
    if verdict is Verdict.TOO_FEW:
        needed = replications_for(pair.spread, smallest, level=1.0 - (1.0 - LEVEL) / family)
    return MeasureDifference(
        name=definition.name,
        title=definition.title,
        unit=definition.unit,
        base=pair.base,
        option=pair.option,
        interval=pair.interval,
        verdict=verdict,
        slight=slight,
        smallest=smallest,
        needed=needed,
        p=pair.p,
        p_adjusted=p,
        adjusted=family > 1,
        variance_ratio=pair.variance_ratio,
    )


def _why(
    base: ScenarioRun,
    option: ScenarioRun,
    worlds: tuple[World, World] | None,
    measures: Sequence[MeasureDifference],
) -> tuple[str, ...]:
    """Return what a reader would ask of an option's figures next: another fleet, more cover moves."""
    notes = [fleet_note(base, option)]
    if worlds is not None:
        notes.append(cover_note(base, option, worlds, measures))
    return tuple(note for note in notes if note is not None)


def _places(
    base: ScenarioRun, option: ScenarioRun, worlds: tuple[World, World] | None, settings: CompareSettings
) -> tuple[Places | None, tuple[str, ...]]:
    """Return gains and losses by place, and why there are none; ``worlds`` None: not asked for."""
    if worlds is None:
        return None, ()
    if base.scenario.service == "police":
        return None, (
            "Districts and cells are compared by first pumps: nothing is said of them for the police.",
        )
    if not same_map(worlds):
        return None, ("The maps have different cells: nothing is said of districts and cells.",)
    pairs = pair_incidents(base, option, worlds)
    places = compare_places(
        pairs,
        worlds[0],
        replications=base.done.count,
        smallest_s=settings.smallest_of("s", 0.0),
        size_m=base.scenario.geography.cell_size_m,
    )
    return places, ()
