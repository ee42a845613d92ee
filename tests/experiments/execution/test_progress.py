"""Unit: where there is no terminal, a long run writes a line now and then on standard error, and only there."""

from __future__ import annotations

import pytest

from experiments.execution import progress
from experiments.execution.progress import EVERY_S, Lines
from experiments.presentation.progress import progress_bar
from experiments.sweep.progress import State, telling


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress.Lines.__init__, "__kwdefaults__", {"clock": made})
    return made


@pytest.mark.parametrize("shown", [True, False])
def test_a_line_every_half_minute(clock: Clock, capsys: pytest.CaptureFixture[str], shown: bool) -> None:
    with progress_bar(shown=shown) as tell:
        for done in range(2, 103):  # two were there; ten seconds each
            tell(done, 102)
            clock.seconds += 10.0
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert len(lines) == 101 * 10 // EVERY_S
    assert lines[0] == "Replications: 5 of 102, 16:10 left"  # 97 more at ten seconds
    assert lines[-1].startswith("Replications: 101 of 102, 0:10")


def test_a_short_run_writes_nothing(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(shown=True) as tell:
        tell(0, 2)
        clock.seconds += EVERY_S - 1
        tell(2, 2)
    assert capsys.readouterr() == ("", "")


def test_a_sweep_does_the_same(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with telling() as tell:
        clock.seconds += EVERY_S
        tell(State(points=9, done=3, failed=1, replications_done=6, replications_left=12, seconds=30.0))
    assert capsys.readouterr().err == "3 of 9 points, 1 failed, 1:00 left\n"


def test_a_closed_standard_error_stops_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        def write(self, text: str) -> int:
            raise BrokenPipeError

    now = [0.0]
    lines = Lines(clock=lambda: now[0])
    now[0] = EVERY_S
    monkeypatch.setattr(progress.sys, "stderr", Closed())
    lines.tell(lambda: "a line")
