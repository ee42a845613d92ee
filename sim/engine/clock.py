"""The clock of a run: it alone owns SimPy's environment, and the alerts by which units are called.

Whoever must act is told the time (``now_min``); whoever waits says what will happen then and to whom, which gives
events of the same minute their written order (``sim.engine.order``).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from heapq import heappush
from typing import Any

from simpy import Environment, Event, Process

from sim.engine.order import rank

Story = Generator[Event, Any, None]
"""A process: one generator that reads as what happens to one thing."""


class _Timeline(Environment):
    """SimPy's environment, in which an event may be put at a minute and a place of its own."""

    def put(self, event: Event, at_min: float, place: int) -> None:
        """Let an event happen at a minute, exactly: SimPy's own ``schedule`` takes a delay, which rounds."""
        heappush(self._queue, (at_min, place, next(self._eid), event))  # type: ignore[misc]


class Moment(Event):
    """A moment at which something happens: SimPy's ``Timeout``, at its place in the written order."""

    def __init__(self, env: _Timeline, at_min: float, place: int) -> None:
        """Happen at a minute, at ``place`` among the events of that minute."""
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None
        env.put(self, at_min, place)


class Clock:
    """Simulated time of one replication, in minutes from the start date."""

    def __init__(self) -> None:
        """Start at minute 0."""
        self._env = _Timeline()
        self._alerts: dict[int, Event] = {}  # by unit

    @property
    def now_min(self) -> float:
        """The present minute."""
        return self._env._now

    def wait(self, happening: int, entity: int, minutes: float) -> Moment:
        """Return the event of what happens to an entity so many minutes from now."""
        return Moment(self._env, self.now_min + minutes, rank(happening, entity))

    def at(self, happening: int, entity: int, at_min: float) -> Moment:
        """Return the event of what happens to an entity at a minute; now, if that is over."""
        return Moment(self._env, max(self.now_min, at_min), rank(happening, entity))

    def call_at(self, happening: int, entity: int, at_min: float, action: Callable[[float], None]) -> None:
        """Let ``action``, told the minute, happen at a minute; now, if that is over."""
        self._call(self.at(happening, entity, at_min), action)

    def at_once(self, action: Callable[[float], None]) -> None:
        """Let ``action``, told the minute, happen as soon as the present event is over."""
        self._call(Moment(self._env, self.now_min, 0), action)

    def _call(self, moment: Moment, action: Callable[[float], None]) -> None:
        moment.callbacks = [lambda _: action(self.now_min)]

    def start(self, story: Story) -> Process:
        """Start a process; it runs up to its first wait as soon as the present event is over."""
        return self._env.process(story)

    def event(self) -> Event:
        """Return an event that somebody will let happen."""
        return self._env.event()

    # -- alerts -----------------------------------------------------------------------------------------

    def alert_of(self, unit: int) -> Event:
        """Return the event of a unit's next alert.

        It may have happened already: a unit may be sent on in the moment in which it comes home.
        """
        if unit not in self._alerts:
            self._alerts[unit] = self._env.event()
        return self._alerts[unit]

    def alert(self, unit: int) -> None:
        """Alert a unit that waits for its next alert."""
        self.alert_of(unit).succeed()

    def heard(self, unit: int) -> None:
        """A unit has heard its alert, or been told otherwise before it could."""
        self._alerts.pop(unit, None)

    # -- running ----------------------------------------------------------------------------------------

    def run(self) -> None:
        """Let everything happen that is to happen."""
        self._env.run()

    def step(self) -> float:
        """Let the next event happen; return the minute of the one after it, inf if there is none. For tests."""
        self._env.step()
        return self._env.peek()
