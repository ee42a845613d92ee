"""What the simulation gave at a set of points: the same replications, under the same random numbers, at each.

Under common random numbers replication 0 meets the same year (the same calls, the same crews) at every point. The
mean over replications is therefore a smooth function of the parameters: what the chance of those years adds is
nearly the same at all points, an offset for each output. ``offset_sd`` is how large that offset is: the standard
error of a mean over the replications. It does not average out over points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Runs:
    """Simulated points: ``points`` (n, k) natural units, ``values`` (n, replications, outputs), all finite.

    ``replications`` names the replications by (seed, number); they are the same at every point.
    """

    points: F64
    values: F64
    names: tuple[str, ...]
    replications: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        """Hold the shapes together.

        Raises:
            ValueError: shapes that do not fit, or a figure that is not finite; the message says which.

        """
        n, r, m = self.values.shape
        if self.points.ndim != 2 or self.points.shape[0] != n:
            raise ValueError(f"{self.points.shape} points for {n} results")
        if m != len(self.names) or r != len(self.replications):
            raise ValueError(
                f"values of {r} replications and {m} outputs; named are {len(self.replications)} and "
                f"{len(self.names)}"
            )
        if not np.isfinite(self.values).all():
            point, _, output = (int(each[0]) for each in np.nonzero(~np.isfinite(self.values)))
            raise ValueError(f"{self.names[output]} at point {point} is no number: choose outputs that exist")

    @property
    def mean(self) -> F64:
        """Return the mean over replications (n, outputs)."""
        return np.asarray(self.values.mean(axis=1), dtype=np.float64)

    @property
    def sem(self) -> F64:
        """Return the standard error of each mean (n, outputs); not a number with one replication."""
        if len(self.replications) < 2:
            return np.full(self.mean.shape, np.nan)
        return np.asarray(self.values.std(axis=1, ddof=1) / np.sqrt(len(self.replications)), dtype=np.float64)

    @property
    def year_sd(self) -> F64:
        """Return how much one replication differs from the next (outputs,): the chance of a single year.

        Pooled over points; as the replications are common to all of them it rests on no more than
        ``replications - 1`` independent differences.
        """
        if len(self.replications) < 2:
            return np.full(len(self.names), np.nan)
        return np.asarray(np.sqrt(self.values.var(axis=1, ddof=1).mean(axis=0)), dtype=np.float64)

    def columns(self, names: Sequence[str]) -> Runs:
        """Return the named outputs only, in that order.

        Raises:
            KeyError: an output that was not simulated.

        """
        unknown = [name for name in names if name not in self.names]
        if unknown:
            raise KeyError(f"not among the simulated outputs: {', '.join(unknown)}")
        chosen = [self.names.index(name) for name in names]
        return Runs(self.points, self.values[:, :, chosen], tuple(names), self.replications)

    def join(self, other: Runs) -> Runs:
        """Return these points and then the other's.

        Raises:
            ValueError: other outputs or other replications: common random numbers would be lost.

        """
        if other.names != self.names or other.replications != self.replications:
            raise ValueError("points can only be joined with the same outputs and the same replications")
        return Runs(
            np.concatenate([self.points, other.points]),
            np.concatenate([self.values, other.values]),
            self.names,
            self.replications,
        )


def year_correlation(runs: Runs) -> F64:
    """Return how the outputs of one and the same year go together (outputs, outputs), from many replications.

    A year with far-off incidents has a low share within 15 minutes and a high mean together. Residuals from each
    point's mean are pooled and shrunk towards independence (Ledoit and Wolf's idea with the plain weight
    1 / replications), for the replications are few. Needs about 20 replications at one point to be worth using.
    """
    residuals = (runs.values - runs.values.mean(axis=1, keepdims=True)).reshape(-1, len(runs.names))
    spread = residuals.std(axis=0)
    scaled = residuals / np.where(spread > 0.0, spread, 1.0)
    correlation = scaled.T @ scaled / max(len(scaled), 1)
    weight = 1.0 / len(runs.replications)
    shrunk = (1.0 - weight) * correlation
    np.fill_diagonal(shrunk, 1.0)
    return np.asarray(shrunk, dtype=np.float64)
