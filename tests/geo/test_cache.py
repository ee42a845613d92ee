"""The cache of arrays never decides a result."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from geo.cache import digest_of, load_arrays, prune, store_arrays, stored, user_cache_dir

ARRAYS = {"minutes": np.arange(6, dtype=np.float32).reshape(2, 3), "node": np.array([1, -1], dtype=np.int32)}


def test_what_is_stored_is_loaded_with_type_and_shape(tmp_path: Path) -> None:
    store_arrays("d" * 64, ARRAYS, tmp_path)
    got = load_arrays("d" * 64, tmp_path)
    assert got is not None
    assert {k: (v.dtype, v.tolist()) for k, v in got.items()} == {
        k: (v.dtype, v.tolist()) for k, v in ARRAYS.items()
    }
    assert [p.suffix for p in tmp_path.iterdir()] == [".npz"]


def test_another_digest_finds_nothing_even_under_the_same_name(tmp_path: Path) -> None:
    store_arrays("d" * 64, ARRAYS, tmp_path)
    assert load_arrays("d" * 63 + "e", tmp_path) is None
    assert load_arrays("e" * 64, tmp_path) is None


@pytest.mark.parametrize("spoil", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"not a cache"])
def test_a_torn_or_foreign_file_is_as_good_as_none(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    store_arrays("d" * 64, ARRAYS, tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(spoil(path.read_bytes()))
    assert load_arrays("d" * 64, tmp_path) is None
    store_arrays("d" * 64, ARRAYS, tmp_path)
    assert load_arrays("d" * 64, tmp_path) is not None


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    store_arrays("d" * 64, {"a": np.zeros(5000)}, tmp_path)
    (path,) = tmp_path.iterdir()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    assert load_arrays("d" * 64, tmp_path) is None


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    store_arrays("d" * 64, ARRAYS, blocked / "cache")
    assert load_arrays("d" * 64, blocked / "cache") is None


def test_the_digest_tells_types_shapes_and_order_apart() -> None:
    a = np.arange(4.0)
    made = [
        digest_of(a),
        digest_of(a.reshape(2, 2)),
        digest_of(a.astype(np.float32)),
        digest_of(a, 1),
        digest_of(1, a),
        digest_of("1", a),
        digest_of("ab", "c"),
        digest_of("a", "bc"),
    ]
    assert len(set(made)) == len(made)
    assert digest_of(np.arange(4.0)) == made[0]


def test_the_users_cache_is_where_the_system_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache_dir() == tmp_path / "turnout"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/path")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert user_cache_dir() == Path.home() / ".cache" / "turnout"


def test_an_array_that_is_not_as_it_was_written_is_not_used(tmp_path: Path) -> None:
    """The right name, the right digest, another content: a spoilt map must not change figures in silence."""
    arrays = {"minutes": np.arange(6.0).reshape(2, 3), "names": np.array(["a", "bc"])}
    store_arrays("d" * 64, arrays, tmp_path)
    (path,) = tmp_path.glob("*.npz")
    with np.load(path) as archive:
        held = {name: archive[name] for name in archive.files}
    for spoilt in (
        held | {"minutes": held["minutes"] + 1e-9},
        held | {"minutes": held["minutes"].reshape(3, 2)},
        held | {"minutes": held["minutes"].astype(np.float32)},
        {name: array for name, array in held.items() if name != "names"},
        held | {"more": np.zeros(1)},
    ):
        np.savez(path, **spoilt)
        assert load_arrays("d" * 64, tmp_path) is None
    np.savez_compressed(path, **held)
    again = load_arrays("d" * 64, tmp_path)
    assert again is not None
    assert np.array_equal(again["minutes"], arrays["minutes"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_or_folder_in_place_of_a_map_is_as_good_as_none(tmp_path: Path) -> None:
    store_arrays("d" * 64, {"a": np.zeros(3)}, tmp_path)
    (path,) = tmp_path.glob("*.npz")
    path.unlink()
    os.mkfifo(path)
    assert load_arrays("d" * 64, tmp_path) is None
    path.unlink()
    path.mkdir()
    assert load_arrays("d" * 64, tmp_path) is None


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    for k in range(4):
        store_arrays(str(k) * 64, {"a": np.zeros(1000)}, tmp_path)
        os.utime(next(tmp_path.glob(f"world-{k}*")), (k, k))
    size = stored(tmp_path)[0][1]
    assert load_arrays("0" * 64, tmp_path) is not None  # used now
    assert prune(tmp_path, 2 * size) == 2
    assert [path.name[6] for path, _ in stored(tmp_path)] == ["3", "0"]
    assert prune(tmp_path, 0) == 2
    assert stored(tmp_path) == stored(tmp_path / "nowhere") == []
