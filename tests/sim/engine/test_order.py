"""The written order of events: the table in the docs, ranks, and what happens when minutes coincide."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.engine.clock import Clock, Story
from sim.engine.order import MOST_ENTITIES, Happening, rank
from sim.world.codes import Mode, Origin, Reason, label
from sim.world.fire import SLOT_MIN, World
from tests.sim.engine.fire.hand import Call, of, play, sent
from tests.sim.worlds import Kind, Station, change, tiny_world

MODEL = (Path(__file__).resolve().parents[3] / "docs" / "model.md").read_text(encoding="utf-8")


def test_the_table_in_the_docs_is_the_order() -> None:
    table = MODEL.split("| Happening | Entity | |\n|---|---|---|\n")[1].split("\n\n")[0]
    told = [line.split("|")[1].strip() for line in table.splitlines()]
    assert told == [label(happening) for happening in Happening]


def test_ranks_go_by_happening_then_by_entity() -> None:
    ranks = [rank(happening, entity) for happening in Happening for entity in (0, 1, MOST_ENTITIES - 1)]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
    assert min(ranks) > 1, "SimPy's own priorities come first"


def test_events_of_a_minute_run_in_the_written_order_however_they_were_scheduled() -> None:
    clock, told = Clock(), list[tuple[float, int, int]]()

    def process(happening: int, entity: int, minutes: float) -> Story:
        yield clock.wait(happening, entity, minutes)
        told.append((clock.now_min, happening, entity))

    asked = [(h, e, m) for m in (7.0, 3.0) for e in (5, 0, 2) for h in reversed(Happening)]
    for each in asked:
        clock.start(process(*each))
    clock.run()
    assert told == sorted((m, h, e) for h, e, m in asked)


def test_a_moment_is_exact_whatever_the_clock_says() -> None:
    """0.1 + (30 − 0.1) is not 30 in floating point: a moment at a minute is at that minute."""
    clock, told = Clock(), list[float]()

    def process() -> Story:
        yield clock.wait(Happening.CALL_DECIDED, 0, 0.1)
        yield clock.wait(Happening.CALL_DECIDED, 0, 0.2)
        yield clock.at(Happening.CREWS_CHANGE, 0, 30.0)
        told.append(clock.now_min)

    clock.start(process())
    clock.run()
    assert told == [30.0]


def test_what_an_event_causes_at_once_comes_before_the_next_event() -> None:
    clock, told = Clock(), list[str]()
    clock.call_at(
        Happening.APPLIANCE_LEAVES, 1, 5.0, lambda _: clock.at_once(lambda _: told.append("caused"))
    )
    clock.call_at(Happening.APPLIANCE_LEAVES, 2, 5.0, lambda _: told.append("next"))
    clock.run()
    assert told == ["caused", "next"]


# -- ties in hand-made towns -----------------------------------------------------------------------------------

PER_NODE_MIN = 2.0


def town(**rules: object) -> World:
    """Two stations on a line of nodes two minutes apart; everything takes its median, in whole minutes."""
    world = tiny_world(
        columns=9,
        stations=[Station(node=0), Station(node=8)],
        kinds=(Kind(per_year=0.0, scene_median_min=30.0, scene_sigma=0.0),),
        days=2,
        rules=rules,
    )
    world = change(world, "units", immediate_turnout_min=world.units.immediate_turnout_min * 0 + 1.0)
    return change(world, "timings", return_factor=1.0)


def test_who_comes_home_at_the_minute_of_a_call_is_sent_from_home() -> None:
    """Turnout 1, no way, 30 at the scene: home at 32. A call decided at 32 finds it at home, not returning."""
    log = play(town(), [Call(at_min=0.0, cell=0), Call(at_min=31.0, cell=0)])
    assert of(log, 0, "ended_min") == [32.0]
    assert of(log, 1, "decided_min") == [32.0]
    assert of(log, 1, "origin") == [Origin.HOME]
    assert sent(log, 1) == [0]


def test_who_waits_longest_is_served_before_a_call_of_the_same_minute() -> None:
    """Both pumps are out until 32 and 36; the incident that waits takes the first, the call of that minute waits."""
    world = town()
    calls = [
        Call(at_min=0.0, cell=0),
        Call(at_min=0.0, cell=8),
        Call(at_min=1.0, cell=0),
        Call(at_min=31.0, cell=8),
    ]
    log = play(world, calls)
    released = sorted(log.responses["released_min"][:2].tolist())
    assert released == [32.0, 32.0]
    assert of(log, 2, "decided_min") == [32.0], "served when a pump left its scene"
    assert of(log, 2, "reason") == [Reason.QUEUED]
    assert of(log, 3, "decided_min") == [32.0]
    assert of(log, 3, "reason") == [Reason.QUICKEST], "the other pump was free by then"


def test_calls_of_the_same_minute_go_by_row() -> None:
    log = play(town(), [Call(at_min=5.0, cell=4), Call(at_min=5.0, cell=4)])
    assert (sent(log, 0), sent(log, 1)) == ([0], [1]), (
        "equally far: the first in the list goes to the first call"
    )


@pytest.mark.parametrize("back", [8, 10])
def test_no_move_is_made_at_the_minute_at_which_the_own_crew_is_back(back: int) -> None:
    """A review due at the minute in which the crew comes on sees it there: nothing is sent out and recalled at once."""
    stations = [Station(node=0, pumps=2, core=True), Station(node=5, crewing="on_call", people=8, core=True)]
    world = tiny_world(
        columns=9,
        stations=stations,
        kinds=(Kind(per_year=0.0),),
        days=2,
        rules={
            "cover": "core_stations",
            "cover_parameters": {
                "reach_min": 8.0, "delay_min": (back - 4) * SLOT_MIN, "longest_move_min": 30.0, "least_gain": 0.01,
            },
        },
    )  # fmt: skip
    off = play(world, [Call(at_min=1000.0, cell=0)], off_the_run={2: (4 * SLOT_MIN, back * SLOT_MIN)})
    assert off.roster["mode"][off.roster["unit"] == 2].tolist()[1] == Mode.MECHANICAL
    assert not len(off.standby["unit"])
    longer = play(
        world, [Call(at_min=1000.0, cell=0)], off_the_run={2: (4 * SLOT_MIN, (back + 8) * SLOT_MIN)}
    )
    assert longer.standby["decided_min"].tolist() == [back * SLOT_MIN]
