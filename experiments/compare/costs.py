"""What base and option cost a year, and what a second or a point gained costs.

Standing costs follow from the scenario; those of standby moves and hours from the log of each replication. The
rules and figures are ``scenarios/loading/costs.py`` and the service's ``costs.csv``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.compare.difference import MeasureDifference
from experiments.compare.runs import ScenarioRun
from experiments.errors import UserError
from experiments.statistics.intervals import Interval
from experiments.statistics.paired import paired_difference
from scenarios.loading.costs import Costs, costs_of
from scenarios.loading.faults import ScenarioError
from scenarios.schema.scenario import Scenario

LINES = {
    "wholetime_crews": "Wholetime crews",
    "day_crewed_crews": "Day crews",
    "on_call_crews": "On-call crews",
    "on_call_hours": "On-call hours at incidents",
    "standby_moves": "Standby moves",
    "appliance_hours": "Appliance hours",
    "appliances": "Appliances",
    "total": "Cost a year",
}
"""Lines of the cost of a year with their titles; the last is the sum."""

GAINS = ("fire.all.within_15", "fire.plt.mean_s", "fire.primary.mean_s", "fire.second_pump.mean_s")
"""Measures whose gain is set against the cost."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the cost of a year, GBP; ``interval`` is of option − base."""

    name: str
    title: str
    base: float
    option: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class CostOfGain:
    """GBP a year of each second or point by which a measure differs, and what the pair of signs means.

    ``meaning``: ``costs`` (dearer and better: the price of a second or point gained), ``saves`` (cheaper and
    worse: what is saved for each given up), ``better and cheaper``, ``worse and dearer`` (no price makes
    sense: ``gbp`` is None). ``low`` and ``high`` carry the interval of the measure's difference.
    """

    measure: str
    title: str
    per: str  # second | point
    meaning: str
    gbp: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class CostDifference:
    """Cost of a year of base and option, and the cost of what is gained."""

    lines: tuple[CostLine, ...]
    gains: tuple[CostOfGain, ...]

    @property
    def total(self) -> CostLine:
        """The sum of all lines."""
        return self.lines[-1]


def load_costs(scenario: Scenario) -> Costs | None:
    """Return the cost model of a scenario's service, None if it has none. Raises UserError telling every fault."""
    try:
        return costs_of(scenario)
    except ScenarioError as fault:
        raise UserError(str(fault)) from fault


def yearly_costs(run: ScenarioRun, costs: Costs) -> dict[str, list[float]]:
    """Return every line of the cost of a year over the replications, GBP."""
    standing = costs.standing(run.scenario)
    found: dict[str, list[float]] = {name: [] for name in LINES}
    for number in range(run.done.count):
        on_call_h, all_h = committed_hours(run, number, costs.day_share)
        moves = sum(run.values(f"fire.standby.{kind}")[number] for kind in ("moves", "people_moves"))
        parts = standing | {
            "on_call_hours": on_call_h * costs.on_call_crew_hour,
            "standby_moves": moves * costs.standby_move,
            "appliance_hours": all_h * costs.appliance_hour,
        }
        for name, value in parts.items():
            found[name].append(value)
        found["total"].append(sum(parts.values()))
    return found


def committed_hours(run: ScenarioRun, number: int, day_share: float) -> tuple[float, float]:
    """Return the hours a year that on-call crews, and all own appliances, were committed in a replication.

    Of a day-crewed appliance the share of the week without its day crew counts as on-call.
    """
    table = run.table(number, "by_appliance", ("crewing", "committed_h"))
    share = {"on call": 1.0, "day": 1.0 - day_share}
    hours = table["committed_h"]
    on_call = sum(
        share.get(str(crewing), 0.0) * float(h) for crewing, h in zip(table["crewing"], hours, strict=True)
    )
    return on_call, float(hours.sum())


def compare_costs(
    base: ScenarioRun, option: ScenarioRun, costs: Costs, measures: Sequence[MeasureDifference]
) -> CostDifference:
    """Set the costs of base and option side by side."""
    before, after = yearly_costs(base, costs), yearly_costs(option, costs)
    lines = []
    for name, title in LINES.items():
        paired = paired_difference(before[name], after[name])
        lines.append(CostLine(name, title, paired.base, paired.option, paired.interval))
    by_name = {measure.name: measure for measure in measures}
    gains = [cost_of_gain(lines[-1].interval, by_name[name]) for name in GAINS if name in by_name]
    return CostDifference(tuple(lines), tuple(gain for gain in gains if gain is not None))


def cost_of_gain(cost: Interval, measure: MeasureDifference) -> CostOfGain | None:
    """Return what each second or point costs or saves; None unless both intervals leave out zero."""
    certain = all(each.low > 0.0 or each.high < 0.0 for each in (cost, measure.interval))
    if measure.verdict not in ("better", "worse") or not certain:
        return None
    better, dearer = measure.verdict == "better", cost.value > 0.0
    per, scale = ("point", 100.0) if measure.unit == "share" else ("second", 1.0)
    if better != dearer:
        meaning = "better and cheaper" if better else "worse and dearer"
        return CostOfGain(measure.name, measure.title, per, meaning, None, None, None)
    ends = sorted(abs(end) * scale for end in (measure.interval.low, measure.interval.high))
    low, high = abs(cost.value) / ends[1], abs(cost.value) / ends[0]
    gbp = abs(cost.value) / (abs(measure.difference) * scale)
    return CostOfGain(measure.name, measure.title, per, "costs" if dearer else "saves", gbp, low, high)
