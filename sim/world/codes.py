"""The small integer codes of the arrays and the log, and their names.

One place, so that a log column and the engine can never disagree. Every enumeration is dense from 0 and
its members' names, lower-cased, are what a user reads.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag


class Mode(IntEnum):
    """Crewing state of one appliance in one slot of the roster."""

    NO_CREW = 0  # too few people, or too few of a skill
    MECHANICAL = 1  # at workshops or being changed over
    IMMEDIATE = 2  # crew on station: wholetime turnout
    ON_CALL = 3  # crew must muster first
    RESERVED = 4  # police: on duty for emergencies only (briefing, meal, end of shift)


ON_THE_RUN = (Mode.IMMEDIATE, Mode.ON_CALL)


class Duty(IntEnum):
    """How a pool of people is on duty."""

    WHOLETIME = 0  # four watches, round the clock
    DAY = 1  # wholetime Monday to Friday, day hours
    ON_CALL = 2  # declared availability, from home or work
    NEIGHBOUR = 3  # another service's appliance: no people modelled


class Skill(IntFlag):
    """Skills of one person; a pump needs one officer in charge, one driver, and breathing apparatus wearers."""

    OFFICER = 1
    DRIVER = 2
    BREATHING_APPARATUS = 4


class Origin(IntEnum):
    """Where an appliance was, and what it was doing, when it was alerted."""

    HOME = 0
    RETURNING = 1  # on its way home from an incident
    STANDBY = 2  # waiting at another station
    MOVING_TO_STANDBY = 3  # on its way to another station
    RETURNING_FROM_STANDBY = 4
    PATROL = 5  # police: waiting at a patrol place, or on its way to one
    EN_ROUTE = 6  # police: diverted while on its way to less urgent work
    AT_SCENE = 7  # police: diverted from the scene of less urgent work


class Reason(IntEnum):
    """Why an appliance was sent."""

    QUICKEST = 0  # quickest by control's estimate, as the pre-determined attendance asks
    CAPABILITY = 1  # quickest with a capability that the attendance asks for
    MAKE_UP = 2  # asked for by the officer at the scene
    REPLACEMENT = 3  # in place of an appliance that a mobilising failure did not reach
    QUEUED = 4  # nothing was free at the time; sent when something was
    DIVERTED = 5  # police: quickest, though on less urgent work that it leaves
    BACKUP = 6  # police: a further unit, to make up the officers asked for


class Outcome(IntEnum):
    """What became of a response."""

    ATTENDED = 0
    NOT_ALERTED = 1  # mobilising failure: the appliance never got the call
    DIVERTED = 2  # police: taken off for more urgent work, on the way or at the scene


class Cause(IntEnum):
    """Why an incident missed its standard (one each; DESIGN, "Why was it missed?")."""

    DISTANCE = 0
    OFF_THE_RUN = 1
    BUSY = 2
    TURNOUT = 3
    CALL_HANDLING = 4
    MOBILISING_FAILURE = 5


def label(member: IntEnum) -> str:
    """Return the name a user reads: lower case, spaces."""
    return member.name.lower().replace("_", " ")
