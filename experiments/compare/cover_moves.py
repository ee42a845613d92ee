"""Why there are more cover moves, or fewer: which stations they cover, and what changed there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from experiments.compare.difference import MeasureDifference
from experiments.compare.runs import ScenarioRun
from experiments.presentation.formatting import change
from sim.decisions.routes import site_to_site
from sim.world.fire import World

MOVES = "fire.standby.moves"
_TOLD = 2
_PART = 0.2  # of all moves more or fewer: stations with less are not told of
_WORTH = 12.0  # moves a year
_NOON = 36  # hour of the week: Tuesday


def cover_note(
    base: ScenarioRun, option: ScenarioRun, worlds: tuple[World, World], measures: Sequence[MeasureDifference]
) -> str | None:
    """Say at which stations the option makes more or fewer cover moves, and why; None where it makes about as many."""
    moves = next((one for one in measures if one.name == MOVES), None)
    if moves is None or not moves.shown or abs(moves.difference) < _WORTH:
        return None
    before, after = _moves_in(base), _moves_in(option)
    by_station = {code: after[code] - before[code] for code in {**before, **after}}
    worth = [
        (code, more)
        for code, more in sorted(by_station.items(), key=lambda item: -abs(item[1]))
        if abs(more) >= _PART * abs(moves.difference)
    ]
    told = [_station(code, more, base, option, worlds) for code, more in worth[:_TOLD]]
    return f"Standby moves, {change(moves.difference, '')} a year: {'; '.join(told)}." if told else None


def _moves_in(run: ScenarioRun) -> Counter[str]:
    """Return the moves a year that cover each station, mean over the replications."""
    years = run.scenario.calendar.days / 365.0 * run.done.count
    found: Counter[str] = Counter()
    for number in range(run.done.count):
        table = run.table(number, "standby_by_station", ("station", "moves_in"))
        for code, moves in zip(table["station"], table["moves_in"], strict=True):
            found[str(code)] += float(moves) / years  # type: ignore[assignment]
    return found


def _station(
    code: str, more: float, base: ScenarioRun, option: ScenarioRun, worlds: tuple[World, World]
) -> str:
    stations = {**base.scenario.stations, **option.scenario.stations}
    text = f"{change(more, '')} to {stations[code].name}"
    places = [run.scenario.stations.get(code) for run in (base, option)]
    if places[1] is None:
        return f"{text}, which is closed"
    longest = option.scenario.cover.longest_move_min
    near = [pumps_within(world, code, longest) for world in worlds]
    if near[0] != near[1]:
        reach = f"within the {longest:g} minutes of a move"
        return f"{text}: {near[1]} pumps of other stations stand {reach}, {near[0]} in the base"
    if places[0] is not None and places[0].core != places[1].core:
        return f"{text}, which is {'now' if places[1].core else 'no longer'} a core station"
    covered = [_covered(run, code) for run in (base, option)]
    return f"{text}: it had a pump on the run for {covered[0]:.1%} of the time in the base, {covered[1]:.1%} here"


def pumps_within(world: World, code: str, longest_min: float) -> int:
    """Return how many own pumps of other stations can drive to a station in time, on ordinary roads at noon."""
    if code not in world.sites.key:
        return 0
    band = int(world.travel.band_of_hour[_NOON])
    minutes = site_to_site(world.travel, band, world.cells.inside.size)[:, world.sites.key.index(code)]
    near = minutes * world.timings.return_factor <= longest_min
    site = world.units.site
    mine = world.units.own & world.units.pump & (site != world.sites.key.index(code))
    return int(np.count_nonzero(mine & near[site]))


def _covered(run: ScenarioRun, code: str) -> float:
    """Return the share of time with at least one of a station's pumps on the run, mean over the replications."""
    shares = []
    for number in range(run.done.count):
        table = run.table(number, "availability_by_station", ("station", "at_least_one"))
        shares += table["at_least_one"][table["station"].astype(str) == code].tolist()
    return float(np.mean(shares)) if shares else 0.0
