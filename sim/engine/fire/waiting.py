"""What waits for a fire appliance: parts of attendances that found nothing free, oldest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sim.engine.clock import Clock
from sim.engine.fire import processes
from sim.log.incidents import IncidentTable


@dataclass(slots=True, frozen=True)
class Part:
    """A part of an attendance that found nothing free."""

    row: int
    capability: int
    since_min: float


class Waiting:
    """The parts that wait, and the watch over the slots at which crews change while any does."""

    def __init__(
        self,
        clock: Clock,
        table: IncidentTable,
        horizon_min: float,
        *,
        send: Callable[[Part, float], bool],
        any_free: Callable[[float], bool],
    ) -> None:
        """Start empty. ``send`` tries to send a part now; ``any_free`` says whether anything could be sent anywhere."""
        self._clock, self._table, self.horizon_min = clock, table, horizon_min
        self._send, self._any_free = send, any_free
        self._parts: deque[Part] = deque()
        self._watched = False  # whether slots are looked at

    def __bool__(self) -> bool:
        """Return whether anything waits."""
        return bool(self._parts)

    def put(self, row: int, capability: int, now_min: float) -> None:
        """Let a part wait, and watch the slots from now on."""
        self._parts.append(Part(row, capability, now_min))
        if not self._watched:
            self._watched = True
            self._clock.start(processes.serve_at_slots(self._clock, self))

    def anybody_waits(self) -> bool:
        """Return whether an incident waits for an appliance; if none does, slots are no longer watched."""
        self._watched = bool(self._parts)
        return self._watched

    def serve(self, now_min: float) -> None:
        """Send whatever is free now to the incidents that wait, oldest first."""
        kept = 0
        for _ in range(len(self._parts)):
            part = self._parts.popleft()
            if self._send(part, now_min):
                self._table.waited(part.row, now_min - part.since_min)
                continue
            self._parts.append(part)
            kept += 1
            if not self._any_free(now_min):  # else a long queue would be looked through at every release
                self._parts.rotate(kept)
                return

    def close(self) -> None:
        """Write off what still waits when the run has ended: nothing is left that could come."""
        while self._parts:
            self._table.lost(self._parts.popleft().row)
