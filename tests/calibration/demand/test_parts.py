"""Parts of the fit against cases that can be worked out by hand or by another way."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy.stats import chi2

from calibration.demand.attendance import Attendance, fit_attendance
from calibration.demand.clean import clean
from calibration.demand.exposure import Exposure, find_exposure
from calibration.demand.mapping import PeriodPart
from calibration.demand.mixture import fit_mixture, rescaled
from calibration.demand.moments import parse_date, parse_hour, parse_timestamp
from calibration.demand.places import Map, place
from calibration.demand.profiles import smooth
from calibration.demand.rates import garwood
from calibration.demand.read_mapping import parse_mapping
from calibration.demand.scene import Scene, fit_scene
from calibration.demand.table import read_table

TINY = """
[[kinds]]
type = "dwelling_fire"
[[place]]
easting = "x"
northing = "y"
[[place]]
name = "place"
"""

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize("count", [0, 1, 7, 400])
def test_poisson_interval_is_garwoods(count: int) -> None:
    low, high = garwood(count)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2)
    assert low == pytest.approx(chi2.ppf(0.025, 2 * count) / 2 if count else 0.0)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2009-05-25", "iso"),
        ("2009-05-25T04:00:00", "iso"),
        ("25/05/2009", "dd/mm/yyyy"),
        ("25/05/2009 00:00", "dd/mm/yyyy"),
        ("05/25/2009", "mm/dd/yyyy"),
        ("1243209600.0", "epoch_seconds"),
        ("25 May 2009", "%d %B %Y"),
    ],
)
def test_one_day_in_every_form(text: str, form: str) -> None:
    assert parse_date(text, form, LONDON) == date(2009, 5, 25)


@pytest.mark.parametrize("text", ["25/05/2009", "2009-13-01", "", "yesterday"])
def test_what_is_no_iso_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_date(text, "iso", LONDON)


def test_times_of_day() -> None:
    assert parse_hour("00:00:00", "hh:mm:ss") == (0, True)
    assert parse_hour("23:59", "hh:mm:ss") == (23, False)
    assert parse_hour("705", "hhmm") == (7, False)
    for wrong in ("24:00:00", "12:60", "noon", "-1:00"):
        with pytest.raises(ValueError, match=r"."):
            parse_hour(wrong, "hh:mm:ss")
    assert parse_timestamp("2023-07-01T12:30:00", "iso", LONDON).hour == 12


def test_mixture_of_disjoint_parts_is_their_shares() -> None:
    """Components that never overlap: the shares are proportions, the errors binomial."""
    parts = np.array([[0.5, 0.0], [0.5, 0.0], [0.0, 1.0]])
    fit = fit_mixture(parts, np.array([20.0, 10.0, 70.0]))
    assert fit.share == pytest.approx([0.3, 0.7], abs=1e-6)
    assert fit.standard_error == pytest.approx([np.sqrt(0.21 / 100)] * 2, rel=1e-4)


def test_share_at_zero_has_the_limit_of_no_success() -> None:
    """None of 100 records in a part of its own: 95% one-sided by likelihood, 1 − exp(−1.3528/100)."""
    fit = fit_mixture(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([100.0, 0.0]))
    assert fit.share.tolist() == [1.0, 0.0]
    assert fit.high[1] == pytest.approx(1 - np.exp(-1.3528 / 100), rel=1e-2)


def test_rescaling_to_the_whole_map() -> None:
    """Half of the first and a quarter of the second component lie in the part: equal shares there are 1 : 2."""
    fit = rescaled(fit_mixture(np.eye(2), np.array([50.0, 50.0])), np.array([0.5, 0.25]))
    assert fit.share == pytest.approx([1 / 3, 2 / 3], abs=1e-6)
    # odds double exactly, so the error of the logit is unchanged: 2 × 0.05 = 0.2 on the logit scale
    assert fit.standard_error == pytest.approx([0.2 * 2 / 9] * 2, rel=1e-3)


def test_smoothing_goes_round_midnight_and_keeps_the_level() -> None:
    counts = np.zeros((1, 24))
    counts[0, [22, 23, 0, 1]] = [30, 60, 60, 30]
    counts += 1
    pooled = smooth(counts, np.ones((1, 24)))
    assert pooled.share.sum() == pytest.approx(1.0)
    turned = smooth(np.roll(counts, 7, axis=1), np.ones((1, 24)))
    assert np.roll(pooled.share, 7, axis=1) == pytest.approx(turned.share)


@pytest.mark.parametrize(("pumps", "sigma"), [(1, 0.8), (2, 0.5), (3, 0.8), (5, 1.0)])
def test_minutes_of_several_pumps_give_those_of_one(pumps: int, sigma: float) -> None:
    """The mean of lognormals taken as a lognormal: within 2% of both parameters, with 20,000 incidents."""
    drawn = np.random.default_rng(7)
    common = drawn.standard_normal((20_000, 1))
    own = drawn.standard_normal((20_000, pumps))
    minutes = (40.0 * np.exp(sigma * np.sqrt(0.5) * (common + own))).sum(axis=1)
    fit = fit_scene(np.maximum(minutes - 0.5, 0.0), minutes + 0.5, np.full(20_000, pumps))
    assert isinstance(fit, Scene)
    assert fit.median_min == pytest.approx(40.0, rel=0.02)
    assert fit.sigma == pytest.approx(sigma, rel=0.02)


def test_a_time_known_only_by_limits_is_not_fitted() -> None:
    assert fit_scene(np.zeros(100), np.full(100, 60.0), np.ones(100, dtype=np.int64)) == (
        "fewer than 10 records tell a time and not just a limit"
    )


def test_all_pumps_less_makeups_by_hand() -> None:
    """A fifth made up by one pump each: 80 of one pump and 20 of two are all first attendances of one pump."""
    fit = fit_attendance(np.repeat([1, 2], [80, 20]), np.zeros(100, dtype=np.int64), 0.2, 1.0)
    assert isinstance(fit, Attendance)
    assert fit.mean_pumps == pytest.approx(1.0, abs=1e-3)


def records_of(tmp_path: Path, days: list[date]) -> Exposure:
    path = tmp_path / "records.csv"
    path.write_text("day\n" + "".join(f"{day}\n" for day in days), encoding="utf-8")
    mapping = parse_mapping('[time]\ndate = "day"\n[[kinds]]\ntype = "a"\n', "m")
    records, _ = clean(read_table(path, mapping.records), mapping)
    part = PeriodPart(exclude_gaps=True)
    found = find_exposure(records, part, [date(2023, 1, 2)], monthly=False)
    assert found is not None
    return found


def test_gaps_are_days_that_chance_does_not_leave_empty(tmp_path: Path) -> None:
    year = [date(2023, 1, 1) + timedelta(days=d) for d in range(365)]
    lost = [day for day in year if not (day.month == 4 and day.day <= 7)]
    exposure = records_of(tmp_path, lost * 3)
    (gap,) = exposure.gaps
    assert (gap.first, gap.last, gap.excluded) == (date(2023, 4, 1), date(2023, 4, 7), True)
    assert exposure.days.size == 358
    assert exposure.days_by_month()[3] == 23
    sparse = records_of(tmp_path, year[::3])
    assert sparse.gaps
    assert not any(gap.is_gap for gap in sparse.gaps)
    assert sparse.days.size == 364  # the period ends with its last record


def test_bank_holidays_count_as_weekend(tmp_path: Path) -> None:
    exposure = records_of(tmp_path, [date(2023, 1, 1) + timedelta(days=d) for d in range(9)])
    assert exposure.weekend.tolist() == [True, True, False, False, False, False, True, True, False]


def test_positions_find_their_square_district_or_settlement(tmp_path: Path) -> None:
    """Two squares; the first is shared by two districts."""
    on = Map(
        easting_m=np.array([500_200.0, 500_800.0, 501_500.0, 503_500.0]),
        northing_m=np.array([200_500.0, 200_500.0, 200_500.0, 200_500.0]),
        inside=np.array([True, True, True, False]),
        district=np.array([0, 1, 1, 2]),
        district_names=("North", "South", "Away"),
        settlement=np.array([0, 1, 1, 2]),
        settlement_names=("Ashford", "Beech", "Other"),
        weights=np.array([[0.2, 0, 0, 0], [0.3, 0, 0, 0], [0.5, 0, 0, 0], [0, 0, 0, 0.0]]),
        cell_size_m=1000.0,
    )
    path = tmp_path / "records.csv"
    rows = [
        "500100,200100,",
        "500900,200900,",
        "501100,200100,",
        "503600,200400,",
        "520000,200000,",
        ",,SOUTH",
    ]
    path.write_text(
        "x,y,place\n" + "\n".join([*rows, ",,ashford", ",,Nowhere", ",,"]) + "\n", encoding="utf-8"
    )
    mapping = parse_mapping(TINY, "m")
    records, rejected = clean(read_table(path, mapping.records), mapping)
    assert rejected == ()
    found = place(records, on)
    assert found.region.tolist() == [0, 0, 1, -3, -2, 2, 3, -2, -1]
    assert found.district.tolist() == [0, 1, 1, -1, -1, 1, 0, -1, -1]
    assert found.weights[:, 0].tolist() == [0.5, 0.5, 0.8, 0.2]
