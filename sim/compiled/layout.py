"""What stands where in the memory of a run.

The memory is one array of integers. Its first part says of every array of the run where it lies and how large it is
(``STRIDE`` numbers: address, and the sizes of up to three axes); its second holds the counts that change while it
lasts. Records are rows of numbers of eight bytes, so that one line of the cache holds what is asked for together.

Index letters as in ``sim.world.fire``; G grades, D policing districts.
"""

from __future__ import annotations

import numpy as np

from sim.world.log_schema import RESPONSES as RESPONSES_TABLE
from sim.world.log_schema import STANDBY as STANDBY_TABLE

STRIDE = 4
NONE = -1


def _record(*, whole: str, real: str = "", bits: str = "") -> np.dtype[np.void]:
    fields = [(name, "i8") for name in whole.split()]
    fields += [(name, "f8") for name in real.split()] + [(name, "u8") for name in bits.split()]
    return np.dtype(fields)


UNIT = _record(
    # what it is
    whole="site pump own police capability pool fallback rank"
    " minimum preferred officers drivers wearers turnout_table"
    # where it is: ``origin`` NONE is at home; the route is looked for when somebody asks
    " away origin start_place end_place band on_road routed node"
    # who is aboard, and its move
    " aboard_pool move attending out_row next_crewed event"
    # its response, as in the log
    " row order reason capability_asked from_origin from_place mode crew_pool tied_up"
    # police: its part, and the work that it may leave
    " part officers_aboard end_cell work_grade work_cell busy site_now",
    real="immediate_day immediate_night on_call start_min duration_min blue_min route_min out_since"
    " decided_min estimate_min turnout_min travel_min arrived_min released_min left_scene_min"
    " way_end_min way_rate leave_from_min free_until_min",
    bits="stream aboard crew",
)
"""An appliance or a police unit."""

ROW = _record(
    whole="cell type variant makeup_pumps awaited order first_unit pumps_sent makeup failures without lost brought"
    " fails scene_table grade officers tied_up units diversions police_unit",
    real="traffic makeup_after_min scene_common_min first_alert_min first_pump_min second_pump_min queued_min"
    " closed_min open_min tied_up_min assigned_min first_police_min",
    bits="key",
)
"""An incident: what is drawn, and what happens."""

POOL = _record(whole="start people site duty first_member members", bits="out")
"""People who crew, and which of them are out."""

SITE = _record(whole="core group first_pump pumps first_unit units standing", real="empty_since")
"""A station: its own pumps, the cover move that stands in for them (NONE), since when it has none (NaN: it has)."""

MOVE = _record(
    whole="unit from_site to_site pool people why end event after",
    real="decided_min turnout_min travel_min arrived_min ended_min home_min home_travel_min",
    bits="crew",
)
"""A cover move."""

EVENT = _record(whole="rank number what", real="at_min")
"""Something that will happen: its place in the written order, which event it is, and to what."""

CALL = _record(whole="rank row", real="at_min")
WAITING = _record(whole="row capability number after", real="since_min")
"""A part of an attendance that waits for an appliance; ``after`` is the next of its list."""

FAIL = _record(whole="row unit capability after")
"""An alert that did not reach its appliance; ``after`` is the incident's one before."""

MOVER = _record(whole="unit", real="minutes")
CHANGE = _record(whole="slot site")
DECISION = _record(whole="kind unit place pool why", bits="crew")
PART = _record(whole="kind capability officers child sibling", real="scene_min")
"""A police part; ``child`` and ``sibling`` are its place in the heap of its kind while it waits."""

KIND = _record(whole="root in_round", real="look_min")
"""Police parts that the same units may be sent to: the oldest that waits, and what is planned for them."""

RESPONSE = np.dtype([(name, dtype) for name, dtype, _, _ in RESPONSES_TABLE])
STANDBY = np.dtype([(name, dtype) for name, dtype, _, _ in STANDBY_TABLE])

