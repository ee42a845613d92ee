"""Minutes from every node to every cell of a large map: made once for its speeds, kept in a file, mapped into memory.

Workers that map the same file share one copy. A file is whole or not there: it gets its name when it is done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.joining import Network
from geo.speeds import SpeedProfile
from geo.trees import backwards, minutes_to_places

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
Say = Callable[[str], None]
Block = tuple[int, int, int]  # band, first and end of the cells

_ALONE = 20_000_000
"""Numbers of a matrix up to which one process makes it."""


def mapped(path: Path, shape: tuple[int, int, int]) -> F32 | None:
    """Return a matrix (B, C, N) mapped into memory; None if it is not there, or is not the one."""
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if found.shape != shape or found.dtype != np.float32:
        return None
    return np.asarray(found)


def make(
    path: Path, network: Network, speeds: SpeedProfile, *, workers: int = 1, say: Say = lambda _: None
) -> F32:
    """Make a matrix and return it, mapped. Raises OSError if it cannot be written."""
    shape = len(speeds.band_names), network.places.n_cells, network.graph.n_nodes
    path.parent.mkdir(parents=True, exist_ok=True)
    with _part(path) as part:
        open_memmap(part, mode="w+", dtype=np.float32, shape=shape).flush()
        _fill(part, network, speeds, workers if shape[0] * shape[1] * shape[2] > _ALONE else 1, say)
        part.replace(path)
    found = mapped(path, shape)
    if found is None:
        raise OSError(f"{path} cannot be read back")
    return found


@contextmanager
def _part(path: Path) -> Iterator[Path]:
    part = path.with_name(f".{path.stem}.{os.getpid()}.part.npy")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What every process needs to fill its blocks."""

    part: Path
    reverse: list[csr_array]  # by band
    node: I32  # (C, K) ways into cells
    arrive: F32  # (B, C, K)

    def do(self, block: Block) -> None:
        """Fill some rows of a band."""
        band, first, end = block
        rows = minutes_to_places(self.reverse[band], self.node[first:end], self.arrive[band, first:end])
        out = np.load(self.part, mmap_mode="r+", allow_pickle=False)
        out[band, first:end] = rows
        out.flush()


def _fill(part: Path, network: Network, speeds: SpeedProfile, workers: int, say: Say) -> None:
    cells = network.places.n_cells
    arrive = network.arriving.minutes(network.places, speeds, network.rules)[:, :cells]
    reverse = [backwards(network.graph, pace) for pace in speeds.m_per_min()]
    step = cells if workers == 1 else max(1, -(-cells // (8 * workers)))
    blocks = [
        (band, at, min(at + step, cells)) for band in range(len(reverse)) for at in range(0, cells, step)
    ]
    work = _Work(part, reverse, network.arriving.node[:cells], arrive)
    if workers == 1:
        for block in blocks:
            work.do(block)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(work,)) as pool:
        for number, _ in enumerate(pool.map(_do, blocks), start=1):
            say(f"Ways to areas: {number} of {len(blocks)} parts.")


_mine: list[_Work] = []


def _begin(work: _Work) -> None:
    _mine.append(work)


def _do(block: Block) -> None:
    _mine[0].do(block)
