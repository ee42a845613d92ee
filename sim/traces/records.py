"""What a story of one incident is made of. Structured, not text: how it is told belongs to the reader's side.

Times are simulated minutes from the start date unless a name says otherwise; NaN means that it did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sim.measures.police.missed import PoliceCause
from sim.measures.timeline import State
from sim.world.codes import Cause, Mode, Origin, Outcome, Reason
from sim.world.standards import Standard


class NotSent(IntEnum):
    """Why an appliance that would have been quicker from its station was not the one sent."""

    NO_CREW = 0  # off the run: too few people or skills
    MECHANICAL = 1  # off the run: at workshops
    ALREADY_SENT = 2  # on its way to this incident
    NOT_REACHED = 3  # the alert to it had failed
    COMMITTED = 4  # at, or on its way to, another incident
    RETURNING = 5  # on its way home, and farther than the one sent
    ON_STANDBY = 6  # at or on its way to or from another station, and farther
    CREW_OUT = 7  # its crew was out with another appliance of its pool
    LACKS_CAPABILITY = 8  # cannot do what was asked
    SLOWER = 9  # free, but by control's estimate at the time slower: its crew had to muster, say


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An appliance not sent that would have been quicker than the one sent, had it been crewed and at
    home.
    """

    appliance: str
    station: str  # name
    home_min: float  # typical turnout and travel from home: comparable with control's estimate
    why: NotSent
    incident: int = -1  # row of the incident that had it, or its crew; −1 for none
    standby_at: str = ""  # name of the station covered


@dataclass(frozen=True, slots=True)
class Sent:
    """One decision of control, and the clock of the response that it began."""

    order: int
    decided_min: float
    reason: Reason
    capability: str  # "" for a pump
    appliance: str
    station: str  # its own, by name
    own: bool
    origin: Origin
    origin_place: str
    mode: Mode
    crew: int  # people aboard, 0 for a neighbour's
    estimate_min: float  # control's, alert to arrival
    alerted_min: float
    turnout_min: float  # duration
    departed_min: float
    travel_min: float  # duration
    arrived_min: float
    released_min: float
    ended_min: float
    outcome: Outcome
    passed_over: tuple[PassedOver, ...]  # quickest first


@dataclass(frozen=True, slots=True)
class Verdict:
    """One standard and what the incident did to it."""

    standard: Standard
    counted: bool  # False: the standard leaves this incident out
    response_min: float  # by the standard's clock; NaN if nothing ever came
    limit_min: float  # what is promised; inf where there is no such promise
    met: bool
    cause: Cause | PoliceCause | None = None  # of a miss, where the standard has causes
    would_have: str = ""  # the quickest unit that would have made it, crewed and free at its place
    would_be_min: float = float("nan")  # its response by the standard's clock
    doing: State | None = None  # what it was doing instead


@dataclass(frozen=True, slots=True)
class FireTrace:
    """Everything that the log knows of one incident."""

    row: int
    name: str  # type, day, serial
    type: str
    group: str
    time_min: float
    month: int
    weekday: int  # 0 Monday; a bank holiday reads as a Sunday
    hour: int  # local
    cell: int
    place: str  # nearest settlement
    district: str
    urban: bool
    inside: bool
    ground: str  # name of the own station nearest by travel
    plt: bool
    late_call: bool
    attendance: str  # name of the variant asked for
    pumps_asked: int
    makeup_pumps: int
    handling_min: float  # duration
    queued_min: float  # duration
    failures: int
    traffic: float  # factor on travel times
    first_pump_min: float
    second_pump_min: float
    closed_min: float
    sent: tuple[Sent, ...]
    verdicts: tuple[Verdict, ...]
