"""Which skills the people of a pool have: keyed by person number, at least as many as their pumps need."""

from __future__ import annotations

import numpy as np

from sim.decisions.legal_crew import BREATHING_APPARATUS_NEEDED
from sim.draws.keys import uniforms
from sim.world.codes import Skill
from sim.world.fire import I8


def assign_skills(
    stream: np.uint64,
    n: int,
    officer_share: float,
    driver_share: float,
    ba_share: float,
    *,
    crews: int = 1,
    ba_needed: int = BREATHING_APPARATUS_NEEDED,
) -> I8:
    """Give ``n`` people their skills, shape (n,) of Skill bits: keyed by person number, least numbers
    guaranteed.

    Each skill goes to the rounded share of the people, or as many as it takes for two officers, two drivers
    and ``ba_needed`` + 2 wearers a crew, whichever is more (never more than n): those with the smallest
    keyed uniform of that skill, so that one person more changes at most one holder of each skill and one
    more is added. Those numbers are enough for ``crews`` crews at full strength whoever the holders are
    (Hall's condition).
    """
    counters = np.arange(n)
    skills = np.zeros(n, dtype=np.int8)
    shares = (
        (Skill.OFFICER, officer_share, 2 * crews),
        (Skill.DRIVER, driver_share, 2 * crews),
        (Skill.BREATHING_APPARATUS, ba_share, (ba_needed + 2) * crews),
    )
    for number, (skill, share, least) in enumerate(shares):
        u = uniforms(stream, counters + number * (1 << 32))
        holders = min(n, max(int(np.floor(share * n + 0.5)), least))
        skills[np.argsort(u, kind="stable")[:holders]] |= skill
    return skills
