"""Functional: the command as a user meets it, in processes of its own, on a few days of the embedded county."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from experiments.commands.cli import main
from experiments.execution.lock import locked

ROOT = Path(__file__).resolve().parents[3]
SHORT = ("--years", "0.01", "--replications", "2")

Turnout = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(cache: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "TURNOUT_CACHE": str(cache), "COLUMNS": "80", **more}


def call(*arguments: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "experiments.commands.cli", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def turnout(tmp_path: Path, cache: Path) -> Turnout:
    """Call the command in an empty folder."""
    return lambda *arguments, **more: call(*arguments, cwd=tmp_path, env=environment(cache, **more))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> tuple[Path, dict[str, Any]]:
    """Return a folder with one finished run in ``runs``, and the document it printed."""
    folder = tmp_path_factory.mktemp("finished")
    done = call("run", *SHORT, "--format", "json", cwd=folder, env=environment(cache))
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_help_imports_nothing_slow() -> None:
    code = (
        "import sys, experiments.commands.cli as c\n"
        "try: c.main(['--help'])\n"
        "except SystemExit: pass\n"
        "slow = {'numpy', 'scipy', 'pandas', 'geopandas', 'pyarrow', 'pydantic', 'simpy'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(slow)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "assumptions" in done.stdout


def test_json_is_one_document_with_stable_names(finished: tuple[Path, dict[str, Any]]) -> None:
    _, document = finished
    assert document["scenario"] == "baseline"
    assert document["replications"] == 2
    by_name = {measure["name"]: measure for measure in document["measures"]}
    within = by_name["fire.all.within_15"]
    assert 0.5 < within["low"] <= within["value"] <= within["high"]
    assert (within["unit"], within["reported"], within["standard"]) == ("share", 0.86, 0.90)
    for name in (
        "fire.plt.mean_s",
        "fire.primary.mean_s",
        "fire.availability.overall",
        "fire.availability.wholetime",
        "fire.availability.on_call",
        "fire.gauge.days_met",
    ):
        assert name in by_name
    assert sum(document["missed"].values()) == pytest.approx(1.0)


def test_the_folder_holds_log_measures_scenario_and_provenance(finished: tuple[Path, dict[str, Any]]) -> None:
    folder, document = finished
    run = folder / document["out"]
    provenance = json.loads((run / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 1
    assert provenance["log_sha256"] == document["log_sha256"]
    assert len(provenance["replication_log_sha256"]) == 2
    assert {"stations.csv", "appliances.csv"} <= set(provenance["inputs_sha256"])
    assert (
        pq.read_schema(run / "replications/0001/incidents.parquet").field("time_min").metadata[b"unit"]
        == b"min"
    )
    measures = pq.read_table(run / "measures.parquet")
    assert measures.column_names == ["replication", "name", "value", "unit"]
    assert set(measures["replication"].to_pylist()) == {0, 1}
    assert json.loads((run / "summary.json").read_text(encoding="utf-8")) == document


def test_the_resolved_scenario_makes_the_same_log_again_on_two_workers(
    finished: tuple[Path, dict[str, Any]], turnout: Turnout
) -> None:
    folder, document = finished
    scenario = folder / document["out"] / "scenario.json"
    again = turnout("run", str(scenario), "--replications", "2", "--workers", "2", "--format", "json")
    assert json.loads(again.stdout)["log_sha256"] == document["log_sha256"]
    assert json.loads(again.stdout)["measures"] == document["measures"]


def test_a_table_of_80_columns_then_the_folder(finished: tuple[Path, dict[str, Any]], cache: Path) -> None:
    folder, document = finished
    done = call("run", *SHORT, cwd=folder, env=environment(cache, PYTHONIOENCODING="ascii"))
    assert done.returncode == 0
    assert done.stderr == ""
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "Within 15 min, all" in done.stdout
    assert done.stdout.rstrip().endswith(f"Written to {document['out']}")
    assert "\x1b" not in done.stdout


def test_a_repeated_command_does_only_the_rest(finished: tuple[Path, dict[str, Any]], cache: Path) -> None:
    folder, document = finished
    more = call(
        "run",
        "--years",
        "0.01",
        "--replications",
        "3",
        "--format",
        "json",
        cwd=folder,
        env=environment(cache),
    )
    run = folder / document["out"]
    assert json.loads(more.stdout)["out"] == document["out"]
    assert json.loads((run / "timings.json").read_text())["replications_reused"] == 2
    fewer = call("run", *SHORT, "--format", "json", cwd=folder, env=environment(cache))
    assert json.loads(fewer.stdout) == document
    kept = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    assert kept["replications"] == 3  # the folder tells of all that it holds, whatever was asked last
    assert len(set(pq.read_table(run / "measures.parquet").column("replication").to_pylist())) == 3


def test_a_second_run_in_a_folder_at_work_is_refused(
    finished: tuple[Path, dict[str, Any]], cache: Path
) -> None:
    folder, document = finished
    with locked(folder / document["out"], "run"):
        done = call("run", *SHORT, cwd=folder, env=environment(cache))
    assert done.returncode == 2
    assert "another run is at work in" in " ".join(done.stderr.split())


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX sends them")
def test_ctrl_c_in_the_middle_keeps_what_is_whole_and_goes_on(
    tmp_path: Path, cache: Path, turnout: Turnout
) -> None:
    arguments = ("run", "--years", "0.05", "--replications", "40", "--out", "run", "--workers", "2")
    process = subprocess.Popen(
        [sys.executable, "-m", "experiments.commands.cli", *arguments],
        cwd=tmp_path,
        env=environment(cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    replications = tmp_path / "run" / "replications"
    while not list(replications.glob("*/done.json")) and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Repeat the same command" in err.replace("\n", " ")
    assert "Traceback" not in err
    assert all(path.name.isdigit() and (path / "done.json").exists() for path in replications.iterdir())
    whole = len(list(replications.iterdir()))
    assert whole < 40
    rest = turnout(
        "run", "--years", "0.05", "--replications", str(whole + 1), "--out", "run", "--format", "json"
    )
    assert json.loads(rest.stdout)["replications"] == whole + 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "nowhere"], "there is no scenario of this name"),
        (["run", "--precision", "within_51=0.5"], "Did you mean within_15?"),
        (["run", "--precision", "plt=5", "--replications", "3"], "exclude each other"),
        (["run", "--years", "0"], "less than one day"),
        (["run", "--replications", "0"], "--replications"),
        (["run", *SHORT, "--out", "file.txt"], "cannot write to file.txt"),
        (["run", *SHORT, "--out", "file.txt/below"], "cannot write to file.txt/below"),
        (["run", *SHORT, "--out", "full"], "is not empty and holds no run"),
        (["show"], "there is no run in runs"),
        (["show", "full"], "is not the folder of a run"),
        (["trace", "5"], "there is no run in runs"),
        (["scenario", "check", "bad.toml"], "bad.toml"),
        (["scenario", "check", "absent.toml"], "absent.toml"),
        (["scenario", "show", "latin.toml"], "UTF-8"),
        (["assumptions", "nowhere"], "there is no scenario of this name"),
        (["fly"], "No such command"),
    ],
)
def test_a_mistake_ends_with_one_message_and_status_2(
    tmp_path: Path, turnout: Turnout, arguments: list[str], told: str
) -> None:
    (tmp_path / "file.txt").write_text("a file")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    (tmp_path / "bad.toml").write_text('extends = "baseline"\n[wholetime]\navailability = 1.5\n')
    (tmp_path / "latin.toml").write_bytes('extends = "baseline"\ntitle = "Caf\xe9"\n'.encode("latin-1"))
    done = turnout(*arguments)
    assert done.returncode == 2
    assert told in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_a_precision_out_of_reach_is_told(turnout: Turnout) -> None:
    done = turnout("run", "--years", "0.003", "--precision", "within_15=0.0001", "--most", "5")
    assert done.returncode == 0
    assert done.stderr == "The precision was not reached in 5 replications: raise --most.\n"


def test_another_seed_into_the_same_folder_is_refused(
    finished: tuple[Path, dict[str, Any]], cache: Path
) -> None:
    folder, document = finished
    done = call("run", *SHORT, "--seed", "2", "--out", document["out"], cwd=folder, env=environment(cache))
    assert done.returncode == 2
    assert "holds a different run (seed 1 there, 2 asked)" in done.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show"], "Within 15 min, all"),
        (["show", "--by", "district"], "Tendring"),
        (["show", "--by", "crewing"], "on call"),
        (["show", "--by", "station"], "E10 Colchester"),
        (["show", "--all"], "fire.second_pump.p90_s"),
        (["trace", "--list"], "replication 0"),
        (["trace", "--missed"], "Why missed"),
        (["trace", "worst"], "missed"),
        (["trace", "0"], "Call answered."),
        (["scenario", "list"], "baseline"),
        (["scenario", "show", "baseline"], "wholetime"),
        (["scenario", "check", "baseline"], "no faults"),
        (["scenario", "schema"], '"properties"'),
        (["assumptions"], "assumptions."),
        (["--version"], "turnout "),
    ],
)
def test_reading_commands_answer_in_80_columns(
    finished: tuple[Path, dict[str, Any]], cache: Path, arguments: list[str], told: str
) -> None:
    folder, _ = finished
    done = call(*arguments, cwd=folder, env=environment(cache))
    assert done.returncode == 0, done.stderr
    assert told in done.stdout
    if arguments[-1] != "schema":
        assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    "arguments",
    [
        ["show"],
        ["show", "--by", "hour"],
        ["assumptions"],
        ["scenario", "list"],
        ["scenario", "show", "baseline"],
    ],
)
def test_json_where_it_is_offered(
    finished: tuple[Path, dict[str, Any]], cache: Path, arguments: list[str]
) -> None:
    folder, _ = finished
    done = call(*arguments, "--format", "json", cwd=folder, env=environment(cache))
    assert isinstance(json.loads(done.stdout), dict)
    assert done.stderr == ""


def test_a_fault_of_the_program_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise AttributeError("no such thing")

    monkeypatch.setattr("experiments.commands.library.print_library", broken)
    with pytest.raises(SystemExit) as end:
        main(["scenario", "list"])
    assert end.value.code == 70
    assert (
        "a fault of the program, not yours: AttributeError: no such thing"
        in capsys.readouterr().err.replace("\n", " ")
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path, cache: Path) -> None:
    command = f"{sys.executable} -m experiments.commands.cli scenario show baseline --format json | head -n 1"
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, env=environment(cache), capture_output=True, text=True, check=False
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_the_cache_is_told_and_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TURNOUT_CACHE", str(tmp_path))
    (tmp_path / "world-0.npz").write_bytes(b"0" * 2_000_000)
    for arguments, told in (
        (["cache"], "1 map, 2 MB"),
        (["cache", "--clear"], "1 of 1 maps"),
        (["cache"], "0 maps"),
    ):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 0
        assert told in capsys.readouterr().out
