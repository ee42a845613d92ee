"""Speeds: kilometres an hour by road class, with factors by band of the week."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.roads import ROAD_CLASSES

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class SpeedProfile:
    """Speeds of one kind of driving, e.g. an appliance on blue lights, or a car in ordinary traffic.

    B bands of the week; the classes are ROAD_CLASSES in their order.
    """

    name: str
    kph: F64  # (classes,)
    band_names: tuple[str, ...]
    band_factors: F64  # (B, classes), multiplies kph
    band_of_hour: I8  # (168,) Monday 00:00 first

    def band_kph(self) -> F64:
        """Speeds (B, classes) in km/h."""
        return self.kph * self.band_factors

    def m_per_min(self) -> F64:
        """Speeds (B, classes) in metres a minute."""
        return self.band_kph() * (1000.0 / 60.0)

    def digest(self) -> str:
        """SHA-256 of the figures."""
        h = hashlib.sha256(b"speeds 1")
        for a in (self.kph, self.band_factors, self.band_of_hour):
            h.update(np.ascontiguousarray(a).tobytes())
        return h.hexdigest()


def flat_profile(kph: dict[str, float], name: str = "flat") -> SpeedProfile:
    """A profile with one band and the given speeds (km/h) for every class of ROAD_CLASSES."""
    values = np.array([kph[c] for c in ROAD_CLASSES], dtype=np.float64)
    return SpeedProfile(name, values, ("all",), np.ones((1, len(values))), np.zeros(168, dtype=np.int8))
