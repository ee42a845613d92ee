"""The filters that a scenario's standards may name are those that the measures know."""

from __future__ import annotations

from scenarios.schema.scenario import INCIDENT_FILTERS
from sim.measures.fire.select import FILTERS


def test_every_filter_of_the_schema_is_known_to_the_measures() -> None:
    assert set(INCIDENT_FILTERS) <= set(FILTERS)
