"""The written order of events: what happens first when several things happen at the same minute.

Events run by time, then by what happens (``Happening``, in the order in which it stands here), then by entity (the
row of an incident, the number of a unit, a site …). What an event causes at once (an alert that is heard, a drive that
is broken off) belongs to it and runs before the next event. The table is in ``docs/model.md``; any engine that keeps
to it writes the same log.

Within a minute, crews change first, then what becomes free or is under way, then what has waited longest asks first,
and what is looked over (cover, the police's queue) sees the moment as all the rest has left it.
"""

from __future__ import annotations

from enum import IntEnum


class Happening(IntEnum):
    """What may happen at a moment, in the order in which it happens; the comment says which entity it has."""

    CREWS_CHANGE = 2  # roster slot: the crews of own stations come on or go off the run
    APPLIANCE_ARRIVES = 3  # unit
    APPLIANCE_LEAVES = 4  # unit: leaves the scene
    APPLIANCE_HOME = 5  # unit
    STANDBY_DEPARTS = 6  # unit: turned out for a cover move
    STANDBY_ARRIVES = 7  # unit
    STANDBY_HOME = 8  # unit: the appliance, or the people moved to it, are back
    RELIEF_DUE = 9  # unit: those who stand by go off duty, or are needed at home
    WAITING_LOOK = 10  # slot: whether crews have come for incidents that wait
    FAILURE_FOUND = 11  # row of the incident, then unit: control notices that an alert failed
    MAKE_UP = 12  # row: the officer at the scene asks for more
    CALL_DECIDED = 13  # row: a call has been handled, control decides
    COVER_REVIEW = 14  # 0: control looks over its cover
    POLICE_ARRIVES = 15  # unit
    POLICE_LEAVES = 16  # unit: leaves the scene
    POLICE_FREE = 17  # unit
    POLICE_REVIEW = 18  # slot: cars come on duty, or a grade's hours begin
    POLICE_LOOK = 19  # kind of part: a wait lets other cars come, or a car can leave its scene
    POLICE_OPENED = 20  # row: graded and open for assignment


ENTITY_BITS = 40
"""Bits of a rank that tell the entity."""

MOST_ENTITIES = 1 << ENTITY_BITS


def rank(happening: int, entity: int) -> int:
    """Return the place of an event among those of the same minute: the less, the sooner.

    ``entity`` is 0 or more and below ``MOST_ENTITIES``. Ranks below 2 are SimPy's own, for what an event causes at
    once.
    """
    return happening << ENTITY_BITS | entity
