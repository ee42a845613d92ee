"""The speeds of a scenario: those of its tables by its own factors."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geo.road_tables import read_speeds
from geo.roads import ROAD_CLASSES
from geo.speeds import SpeedProfile
from scenarios.schema.scenario import TravelSettings

BLUE_LIGHT = "appliance_blue_light"


def scaled_speeds(tables: Path, travel: TravelSettings) -> SpeedProfile:
    """Return the blue-light speeds of a folder of tables by a scenario's factors. Raises GeoDataError."""
    return scaled(read_speeds(tables / "speeds.csv", tables / "bands.csv")[BLUE_LIGHT], travel)


def scaled(profile: SpeedProfile, travel: TravelSettings) -> SpeedProfile:
    """Return speeds by a scenario's factors."""
    by_class = {str(name): factor for name, factor in travel.class_factor.items()}
    kph = profile.kph * travel.speed_factor * np.array([by_class.get(c, 1.0) for c in ROAD_CLASSES])
    band = np.array([travel.band_factor.get(name, 1.0) for name in profile.band_names])
    factors = profile.band_factors * band[:, None]
    return SpeedProfile(profile.name, kph, profile.band_names, factors, profile.band_of_hour)
