"""The schema of the log: which columns its tables have. The log is the only thing that leaves a run.

``INCIDENTS``, ``RESPONSES``, ``STANDBY``, ``ROSTER`` and ``CALLS`` name every column with its type, unit and meaning;
the docs and the Parquet files are made from them. Absolute times are simulated minutes from the start date;
NaN means that it did not happen, −1 in an index column that there is none.
"""

from __future__ import annotations

Column = tuple[str, str, str, str]  # name, numpy type, unit, meaning

INCIDENTS: tuple[Column, ...] = (
    ("key", "uint64", "", "identity, the same in every scenario that shares the seed: type, day, serial"),
    ("type", "int16", "index", "incident type"),
    ("cell", "int32", "index", "where"),
    ("time_min", "float64", "min", "call answered"),
    ("plt", "bool", "", "potentially life-threatening"),
    ("late_call", "bool", "", "late call: excluded from Home Office measures"),
    ("variant", "int8", "index", "which attendance of its type was asked for, within the type"),
    ("pumps_asked", "int8", "appliances", "pumps in the first attendance"),
    ("handling_min", "float32", "min", "call answered to first alert decision"),
    ("traffic", "float32", "factor", "on every travel time to this incident"),
    ("first_alert_min", "float64", "min", "first appliance alerted"),
    ("first_pump_min", "float64", "min", "first pump arrived"),
    ("second_pump_min", "float64", "min", "second pump arrived"),
    ("first_unit", "int16", "index", "appliance that arrived first (pumps), −1 if none did"),
    ("pumps_sent", "int16", "appliances", "pumps alerted in all, make-ups among them"),
    ("makeup_pumps", "int16", "appliances", "pumps asked for by make-up"),
    ("queued_min", "float32", "min", "longest that a part of the attendance waited for a free appliance"),
    ("failures", "int8", "count", "mobilising failures"),
    ("closed_min", "float64", "min", "last appliance left"),
    ("capabilities_unmet", "int8", "count", "specials asked for that were not to be had"),
    ("pumps_lost", "int8", "count", "pumps asked for that never came (lost, or waited for in vain)"),
    ("grade", "int8", "index", "police grade, −1 where the police do not attend"),
    ("received_min", "float64", "min", "call began to ring; as time_min without a modelled control room"),
    ("timed", "bool", "", "its police response time could be published"),
    ("officers_asked", "int8", "officers", "police officers asked for"),
    ("police_open_min", "float64", "min", "graded and open for assignment to a police unit"),
    ("police_assigned_min", "float64", "min", "first police unit assigned"),
    ("police_first_min", "float64", "min", "first police unit arrived"),
    ("police_first_unit", "int16", "index", "police unit that arrived first, −1 if none did"),
    ("police_units", "int8", "units", "police units assigned in all, those diverted away among them"),
    ("diversions", "int8", "count", "times that a police unit was taken off it for more urgent work"),
)

RESPONSES: tuple[Column, ...] = (
    ("incident", "int32", "row", "row of the incident"),
    ("unit", "int16", "index", "appliance"),
    ("order", "int8", "", "0 for the first appliance sent to the incident, and so on"),
    ("reason", "int8", "Reason", "why it was sent"),
    ("capability", "int8", "index", "capability it was sent for, −1 for a pump"),
    ("origin", "int8", "Origin", "what it was doing"),
    ("origin_place", "int32", "index", "cell, or C + site, it set out from"),
    ("mode", "int8", "Mode", "crewing when alerted"),
    ("pool", "int32", "index", "pool its crew came from, −1 for a neighbour's"),
    ("crew", "uint64", "bit mask", "people of the pool aboard, by position in the pool"),
    ("decided_min", "float64", "min", "when control chose it"),
    ("alerted_min", "float64", "min", "when it was alerted; NaN if the alert failed"),
    ("estimate_min", "float32", "min", "control's estimate, alert to arrival"),
    ("turnout_min", "float32", "min", "alert to wheels moving"),
    ("travel_min", "float32", "min", "wheels moving to arrival"),
    ("departed_min", "float64", "min", "wheels moving"),
    ("arrived_min", "float64", "min", "at the scene"),
    ("released_min", "float64", "min", "left the scene (police: and done with it), free to be sent again"),
    ("ended_min", "float64", "min", "home, at its standby station, or sent again"),
    ("outcome", "int8", "Outcome", "what became of it"),
    ("left_scene_min", "float64", "min", "left the scene; police may stay tied up elsewhere until released"),
    ("tied_up", "int8", "", "police unit tied up after the scene: 0 no, 1 at custody, 2 at a hospital"),
)

STANDBY: tuple[Column, ...] = (
    ("unit", "int16", "index", "appliance moved (or crewed by people moved)"),
    ("from_site", "int32", "index", "site it or they left"),
    ("to_site", "int32", "index", "site covered"),
    ("people", "bool", "", "people were moved instead of an appliance"),
    ("decided_min", "float64", "min", "when it was decided"),
    ("arrived_min", "float64", "min", "on station; NaN if it never got there"),
    ("ended_min", "float64", "min", "sent to an incident, sent home, or end of the run"),
    ("home_min", "float64", "min", "back at its own station; NaN if sent to an incident instead"),
    ("travel_min", "float32", "min", "there"),
    ("reason", "int8", "", "0 core station uncovered, 1 marginal coverage, 2 crew short"),
    ("end_reason", "int8", "", "0 cover restored, 1 sent to an incident, 2 own crew needed, 3 end of run"),
)

ROSTER: tuple[Column, ...] = (
    ("unit", "int16", "index", "appliance"),
    ("time_min", "float64", "min", "from when"),
    ("mode", "int8", "Mode", "crewing as rostered, before any commitment; first row of each appliance at 0"),
)

CALLS: tuple[Column, ...] = (
    ("line", "int8", "", "telephone line of the police: 0 is 999, 1 is 101"),
    ("from_min", "float64", "min", "start of the hour in which they dialled"),
    ("calls", "int32", "calls", "callers who dialled, each attempt by itself"),
    ("in_target", "int32", "calls", "answered within the line's target"),
    ("abandoned", "int32", "calls", "hung up unanswered"),
    ("redials", "int32", "calls", "of the calls: dialled again about an incident after hanging up"),
    ("wait_min", "float64", "min", "from dialling to answer, summed over those answered"),
    ("talk_min", "float64", "min", "time of call handlers, summed over those answered"),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "incidents": INCIDENTS,
    "responses": RESPONSES,
    "standby": STANDBY,
    "roster": ROSTER,
    "calls": CALLS,
}
