"""How many pumps are sent: shares of first attendances, make-ups where the records tell them apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.demand.mixture import fit_mixture

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

FEWEST = 30
"""Records of a type below which its attendance is not fitted."""
FEWEST_MADE_UP = 5
"""Made-up incidents below which the mean number of further pumps is not fitted."""
FEWEST_OF_SIZE = 3
"""A size of attendance seen less often than this joins the next smaller one that is seen oftener."""


@dataclass(frozen=True, slots=True)
class Size:
    """A size of the first attendance, its share, standard error and 95% interval."""

    pumps: int
    share: float
    standard_error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Attendance:
    """First attendances of a type.

    ``method`` is "counted" where the records tell the first attendance, else "mixture": make-ups as the scenario has
    them are taken out. ``joined`` records had a rare size and count for the next smaller one.
    """

    count: int
    sizes: tuple[Size, ...]
    mean_pumps: float
    method: str
    joined: int


@dataclass(frozen=True, slots=True)
class Makeups:
    """Share of incidents made up and mean further pumps when made up (None: too few to tell)."""

    count: int
    made_up: int
    share: float
    standard_error: float
    low: float
    high: float
    pumps_mean: float | None
    pumps_mean_error: float | None


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share."""
    z2 = 1.959964**2
    centre = (part + z2 / 2) / (whole + z2)
    half = math.sqrt(z2) / (whole + z2) * math.sqrt(part * (whole - part) / whole + z2 / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def fit_attendance(pumps: I64, first_pumps: I64, makeup_share: float, makeup_mean: float) -> Attendance | str:
    """Return the first attendances of a type's records, or why there are none.

    Pumps are 0 where unknown. ``makeup_share`` and ``makeup_mean`` are the scenario's, used where only the pumps that
    attended in all are known.
    """
    counted = first_pumps[first_pumps > 0]
    known = counted if counted.size else pumps[pumps > 0]
    if known.size < FEWEST:
        return f"fewer than {FEWEST} records with a number of pumps"
    sizes, joined = _join(known)
    if counted.size or makeup_share == 0.0:
        return _counted(sizes, joined, "counted" if counted.size else "mixture")
    top = int(sizes.max())
    seen = np.bincount(sizes, minlength=top + 1)[1:].astype(np.float64)
    sent = [k for k in range(1, top + 1) if seen[k - 1] > 0]
    components = np.stack([_made_up(k, top, makeup_share, makeup_mean) for k in sent], axis=1)
    fit = fit_mixture(components, seen)
    found = tuple(
        Size(k, *map(float, each))
        for k, *each in zip(sent, fit.share, fit.standard_error, fit.low, fit.high, strict=True)
        if each[0] > 0
    )
    return Attendance(int(known.size), found, sum(s.pumps * s.share for s in found), "mixture", joined)


def _join(known: I64) -> tuple[I64, int]:
    values, counts = np.unique(known, return_counts=True)
    often = values[counts >= FEWEST_OF_SIZE]
    place = np.maximum(np.searchsorted(often, known, side="right") - 1, 0)
    sizes = often[place]
    return sizes, int((sizes != known).sum())


def _counted(sizes: I64, joined: int, method: str) -> Attendance:
    values, counts = np.unique(sizes, return_counts=True)
    number = int(sizes.size)
    found = []
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        share = count / number
        found.append(Size(value, share, math.sqrt(share * (1 - share) / number), *wilson(count, number)))
    return Attendance(number, tuple(found), float(sizes.mean()), method, joined)


def _made_up(first: int, top: int, share: float, mean: float) -> F64:
    """Return the chance of 1 … top pumps in all after a first attendance; more than top counts as top."""
    chance = np.zeros(top)
    chance[first - 1] = 1.0 - share
    going_on = 1.0 - 1.0 / mean
    for extra in range(1, top - first + 1):
        chance[first - 1 + extra] += share * going_on ** (extra - 1) / mean
    chance[top - 1] += 1.0 - chance.sum()
    return chance


def fit_makeups(pumps: I64, first_pumps: I64) -> Makeups | str:
    """Return make-ups from records that tell both numbers of pumps, or why there are none."""
    both = (pumps > 0) & (first_pumps > 0)
    count = int(both.sum())
    if count < FEWEST:
        return (
            f"fewer than {FEWEST} records tell the first attendance and all pumps"
            if count
            else "the records do not tell the first attendance apart from all pumps"
        )
    extra = (pumps - first_pumps)[both]
    further = extra[extra > 0]
    made_up = int(further.size)
    share = made_up / count
    mean = error = None
    if made_up >= FEWEST_MADE_UP:
        mean = float(further.mean())
        error = float(further.std(ddof=1)) / math.sqrt(made_up)
    low, high = wilson(made_up, count)
    return Makeups(count, made_up, share, math.sqrt(share * (1 - share) / count), low, high, mean, error)
