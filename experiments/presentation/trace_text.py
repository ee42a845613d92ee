"""What the traces of both services have in common: a clock, lines of at most 80 columns, verdicts on standards."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import IntEnum
from textwrap import fill
from typing import Protocol

from experiments.presentation.formatting import minutes_seconds
from sim.measures.timeline import State
from sim.traces.records import Verdict

WIDTH = 80


class Told(Protocol):
    """What a clock needs of a trace: when the call was answered, and the local hour then."""

    @property
    def time_min(self) -> float:
        """Simulated minutes of the answer."""

    @property
    def hour(self) -> int:
        """Local hour of the answer."""


class Clock:
    """Local time of simulated minutes, near one incident."""

    def __init__(self, start: date, trace: Told) -> None:
        """Take the offset of local time (summer time) from the incident's own hour."""
        plain = int(trace.time_min // 60)
        offset_h = (trace.hour - plain + 12) % 24 - 12
        self._start = datetime.combine(start, datetime.min.time()) + timedelta(hours=offset_h)

    def moment(self, minutes: float) -> datetime:
        """Return the local date and time, to the second."""
        return self._start + timedelta(seconds=round(60.0 * minutes))

    def time(self, minutes: float) -> str:
        """Return the local time, such as 05:31:07."""
        return f"{self.moment(minutes):%H:%M:%S}"


def wrapped(text: str, *, indent: int, first: int = 0) -> str:
    """Return text in lines of at most 80 columns."""
    return fill(
        text, WIDTH, initial_indent=" " * first, subsequent_indent=" " * indent, break_on_hyphens=False
    )


def duration(minutes: float) -> str:
    """Return minutes as a reader takes them in: 12:45, or 3 h 20 min where it is long."""
    if minutes >= 120.0:
        whole = round(minutes)
        return f"{whole // 60} h {whole % 60} min"
    return minutes_seconds(60.0 * minutes)


def told_by_the_clock(head: Iterable[str], clock: Clock, events: Iterable[tuple[float, str]]) -> list[str]:
    """Return the lines of a trace: what it is about, then what happened, by the clock."""
    lines = [*(wrapped(line, indent=0) for line in head), ""]
    for minutes, text in sorted(events, key=lambda event: event[0]):
        lines.append(wrapped(f"{clock.time(minutes)}  {text}", indent=10))
    return lines


def verdict_lines(
    verdicts: Iterable[Verdict], causes: Mapping[IntEnum, str], doing: Mapping[State, str], ready: str
) -> list[str]:
    """Return what the incident did to each standard; ``ready`` is what a unit would have been to be quicker."""
    told = [text for verdict in verdicts for text in _verdict(verdict, causes, doing, ready)]
    return ["", "Standards", *(wrapped(text, indent=4, first=2) for text in told)] if told else []


def _verdict(
    verdict: Verdict, causes: Mapping[IntEnum, str], doing: Mapping[State, str], ready: str
) -> Iterator[str]:
    title = verdict.standard.title[:1].upper() + verdict.standard.title[1:]
    took = "never" if math.isnan(verdict.response_min) else duration(verdict.response_min)
    if not verdict.counted:
        yield f"{title}: this incident does not count."
    elif not verdict.standard.is_share:
        yield f"{title}: {took} goes into the figure."
    elif verdict.met:
        yield f"{title}: met, {took} of {duration(verdict.limit_min)}."
    else:
        cause = f" Cause: {causes[verdict.cause]}." if verdict.cause is not None else ""
        yield f"{title}: missed, {took} where {duration(verdict.limit_min)} is promised.{cause}"
        if verdict.would_have and math.isfinite(verdict.would_be_min):
            what = (
                f"; it was {doing[verdict.doing]}"
                if verdict.doing is not None and verdict.doing in doing
                else ""
            )
            yield f"{verdict.would_have}, {ready}, would have taken {duration(verdict.would_be_min)}{what}."
