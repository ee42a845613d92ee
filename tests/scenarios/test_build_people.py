"""What the builder says when the people do not fit."""

from __future__ import annotations

import pytest

from scenarios.building.fleet import plan_pools
from scenarios.building.people import build_people
from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import load_scenario


def test_pools_with_more_people_than_one_can_hold_are_named_together() -> None:
    baseline = load_scenario("baseline")
    wholetime = baseline.wholetime.model_copy(update={"riders_per_pump": 9})
    scenario = baseline.model_copy(update={"wholetime": wholetime})

    with pytest.raises(ScenarioError) as raised:
        build_people(scenario, plan_pools(scenario), tuple(scenario.stations))

    two_pumps = {
        station
        for station, row in scenario.stations.items()
        if row.service == "own"
        and sum(a.station == station and a.crewing == "wholetime" for a in scenario.appliances.values()) == 2
    }
    assert {fault.where for fault in raised.value.faults} == {f"stations.{code}" for code in two_pumps}
    assert all("72 people" in str(fault) and "riders_per_pump" in str(fault) for fault in raised.value.faults)
