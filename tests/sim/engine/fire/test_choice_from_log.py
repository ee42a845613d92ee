"""The check of who was sent sees a choice that is not the quickest, and looks at enough of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.draws.replication import draw
from sim.engine.run import run
from tests.sim.engine.fire.choice_from_log import nobody_free_was_quicker
from tests.sim.engine.fire.county import county


def test_a_slower_choice_is_seen_and_the_real_ones_are_looked_at() -> None:
    world = county(cover="core_stations")
    draws = draw(world, 3, 0)
    log = run(world, draws, seed=3, replication=0)
    looked = nobody_free_was_quicker(world, draws, log)
    assert looked.decisions > 100
    assert looked.others > looked.decisions
    assert min(looked.at_home, looked.returning) > 10, looked
    slower = replace(log, responses={**log.responses, "estimate_min": log.responses["estimate_min"] + 15.0})
    with pytest.raises(AssertionError, match="would have been quicker"):
        nobody_free_was_quicker(world, draws, slower)
