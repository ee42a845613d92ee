"""``turnout compare --posterior N``: every parameter set is applied to base and options alike.

Base and option of a parameter set also share their replications. The difference of a pair holds neither what the
parameters do to both, nor the chance of the years; its spread over the sets is what the parameters do to the
difference itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from experiments.compare.difference import MeasureDifference
from experiments.compare.fleets import as_judged
from experiments.compare.result import Comparison, OptionResult, Side
from experiments.compare.settings import CompareSettings, check_comparable, content, labels
from experiments.execution import model
from experiments.execution.progress import Progress, silent
from experiments.execution.tasks import StudyFolder
from experiments.posterior.evaluate import SampleResults
from experiments.posterior.settings import Asked
from experiments.posterior.study import basis_of, choose_draws, default_out, identity_of, simulate_draws
from experiments.posterior.variance import Spread, spread
from experiments.presentation.headline import headline
from experiments.run.study import with_length
from experiments.statistics.paired import Paired, Verdict, holm, judge, mean
from scenarios.schema.scenario import Scenario
from sim.measures import Definition

Values = Sequence[Sequence[float]]


def compare_over_sample(
    base: Scenario,
    options: Sequence[Scenario],
    settings: CompareSettings,
    asked: Asked,
    progress: Progress = silent,
) -> Comparison:
    """Simulate ``base`` and every option at the same parameter sets and compare each option with the base.

    What their folders already hold is not done again. Places and costs are not compared. Raises UserError for what
    the user can mend, and Stopped when it was stopped.
    """
    scenarios = [with_length(scenario, settings.years, settings.days) for scenario in (base, *options)]
    check_comparable(scenarios[0], scenarios[1:])
    chosen = choose_draws(scenarios[0], asked, settings.seed)
    # Told once and first: a model that changes under a long comparison must not split it.
    sides = [(scenario, identity_of(scenario, chosen, settings.seed)) for scenario in scenarios]
    drawn: list[SampleResults] = []
    made: list[Side] = []
    for name, (scenario, identity) in zip(labels(scenarios), sides, strict=True):
        folder = StudyFolder(default_out(identity, settings.runs))
        done = simulate_draws(
            scenario,
            chosen,
            folder,
            identity=identity,
            replications=settings.replications,
            workers=settings.workers,
            progress=_part(progress, len(made), len(sides)),
        )
        drawn.append(done)
        made.append(Side(name, scenario.title, str(folder.path), done.log_sha256, 0))
    measures = differences(scenarios, drawn, settings)
    return Comparison(
        base=made[0],
        options=tuple(
            OptionResult(side, found, same_as_base=content(scenario) == content(scenarios[0]))
            for side, found, scenario in zip(made[1:], measures, scenarios[1:], strict=True)
        ),
        replications=settings.replications,
        seed=settings.seed,
        days=scenarios[0].calendar.days,
        headline=tuple(headline(drawn[0].names)),
        smallest=settings.by_unit,
        basis=basis_of(scenarios, chosen, settings.replications),
    )


def _part(progress: Progress, place: int, of: int) -> Progress:
    """Return the progress of one scenario as a part of that of all."""

    def tell(done: int, total: int) -> None:
        progress(place * total + done, of * total)

    return tell


def differences(
    scenarios: Sequence[Scenario], drawn: Sequence[SampleResults], settings: CompareSettings
) -> list[tuple[MeasureDifference, ...]]:
    """Return every measure of every option against the base, the first; verdicts include the parameters."""
    base = scenarios[0]
    definitions = model.definitions(model.standards(base), scenario=base)
    there = set(drawn[0].names)
    first = headline(there)
    found: list[list[MeasureDifference]] = [[] for _ in drawn[1:]]
    for name in (name for name in definitions if name in there):
        before = drawn[0].values(name)
        pairs = [paired_spread(before, option.values(name)) for option in drawn[1:]]
        ps = [difference.p for _, difference in pairs]
        adjusted = holm(ps) if name in first else ps
        for place, ((levels, difference), p) in enumerate(zip(pairs, adjusted, strict=True)):
            many = name in first and len(pairs) > 1
            definition = as_judged(definitions[name], base, scenarios[place + 1])
            found[place].append(_measure(definition, levels, difference, p, many, settings))
    return [tuple(one) for one in found]


def paired_spread(base: Values, option: Values) -> tuple[tuple[float, float], Spread]:
    """Return the means of base and option, and the spread of option − base, pair by pair.

    A pair with NaN on either side is left out. Draws count alike.
    """
    pairs = [
        [(b, o) for b, o in zip(before, after, strict=True) if math.isfinite(b) and math.isfinite(o)]
        for before, after in zip(base, option, strict=True)
    ]
    levels = [[mean([pair[side] for pair in draw]) for draw in pairs if draw] for side in (0, 1)]
    return (mean(levels[0]), mean(levels[1])), spread([[o - b for b, o in draw] for draw in pairs])


def _measure(
    definition: Definition,
    levels: tuple[float, float],
    difference: Spread,
    p: float,
    adjusted: bool,
    settings: CompareSettings,
) -> MeasureDifference:
    base, option = levels
    smallest = settings.smallest_of(definition.unit, base)
    pair = Paired(base, option, difference.whole, difference.p, difference.error, float("nan"))
    verdict, slight = judge(pair, p=p, smallest=smallest, higher_is_better=definition.higher_is_better)
    if verdict is Verdict.TOO_FEW:
        verdict = Verdict.UNDECIDED
    return MeasureDifference(
        name=definition.name,
        title=definition.title,
        unit=definition.unit,
        base=base,
        option=option,
        interval=difference.whole,
        verdict=verdict,
        slight=slight,
        smallest=smallest,
        needed=None,
        p=difference.p,
        p_adjusted=p,
        adjusted=adjusted,
        variance_ratio=float("nan"),
        spread=difference,
    )
