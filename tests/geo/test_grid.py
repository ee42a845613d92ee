"""Coordinates: known points there and back."""

from __future__ import annotations

import numpy as np
import pytest

from geo.grid import cell_corner, distance_m, grid_letters, in_great_britain, to_grid, to_wgs84


def test_ordnance_survey_worked_example() -> None:
    # Caister water tower: the worked example of the Ordnance Survey's guide to coordinate systems
    # gives ETRS89 52°39'28.8282"N 1°42'57.8663"E = E 651409.804, N 313177.450 (OSTN15).
    easting, northing = to_grid(52 + 39 / 60 + 28.8282 / 3600, 1 + 42 / 60 + 57.8663 / 3600)
    assert float(easting) == pytest.approx(651_409.8, abs=6.0)
    assert float(northing) == pytest.approx(313_177.5, abs=6.0)


def test_there_and_back_keeps_shape_and_place() -> None:
    lat, lon = np.array([[51.5, 51.9], [52.0, 51.7]]), np.array([[0.0, 1.2], [0.6, 0.4]])
    back_lat, back_lon = to_wgs84(*to_grid(lat, lon))
    assert back_lat.shape == (2, 2)
    np.testing.assert_allclose(back_lat, lat, atol=1e-6)
    np.testing.assert_allclose(back_lon, lon, atol=1e-6)


def test_swapped_degrees_and_metres_are_not_great_britain() -> None:
    assert in_great_britain(51.7, 0.5)
    assert not in_great_britain(0.5, 51.7)
    assert not in_great_britain(206_000, 570_000)


def test_corner_and_distance() -> None:
    np.testing.assert_array_equal(cell_corner([570_999.9, 571_000.0]), [570_000.0, 571_000.0])
    assert distance_m(0, 0, 3000, 4000) == 5000.0


@pytest.mark.parametrize(
    ("easting", "northing", "letters"),
    [
        (570_900, 206_900, "TL7006"),
        (586_000, 185_000, "TQ8685"),
        (626_000, 232_000, "TM2632"),
        (439_668, 1_175_316, "HU3975"),
        (0, 0, "SV0000"),
    ],
)
def test_national_grid_letters(easting: float, northing: float, letters: str) -> None:
    assert grid_letters(easting, northing) == letters


def test_outside_the_national_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the National Grid"):
        grid_letters(-1, 0)
