"""Which engine plays a replication. Both write the same log, byte for byte.

SimPy's is the model that people read; the compiled one serves whatever makes many runs. A command says which at its
beginning, for itself and the processes that it starts; without that, who asks names a default.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from functools import cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for types only: both are imported when they are needed
    from sim.draws.replication import Draws
    from sim.log.tables import Log
    from sim.world.fire import World


class Engine(StrEnum):
    """An engine."""

    SIMPY = "simpy"
    COMPILED = "compiled"


_VARIABLE = "TURNOUT_ENGINE"
_OF_USER = os.environ.get(_VARIABLE)


def use(engine: Engine | None, otherwise: Engine) -> None:
    """Let this process and those that it starts play with an engine; None: what TURNOUT_ENGINE says, or a default."""
    chosen = engine or _known(_OF_USER) or otherwise
    os.environ[_VARIABLE] = chosen.value


def current(otherwise: Engine = Engine.COMPILED) -> Engine:
    """Return the engine of this process."""
    return _known(os.environ.get(_VARIABLE)) or otherwise


def _known(name: str | None) -> Engine | None:
    return Engine(name) if name in tuple(Engine) else None


def draw(world: World, seed: int, replication: int) -> Draws:
    """Draw one replication: the same with either engine, sooner with the compiled one, which keeps what it can."""
    from sim.draws.replication import draw as draw_all

    if current() is not Engine.COMPILED or not _compiles():
        return draw_all(world, seed, replication)
    from experiments.execution import kept_draws
    from sim.compiled.roster import draw_roster
    from sim.draws.incidents import draw_incidents

    return draw_all(
        world,
        seed,
        replication,
        incidents_of=partial(kept_draws.incidents, draw=draw_incidents),
        roster_of=partial(kept_draws.roster, draw=draw_roster),
    )


def play(
    world: World, draws: Draws, *, seed: int, replication: int, otherwise: Engine = Engine.COMPILED
) -> Log:
    """Play a replication whose draws are made, with the engine of this process."""
    return play_with(world, draws, seed=seed, replication=replication, engine=current(otherwise))


def play_with(world: World, draws: Draws, *, seed: int, replication: int, engine: Engine) -> Log:
    """Play a replication whose draws are made, with an engine."""
    if engine is Engine.COMPILED and _compiles() and _is_compiled(world):
        from sim.compiled.run import run as with_compiled

        return with_compiled(world, draws, seed=seed, replication=replication)
    from sim.engine.run import run as with_simpy

    return with_simpy(world, draws, seed=seed, replication=replication)


@cache
def _compiles() -> bool:
    """Return whether there is a compiler here; where there is none, say so once."""
    try:
        import numba  # noqa: F401
    except ImportError as fault:
        _say(
            f"The compiled engine needs numba, which cannot be imported here ({fault}): SimPy plays, more slowly."
        )
        return False
    return True


def _is_compiled(world: World) -> bool:
    from sim.compiled.run import not_compiled

    missing = not_compiled(world)
    if missing:
        _say_once(f"The compiled engine does not know {missing}: SimPy plays, more slowly.")
    return not missing


@cache
def _say_once(text: str) -> None:
    _say(text)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - workers have no console
