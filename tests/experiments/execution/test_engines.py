"""Which engine plays: what is said where the compiled one cannot, and that both write the same log from a command."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from numba import int64

import turnout
from experiments.errors import UserError
from experiments.execution import engines, kept_draws
from experiments.execution.engines import Engine
from sim.compiled import cache, entries
from sim.compiled.roster import draw_roster
from sim.draws import roster as plain
from sim.draws.replication import draw
from sim.world.fire import World
from tests.sim.engine.fire.county import county
from tests.sim.worlds import change, tiny_world

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _own_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TURNOUT_ENGINE", raising=False)
    engines._compiles.cache_clear()
    engines._say_once.cache_clear()


def play(world: World, engine: Engine) -> str:
    draws = draw(world, 1, 0)
    return engines.play_with(world, draws, seed=1, replication=0, engine=engine).sha256()


def test_a_command_says_which_engine_and_what_is_not_said_is_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert engines.current() is Engine.COMPILED
    engines.use(Engine.SIMPY, Engine.COMPILED)
    assert engines.current() is Engine.SIMPY
    engines.use(None, Engine.COMPILED)
    assert engines.current(Engine.SIMPY) is Engine.COMPILED
    monkeypatch.setenv("TURNOUT_ENGINE", "steam")
    assert engines.current(Engine.SIMPY) is Engine.SIMPY


def test_a_policy_that_is_not_compiled_is_said_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim.decisions.fire_dispatch import POLICIES

    monkeypatch.setitem(POLICIES, "mine", POLICIES["quickest"])
    world = change(tiny_world(), "rules", dispatch="mine")
    assert play(world, Engine.COMPILED) == play(world, Engine.SIMPY)
    assert play(world, Engine.COMPILED) == play(world, Engine.SIMPY)
    assert capsys.readouterr().err.count("does not know the dispatch policy 'mine': SimPy plays") == 1


def test_without_a_compiler_simpy_plays_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    world = tiny_world()
    assert play(world, Engine.COMPILED) == play(world, Engine.SIMPY)
    assert "needs numba" in capsys.readouterr().err


def test_the_face_plays_with_either() -> None:
    world = county()
    one, other = (turnout.simulate(world, seed=3, engine=name) for name in ("simpy", "compiled"))
    assert one.sha256() == other.sha256()
    with pytest.raises(UserError, match="simpy or compiled"):
        turnout.simulate(world, engine="steam")


def test_a_run_says_which_engine_played_and_both_write_the_same_log(tmp_path: Path) -> None:
    logs = set()
    for engine in ("simpy", "compiled"):
        out = tmp_path / engine
        words = ["run", "--days", "5", "--replications", "1", "--out", str(out), "--engine", engine]
        command = [sys.executable, "-m", "experiments.commands.start", *words]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        assert json.loads((out / "provenance.json").read_text())["engine"] == engine
        (done,) = out.rglob("done.json")
        logs.add(json.loads(done.read_text())["log_sha256"])
    assert len(logs) == 1


def test_threads_write_what_one_alone_writes() -> None:
    worlds = [county(cover=cover) for cover in ("core_stations", "people")] * 4
    alone = [play(world, Engine.COMPILED) for world in worlds]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda world: play(world, Engine.COMPILED), worlds)) == alone


@pytest.mark.parametrize("crewing", ["wholetime", "on_call", "day_crewed", "mixed"])
def test_the_compiled_roster_is_numpys(crewing: str) -> None:
    world = county(crewing=crewing)
    for replication in range(3):
        found, expected = draw_roster(world, 5, replication), plain.draw_roster(world, 5, replication)
        assert found.mode.tobytes() == expected.mode.tobytes()
        assert found.present.tobytes() == expected.present.tobytes()


def test_where_a_length_is_in_doubt_numpy_draws_the_roster(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.compiled import roster

    monkeypatch.setattr(roster, "_blocks", lambda: lambda *_: False)
    world = county()
    assert draw_roster(world, 1, 0).mode.tobytes() == plain.draw_roster(world, 1, 0).mode.tobytes()


def test_what_is_drawn_is_kept_for_scenarios_that_share_it() -> None:
    world = county()
    first = engines.draw(world, 9, 0)
    moved = engines.draw(change(world, "rules", cover="none"), 9, 0)
    assert moved.roster is first.roster
    more = engines.draw(change(world, "demand", per_year=world.demand.per_year * 2.0), 9, 0)
    assert more.roster is first.roster
    assert len(more.incidents) > len(first.incidents)
    fewer = engines.draw(change(world, "people", presence=world.people.presence * 0.5), 9, 0)
    assert fewer.roster is not first.roster
    assert engines.draw(world, 9, 1).roster is not first.roster


def test_what_is_kept_has_a_limit() -> None:
    world = county()
    rosters = [plain.draw_roster(world, 1, number) for number in range(3)]
    kept: kept_draws.Kept[plain.Roster] = kept_draws.Kept(2 * kept_draws.size_of(rosters[0]))
    found = [kept.get(("a", 1, number), lambda number=number: rosters[number]) for number in range(3)]  # type: ignore[misc]
    assert all(one is other for one, other in zip(found, rosters, strict=True))
    assert kept.get(("a", 1, 0), lambda: rosters[2]) is rosters[0]
    assert kept.get(("a", 1, 2), lambda: rosters[1]) is rosters[1]  # it was not kept
    assert kept.get(("b", 1, 0), lambda: rosters[2]) is rosters[2]  # the others' place is taken
    assert kept.get(("b", 1, 0), lambda: rosters[0]) is rosters[2]


def test_a_folder_that_cannot_be_written_is_no_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taken = tmp_path / "file"
    taken.write_text("")
    monkeypatch.setenv("TURNOUT_COMPILED", str(taken))
    assert cache._find_folder() is None
    monkeypatch.setenv("TURNOUT_COMPILED", str(tmp_path / "new"))
    assert cache._find_folder() == tmp_path / "new" / cache._digest()


def add_one(number: int) -> int:
    return number + 1


def test_what_is_kept_and_cannot_be_read_is_compiled_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    assert entries._compiled(add_one, int64(int64))(1) == 2
    kept = list(tmp_path.rglob("*.nbc"))
    assert kept
    for path in kept:
        path.write_bytes(path.read_bytes()[:100])
    assert entries._compiled(add_one, int64(int64))(1) == 2
    assert "compiled again" in capsys.readouterr().err
    assert entries._compiled(add_one, int64(int64))(1) == 2
    assert capsys.readouterr().err == ""


def test_only_the_last_versions_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TURNOUT_COMPILED", str(tmp_path))
    for number in range(8):
        (tmp_path / f"old{number}").mkdir()
    folder = cache._find_folder()
    assert folder is not None
    assert folder.is_dir()
    assert len(list(tmp_path.iterdir())) == cache._KEPT


def test_a_world_of_another_seed_is_another_log() -> None:
    world = replace(county(), name="other")
    assert play(world, Engine.COMPILED) == play(county(), Engine.SIMPY)
