"""Moving people instead of appliances: the policy, and the crew that a pool can spare. Pure.

Source: the service uses "on-call staff, and wholetime staff from stations with surplus crewing, to support
availability on our strategic stations", which results "in less standby moves for wholetime appliances".
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.decisions.cover.view import F64, I8, Decision, MovePeople, View
from sim.decisions.cover.worthwhile import least_stay, overdue, recalls
from sim.decisions.crew_choice import Need, crewable_units, pick_crew


def people(view: View, parameters: Mapping[str, float]) -> list[Decision]:
    """Crew a core station's appliance with people from the nearest station that can spare them.

    Only where an appliance is off the run for want of people; one that is out at an incident is not replaced, and
    no appliance is moved. The best-ranked such appliance gets the crew that is soonest there (muster and drive)
    among those whose drive is within the longest move and no longer than their stay (``least_stay``); ties go to
    the pool listed first. A pool lends one crew at a review. They are sent home when the station has a crew of its
    own.
    """
    decisions: list[Decision] = [*recalls(view)]
    seen = view.people
    if seen is None:
        return decisions
    lends = np.array([crew != 0 for crew in seen.spare], dtype=bool)
    for site in overdue(view, parameters):
        short = np.flatnonzero(seen.short & (view.site == site))
        if not len(short):
            continue
        drive: F64 = view.minutes[seen.pool_site, site].astype(np.float64)
        back_in_min = view.back_in_min.get(site, np.inf)
        may = lends & (drive <= parameters["longest_move_min"]) & (least_stay(drive) <= back_in_min)
        soonest = np.where(may, seen.ready_min + drive, np.inf)
        pool = int(soonest.argmin())
        if soonest[pool] < np.inf:
            lends[pool] = False
            unit = int(short[seen.rank[short].argmin()])
            decisions.append(MovePeople(unit, pool, seen.spare[pool]))
    return decisions


def spare_crew(skills: I8, left: int, need: Need, pumps: tuple[Need, ...], specials: tuple[Need, ...]) -> int:
    """Return a smallest legal crew that a pool can lend, as a bit mask by position; 0 if it can spare none.

    ``left`` are the people present and not away; ``need`` is that of the appliance to be crewed; ``pumps`` and
    ``specials`` are the needs of the pool's own appliances at home, in rank order. Whatever of those is on the
    run stays on the run.
    """
    before = crewable_units(skills, left, pumps, specials)
    kept = tuple(pump for i, pump in enumerate(pumps) if before >> i & 1)
    crew, _ = pick_crew(skills, left, None, need.minimum, need.minimum, next_needs=kept)
    if not crew or before & ~crewable_units(skills, left & ~crew, pumps, specials):
        return 0
    return crew