(
    # records
    UNITS,
    ROWS,
    POOLS,
    SITES,
    MOVES,
    EVENTS,
    CALLS,
    WAITING_PARTS,
    FAILS,
    MOVERS,
    CHANGES,
    DECISIONS,
    PARTS,
    KINDS,
    RESPONSES,
    STANDBYS,
    # parameters and chance
    PARAMETERS,
    JOURNEY,
    TURNOUT,
    SCENE,
    SCENE_STREAM,
    MUSTER,
    MUSTER_MEDIAN,
    PERSON_STREAM,
    HOLDERS,
    # roster and calendar
    ROSTER,
    PRESENT,
    USES_FALLBACK,
    BAND,
    NIGHT,
    HOUR,
    # travel
    SITE_MIN,
    HOME_ETA,
    TO_CELL_MIN,
    TO_SITE_MIN,
    LEAVE_NODE,
    LEAVE_MIN,
    EDGE_START,
    EDGE_HEAD,
    EDGE_MIN,
    NODE_CELL,
    DIRECT_START,
    DIRECT_PLACE,
    DIRECT_MIN,
    # appliances and their crews
    DELAY,
    STRIKES,
    OVER_BORDER,
    VARIANTS,
    CAPABILITIES,
    MEMBERS,
    BASE,
    ESTIMATE,
    ON_ROAD,
    ORDER,
    READY,
    PLACES,
    HOLDER,
    PATH,
    NEEDS,
    # cover
    SCENE_MEDIAN,
    PUMPS_AT,
    UNITS_AT,
    GROUPS,
    GROUP_START,
    MINUTES,
    MOVERS_START,
    PLANNED,
    COVERED,
    SOME,
    EMPTY,
    OVERDUE,
    SPARE,
    LENDS,
    COUNTS,
    WITHIN,
    WEIGHT,
    REACHED,
    NEWLY,
    ONLY,
    LOOSE,
    ONCE,
    NOW,
    # police
    WAITING_SITE,
    HOURS,
    MAY,
    REVIEW_SLOTS,
    GRADE,
    DISTRICT,
    ASKED,
    TIED_UP_SITES,
    TIED_UP_START,
    APART,
    STACK,
    BOUNDS,
    AT_WORK,
) = range(0, 95 * STRIDE, STRIDE)

_FIRST_COUNT = 95 * STRIDE
(
    # what the World is like
    LAST_SLOT,
    CELLS,
    QUEUES,
    FAILURE_BELOW,
    POLICY,
    LISTENS,
    GRADES,
    KINDS_OF_GRADE,
    CAPABILITIES_HELD,
    DISTRICTS,
    # where the run is
    SLOT,
    BASE_SLOT,
    NEXT_CALL,
    NEXT_CHANGE,
    NEXT_REVIEW,
    EVENTS_HELD,
    EVENT_NUMBER,
    ON_ROAD_HELD,
    RESPONSES_HELD,
    STANDBYS_HELD,
    FAILS_HELD,
    MOVES_HELD,
    PLANNED_HELD,
    DECISIONS_HELD,
    RESTORED,
    REACHED_BAND,
    # incidents that wait: two lists (own, over the border), the free places, whether slots are watched
    WAITING_HEAD,
    WAITING_HEAD_BORDER,
    WAITING_TAIL,
    WAITING_TAIL_BORDER,
    WAITING_FREE,
    WAITING_MADE,
    WAITING_NUMBER,
    WATCHED,
    # police
    POLICE_SLOT,
    POLICE_BAND,
    POLICE_WAITING,
    STACK_HELD,
) = range(_FIRST_COUNT, _FIRST_COUNT + 38)

SIZE = _FIRST_COUNT + 38

(
    HORIZON_MIN,
    FAILURE_FOUND_MIN,
    CAB_MIN,
    RETURN_FACTOR,
    COVER_DELAY_MIN,
    GROUP_DELAY_MIN,
    LONGEST_MOVE_MIN,
    LEAST_GAIN,
    LAST_REVIEW_MIN,
    POLICE_TURNOUT_MIN,
    ORDINARY_FACTOR,
    COMMITTED_MIN,
    GAIN_MIN,
    PAPERWORK_MIN,
    SLOT_END_MIN,
) = range(15)

STAY, CORE_STATIONS, DYNAMIC, PEOPLE = range(4)
RECALL, MOVE_APPLIANCE, MOVE_PEOPLE = range(3)
