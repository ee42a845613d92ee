"""Keyed random numbers: the right bits, the same everywhere, and good enough to stand for chance."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim.draws.keys import NORMAL_TABLE, bits, bits_of_one, normals, stream, streams, to_uniforms, uniforms
from sim.draws.normal import normal_quantile

_ROOT = str(Path(__file__).resolve().parents[3])

_DIGEST = """
import hashlib
from tests.sim.worlds import Station, tiny_world
from sim.draws.replication import draw
world = tiny_world(stations=[Station(node=1, presence=0.8), Station(node=3, crewing="on_call", presence=0.6)])
draws = draw(world, 5, 2)
digest = hashlib.sha256()
for name in draws.incidents.__slots__:
    digest.update(getattr(draws.incidents, name).tobytes())
digest.update(draws.roster.mode.tobytes() + draws.roster.present.tobytes())
times = draws.response_times
digest.update(repr((times.of(3, 0), times.failed(3, 1), times.scene_min(3, 1))).encode())
digest.update(times.muster_min(3, 1).tobytes())
print(digest.hexdigest())
"""


def test_bits_are_those_of_splitmix64() -> None:
    # first five outputs of SplitMix64 seeded with 1234567 (rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64)
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert bits(np.uint64(1234567), np.arange(1, 6)).tolist() == expected


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_one_value_equals_the_array_form(name: int, counter: int) -> None:
    assert bits_of_one(name, counter) == int(bits(np.uint64(name), np.array([counter], dtype=np.uint64))[0])


def test_stream_names_do_not_run_into_each_other() -> None:
    names = {
        int(stream(*name))
        for name in [
            (1, 2, "a", "b"),
            (12, 0, "a", "b"),
            (1, 20, "a", "b"),
            (1, 2, "ab", ""),
            (1, 2, "a", "b "),
        ]
    }
    assert len(names) == 5


def test_stream_is_pinned() -> None:
    """Golden: any change of the naming changes every published figure."""
    assert int(stream(1, 0, "incident count", "dwelling_fire")) == 2558108969964566432
    assert streams(1, 0, "p", ("a", "b"))[1] == stream(1, 0, "p", "b")


def test_same_bytes_in_any_process() -> None:
    answers = [
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1234")
    ]
    assert len(answers[0].strip()) == 64
    assert answers[0] == answers[1]


def test_uniforms_are_never_0_or_1() -> None:
    extremes = to_uniforms(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert 0.0 < extremes[0] < 1e-15
    assert 1.0 - 1e-15 < extremes[1] < 1.0


@pytest.mark.parametrize(
    "how", ["one stream, counters in a row", "one counter, streams in a row", "packed counters"]
)
def test_uniforms_are_uniform(how: str) -> None:
    n = 100_000
    if how == "one stream, counters in a row":
        u = uniforms(stream(1, 0, "test"), np.arange(n))
    elif how == "one counter, streams in a row":
        u = uniforms(streams(1, 0, "test", tuple(str(i) for i in range(n))), np.array([7]))
    else:  # as in incident keys: day in the high bits, serial in the low
        u = uniforms(stream(1, 0, "test"), (np.arange(n) // 4 << 16) | np.arange(n) % 4)
    counts = np.bincount((u * 200).astype(int), minlength=200)
    assert stats.chisquare(counts).pvalue > 1e-3
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 4.0 / np.sqrt(n)  # 4 standard errors


def test_streams_are_independent_of_each_other() -> None:
    n = 20_000
    u = uniforms(streams(1, 0, "test", tuple("abcdefgh"))[:, None], np.arange(n)[None, :])
    off_diagonal = np.corrcoef(u)[~np.eye(8, dtype=bool)]
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(n)  # 28 pairs at 4.5 standard errors


def test_every_bit_is_balanced() -> None:
    n = 40_000
    values = bits(stream(3, 1, "balance"), np.arange(n))
    ones = np.array([np.count_nonzero(values >> np.uint64(bit) & np.uint64(1)) for bit in range(64)])
    assert np.abs(ones - n / 2).max() < 4.5 * np.sqrt(n) / 2.0


def test_normals_are_normal() -> None:
    z = normals(stream(1, 0, "z"), np.arange(50_000))
    assert stats.kstest(z, "norm").pvalue > 1e-3


def test_normal_table_has_the_moments_of_a_standard_normal() -> None:
    table = NORMAL_TABLE.astype(float)
    assert table.shape == (65536,)
    assert NORMAL_TABLE.dtype == np.float32
    assert table.mean() == pytest.approx(0.0, abs=1e-6)
    assert table.std() == pytest.approx(1.0, abs=1e-5)
    assert (table**4).mean() == pytest.approx(3.0, abs=0.01)
    assert np.all(np.diff(table) > 0)


def test_normal_quantile_agrees_with_scipy() -> None:
    u = np.concatenate(
        [np.geomspace(1e-16, 0.5, 5000), 1.0 - np.geomspace(1e-15, 0.5, 5000), np.linspace(0.05, 0.95, 5001)]
    )
    exact = special.ndtri(u)
    assert np.max(np.abs(normal_quantile(u) - exact) / np.maximum(np.abs(exact), 1e-3)) < 1e-12
