"""A single replication in memory: build the World, simulate it, read the log and its figures."""

from __future__ import annotations

import pandas as pd

from experiments.errors import UserError
from experiments.execution import model
from experiments.execution.engines import Engine
from experiments.execution.engines import play_with as play
from experiments.presentation import log_frames
from scenarios.schema.scenario import Scenario
from sim.draws.replication import draw
from sim.log.tables import Log
from sim.measures import definitions_of_world
from sim.world.fire import World
from sim.world.log_schema import TABLES


def build(scenario: Scenario) -> World:
    """Return the World of a scenario: indexed arrays, built once and shared by replications.

    Raises:
        UserError: what the scenario says cannot be; all faults together.
    """
    return model.build(scenario)


def simulate(world: World, *, seed: int = 1, replication: int = 0, engine: str = "simpy") -> Log:
    """Return the log of one replication, in memory. The same World, seed and replication give the same log.

    ``engine`` is ``"simpy"``, the model that people read, or ``"compiled"``, which writes the same log in a small part
    of the time, once it has been compiled (a minute or less, kept for this user).

    Raises:
        UserError: there is no such engine.
    """
    if engine not in tuple(Engine):
        msg = f'there is no engine "{engine}": it is simpy or compiled.'
        raise UserError(msg)
    drawn = draw(world, seed, replication)
    return play(world, drawn, seed=seed, replication=replication, engine=Engine(engine))


def frame(world: World, log: Log, table: str = "incidents") -> pd.DataFrame:
    """Return a table of the log in words: one of incidents, responses, standby, roster, calls.

    Names of places, stations, appliances and crewing in place of indices; moments in local time (``_local``, with its
    zone), durations in minutes (``_min``), coordinates in metres of the British National Grid (``easting_m``,
    ``northing_m``). NaN, NaT and empty text: it did not happen, or there is none.

    Raises:
        UserError: there is no such table.
    """
    check_table(table)
    return log_frames.FRAMES[table](world, log)


def check_table(table: str) -> None:
    """Raise UserError unless the log has a table of that name."""
    if table not in TABLES:
        msg = f'the log has no table "{table}": it has {", ".join(TABLES)}.'
        raise UserError(msg)


def measure(world: World, log: Log) -> pd.DataFrame:
    """Return every figure of one log: measure, title, value, unit, definition. One replication has no interval.

    Shares are fractions, ``s`` is seconds.
    """
    known = definitions_of_world(world)
    values = model.measure(world, log).values
    rows = [(name, known[name].title, values[name], known[name].unit, known[name].text) for name in values]
    return pd.DataFrame(rows, columns=["measure", "title", "value", "unit", "definition"])
