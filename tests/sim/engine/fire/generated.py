"""Hypothesis strategies: small worlds of one to five stations, busy enough to queue and to send appliances again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from sim.world.fire import World
from tests.sim.worlds import Kind, Station, tiny_world

COLUMNS, ROWS, SPACING_M = 4, 3, 2500.0
COVER = {"delay_min": 4.0, "longest_move_min": 30.0, "reach_min": 8.0, "least_gain": 0.01}
SPECIALS = ("ladder", "rescue")
FULL = 7


@st.composite
def stations(draw: st.DrawFn, *, crewing: tuple[str, ...] | None = None) -> Station:
    """Any station: full, or short of people and skills."""
    kind = draw(st.sampled_from(crewing or ("wholetime", "on_call", "day_crewed", "neighbour")))
    pumps = 1 if kind == "neighbour" else draw(st.integers(1, 2))
    people = draw(st.integers(4, 6 if kind == "wholetime" else 9)) + 4 * (pumps - 1)
    codes = st.lists(st.sampled_from([FULL, FULL, FULL, 6, 5, 4, 2, 0]), min_size=people, max_size=people)
    return Station(
        node=draw(st.integers(0, COLUMNS * ROWS - 1)),
        crewing=kind,
        pumps=pumps,
        specials=[]
        if kind == "neighbour"
        else draw(st.lists(st.sampled_from(SPECIALS), max_size=2, unique=True)),
        people=people,
        presence=draw(st.sampled_from([1.0, 0.9, 0.7])),
        skills=draw(st.one_of(st.none(), codes)),
        muster_min=draw(st.lists(st.floats(1.0, 9.0), min_size=people, max_size=people)),
        block_h=draw(st.sampled_from([0.5, 3.0])),
        core=draw(st.booleans()),
        mechanical_per_year=draw(st.sampled_from([0.0, 200.0])),
    )


@st.composite
def kinds(draw: st.DrawFn, key: str, days: int) -> Kind:
    """Any incident type, up to a hundred calls in the run."""
    border = draw(st.sampled_from([False, False, False, True]))
    return Kind(
        key=key,
        per_year=draw(st.integers(0, 100)) * 365.0 / days,
        pumps=1 if border else draw(st.integers(0, 3)),
        capabilities=[] if border else draw(st.lists(st.sampled_from(SPECIALS), max_size=2)),
        over_border=border,
        group="over_border" if border else "fire",
        late_call_share=draw(st.sampled_from([0.0, 0.1])),
        attended_share=draw(st.sampled_from([1.0, 0.8])),
        scene_median_min=draw(st.floats(1.0, 90.0)),
        scene_sigma=draw(st.sampled_from([0.0, 0.6])),
        makeup_share=draw(st.sampled_from([0.0, 0.4])),
        makeup_pumps_mean=draw(st.sampled_from([1.0, 2.5])),
        makeup_after_min=draw(st.floats(1.0, 20.0)),
    )


@dataclass(frozen=True)
class Recipe:
    """Options of ``tiny_world``: short to read when a test fails."""

    options: dict[str, Any]

    def world(self, **changed: Any) -> World:
        """Build the world, with some options changed."""
        return tiny_world(**{**self.options, **changed})


@st.composite
def recipes(draw: st.DrawFn, *, cover: tuple[str, ...] = ("none",)) -> Recipe:
    """Any world of two days."""
    days = 2
    number = draw(st.integers(1, 2))
    sigma = draw(st.sampled_from([0.0, 0.3]))
    policy = draw(st.sampled_from(cover))
    returns = [1.0, 1.5] if policy != "none" else [0.0, 1.0, 1.5]  # 0: home at once, for loss systems only
    options: dict[str, Any] = {
        "stations": draw(st.lists(stations(), min_size=1, max_size=5)),
        "kinds": [draw(kinds(f"kind {i}", days)) for i in range(number)],
        "band_factors": draw(st.sampled_from([(1.0,), (0.6, 1.0)])),
        "access_min": draw(st.sampled_from([0.0, 0.4])),
        "turnout_sigma": sigma,
        "muster_sigma": sigma,
        "timings": {
            "handling_sigma": sigma,
            "traffic_sigma": sigma,
            "journey_sigma": sigma,
            "failure_per_response": draw(st.sampled_from([0.0, 0.1])),
            "return_factor": draw(st.sampled_from(returns)),
        },
        "rules": {
            "cover": policy,
            "cover_parameters": COVER,
            "neighbours_help": draw(st.booleans()),
            "queue_when_none": draw(st.booleans()),
        },
    }
    return Recipe({"columns": COLUMNS, "rows": ROWS, "spacing_m": SPACING_M, "days": days, **options})
