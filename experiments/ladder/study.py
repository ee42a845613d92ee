"""The ladder and the worth of each pump, from runs that share their chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.documents import Document
from experiments.execution.progress import Progress, silent
from experiments.execution.provenance import code_digest, turnout_version
from experiments.execution.tasks import StudyFolder
from experiments.ladder.blocks import BLOCKS, attendance
from experiments.ladder.removals import ORDERS, on_call_pumps, order_of_going, own_pumps
from experiments.ladder.result import Found, Rung, Worth
from experiments.ladder.runs import Ladder, Taken, simulate_all
from experiments.ladder.settings import Settings
from experiments.sensitivity.study import default_out, with_days
from experiments.statistics.intervals import t_interval, within_range
from scenarios.schema.scenario import Scenario
from sim.world.fire import World

STEPS = (0, 6, 10, 14, 18, 22, 26)
"""Pumps taken on the usual rungs: 66, 60, 56 … 40 of a fleet of 66."""
FIGURES = ("fire.all.within_15", "fire.plt.mean_s", "fire.second_pump.mean_s")
TIMES = ("day", *BLOCKS)


def study_ladder(settings: Settings, progress: Progress = silent) -> Found:
    """Do what ``turnout ladder`` does, but for the printing and the results' files.

    Raises UserError for what the user can mend, and Stopped when it was stopped.
    """
    _check_orders(settings)
    scenario = with_days(model.load(settings.base), settings.days)
    if scenario.service == "police":
        msg = f"{scenario.name} is of the police: a ladder takes a fire service's pumps away. Name a fire scenario."
        raise UserError(msg)
    world = model.build(scenario)
    rungs = checked_rungs(settings, len(own_pumps(world)), len(on_call_pumps(world)))
    identity = _identity(scenario, settings)
    folder = StudyFolder(settings.out or default_out("ladder", identity))
    with folder.opened(identity):
        ladder = Ladder(world, model.standards(scenario), settings.seed, folder)
        return climb_ladder(ladder, settings, rungs, progress, name=scenario.name, title=scenario.title)


def climb_ladder(
    ladder: Ladder, settings: Settings, rungs: Sequence[int], progress: Progress, *, name: str, title: str
) -> Found:
    """Do every run of a ladder on a built World and sum it up."""
    world = ladder.world
    plan = _plan(world, settings, rungs)
    pumps = own_pumps(world) if settings.leave_one_out else []
    keys = world.units.key
    sets = [taken for orders in plan.values() for taken in orders] + [((), False)]
    sets += [((keys[unit],), False) for unit in pumps]
    runs = [Taken(gone, by_day, r) for gone, by_day in sets for r in range(settings.replications)]
    done = simulate_all(ladder, runs, workers=settings.workers, progress=progress)
    of = _Lookup(done, settings.replications, len(own_pumps(world)), model.units(ladder.standards))
    years = world.calendar.horizon_min / 1440.0 / world.calendar.year_days
    worth = [_worth(of, keys[unit], world.sites.name[world.units.site[unit]], years) for unit in pumps]
    worth.sort(key=lambda each: (-each.within["day"].value, each.pump))
    return Found(
        scenario=name,
        title=title,
        fleet=of.fleet,
        settings=settings,
        rungs=tuple(_rung(of, by, rung, orders) for (by, rung), orders in plan.items()),
        pumps=tuple(worth),
        units=of.units,
        runs=len(done),
        out=str(ladder.folder.path),
    )


_Set = tuple[tuple[str, ...], bool]


def _plan(world: World, settings: Settings, rungs: Sequence[int]) -> dict[tuple[str, int], list[_Set]]:
    """Return for each order of going and rung the sets of pumps taken, one for each order by lot."""
    fleet, keys = len(own_pumps(world)), world.units.key
    plan: dict[tuple[str, int], list[_Set]] = {}
    for by in settings.by:
        count = 1 if by == "farthest" else settings.orders
        going = [order_of_going(world, by, number, settings.seed) for number in range(count)]
        for rung in rungs:
            plan[by, rung] = [
                (
                    tuple(sorted(keys[unit] for unit in order[: fleet - rung])),
                    by == "on_call_by_day" and rung < fleet,
                )
                for order in going
            ]
    return plan


class _Lookup:
    """Finds the runs of a set of pumps taken."""

    def __init__(
        self, done: Mapping[Taken, Document], replications: int, fleet: int, units: Mapping[str, str]
    ) -> None:
        self.done, self.replications, self.fleet, self.units = done, replications, fleet, units

    def documents(self, taken: _Set) -> list[Document]:
        return [self.done[Taken(*taken, r)] for r in range(self.replications)]

    def measure(self, taken: _Set, name: str) -> list[float]:
        found = [each["measures"].get(name) for each in self.documents(taken)]
        return [math.nan if value is None else float(value) for value in found]


def _mean_of(rows: Sequence[Sequence[float]]) -> list[float]:
    return [math.fsum(column) / len(column) for column in zip(*rows, strict=True)]


def _rung(of: _Lookup, by: str, rung: int, orders: Sequence[_Set]) -> Rung:
    whole: _Set = ((), False)
    values, changes, spread = {}, {}, {}
    names = [
        name for name in of.documents(whole)[0]["measures"] if name in FIGURES or name.startswith("standard.")
    ]
    for name in names:
        rows = [of.measure(order, name) for order in orders]
        mean, base = _mean_of(rows), of.measure(whole, name)
        values[name] = within_range(t_interval(mean), of.units.get(name, ""))
        changes[name] = t_interval([a - b for a, b in zip(mean, base, strict=True)])
        means = [math.fsum(row) / len(row) for row in rows]
        spread[name] = (min(means), max(means))
    crewed = _mean_of([of.measure(order, "fire.availability.overall") for order in orders])
    on_the_run = within_range(t_interval([of.fleet * share for share in crewed]), "pumps")
    return Rung(by, rung, on_the_run, values, changes, spread)


def _worth(of: _Lookup, pump: str, station: str, years: float) -> Worth:
    whole, less = of.documents(((), False)), of.documents(((pump,), False))
    within, plt_s, a_year = {}, {}, {}
    for time in TIMES:
        pairs = [
            (attendance(a["blocks"], time), attendance(b["blocks"], time))
            for a, b in zip(whole, less, strict=True)
        ]
        within[time] = t_interval([a.within - b.within for a, b in pairs])
        plt_s[time] = t_interval([b.plt_s - a.plt_s for a, b in pairs])
        a_year[time] = t_interval(
            [(_count(a, time) - _count(b, time)) / years for a, b in zip(whole, less, strict=True)]
        )
    return Worth(pump, station, within, plt_s, a_year)


def _count(document: Document, time: str) -> float:
    names = list(BLOCKS) if time == "day" else [time]
    return math.fsum(float(document["blocks"][name]["within"]) for name in names)


def checked_rungs(settings: Settings, fleet: int, on_call: int) -> tuple[int, ...]:
    """Return the rungs, the highest first. Raises UserError for one that cannot be."""
    if not settings.rungs:
        most = min([fleet, *([on_call + 1] if "on_call_by_day" in settings.by else [])])
        return tuple(fleet - step for step in STEPS if step < most) or (fleet,)
    for rung in settings.rungs:
        if rung > fleet:
            msg = f"--rungs {rung}: the fleet has {fleet} pumps. Give numbers from 1 to {fleet}."
            raise UserError(msg)
        if rung < 1:
            msg = f"--rungs {rung}: a rung is a number of pumps. Give numbers from 1 to {fleet}."
            raise UserError(msg)
        if "on_call_by_day" in settings.by and rung < fleet - on_call:
            msg = (
                f"--rungs {rung}: only {on_call} of the {fleet} pumps are on-call, so on_call_by_day leaves "
                f"{fleet - on_call}. Give no lower rung, or leave on_call_by_day out of --by."
            )
            raise UserError(msg)
    return tuple(sorted(set(settings.rungs), reverse=True))


def _check_orders(settings: Settings) -> None:
    from scenarios.loading.faults import nearest

    for by in settings.by:
        if by not in ORDERS:
            msg = (
                f'--by "{by}": no such order of going; the nearest is {nearest(by, ORDERS)}. '
                f"Known: {', '.join(ORDERS)}."
            )
            raise UserError(msg)
    if not settings.by:
        msg = f"--by names no order of going. Give some of {', '.join(ORDERS)}."
        raise UserError(msg)


def _identity(scenario: Scenario, settings: Settings) -> Document:
    from scenarios.loading.load import digest

    return {
        "study": "ladder",
        "scenario": scenario.name,
        "scenario_sha256": digest(scenario),
        "days": settings.days,
        "seed": settings.seed,
        "turnout": turnout_version(),
        "model_sha256": code_digest(),
    }
