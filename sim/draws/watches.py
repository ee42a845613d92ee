"""Which wholetime watch is on duty when: two days, two nights, four days off, by four watches.

The 2-2-4 rota is the usual British one (Grey Book duty system); the changeover hours are an assumption.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from sim.world.fire import I8, I64, Calendar

DAY_SHIFT_HOURS = (9, 18)
"""Local hours [from, to) of the day shift; the night shift is the rest (assumption)."""

WATCHES = 4


def shifts(calendar: Calendar) -> tuple[I64, I8]:
    """Return, by slot, the number of the shift (T,) and the watch on duty (T,).

    Shifts count from the night shift in progress at the start (0); day d has shifts 2d + 1 (day) and 2d + 2
    (night, until the next morning). The rota is tied to the date, not to the start of the run.
    """
    hour = calendar.hour.astype(np.int64)
    night = (hour < DAY_SHIFT_HOURS[0]) | (hour >= DAY_SHIFT_HOURS[1])
    began = calendar.day.astype(np.int64) - (hour < DAY_SHIFT_HOURS[0])  # local day on which the shift began
    first = date.fromisoformat(calendar.start).toordinal()
    watch = ((began + first) // 2 - night) % WATCHES
    return 2 * began + 1 + night, watch.astype(np.int8)
