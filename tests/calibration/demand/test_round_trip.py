"""Recovery: records drawn by the model's own demand give back its parameters, within the errors that the fit states.

z is (fitted − true) / stated standard error. Over many parameters its root mean square is near 1 if the stated
errors are honest; bounds are those of the number of parameters, with the seed fixed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.demand.attendance import Attendance, Makeups
from calibration.demand.fit import Fitted, TypeFit, fit_demand
from calibration.demand.option import fitted_option
from calibration.demand.places import WEIGHTS, Places
from calibration.demand.profiles import Profile
from calibration.demand.rates import Rate
from calibration.demand.read_mapping import parse_mapping
from calibration.demand.scene import Scene
from calibration.demand.table import read_table
from scenarios.schema.scenario import IncidentType
from tests.calibration.demand.drawn import base, essex_map, mapping_text, world, write_drawn

SEED = 5


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demand") / "drawn.csv"
    write_drawn(path, SEED)
    return path


@pytest.fixture(scope="module")
def fitted(drawn: Path) -> Fitted:
    mapping = parse_mapping(mapping_text(), "mapping.toml")
    return fit_demand(read_table(drawn, mapping.records), mapping, base(), essex_map())


def pairs(fitted: Fitted) -> list[tuple[TypeFit, IncidentType]]:
    return [(each, base().incident_types[each.type]) for each in fitted.types]


def rms(z: list[float]) -> float:
    return float(np.sqrt(np.mean(np.square(z))))


def test_no_row_is_rejected(fitted: Fitted) -> None:
    assert fitted.rejected == ()
    assert sum(each.count for each in fitted.types) == fitted.rows


def test_rates_come_back(fitted: Fitted) -> None:
    z = []
    for each, own in pairs(fitted):
        assert isinstance(each.rate, Rate)
        z.append((each.rate.per_year - own.per_year * own.attended_share) / each.rate.standard_error)
    assert max(map(abs, z)) < 3.0
    assert 0.4 < rms(z) < 1.5


def test_drawn_counts_scatter_as_poisson(fitted: Fitted) -> None:
    scatter = [each.rate.dispersion for each in fitted.types if isinstance(each.rate, Rate)]
    told = [value for value in scatter if np.isfinite(value)]
    assert len(told) >= 8
    assert all(0.6 < value < 1.4 for value in told)


def test_hour_profiles_come_back(fitted: Fitted) -> None:
    demand, z = world().demand, []
    for each in fitted.types:
        assert isinstance(each.hours, Profile)
        week = demand.hour_of_week[demand.key.index(each.type)]
        true = np.stack([week[:24], week[144:]])
        z += ((each.hours.rate - true) / each.hours.standard_error).ravel().tolist()
    assert 0.7 < rms(z) < 1.2
    assert np.mean(np.abs(z) > 2.0) < 0.08


def test_month_profiles_come_back(fitted: Fitted) -> None:
    demand, z = world().demand, []
    for each in fitted.types:
        assert isinstance(each.months, Profile)
        true = demand.month[demand.key.index(each.type)]
        z += ((each.months.rate[0] - true) / each.months.standard_error[0]).tolist()
    assert 0.6 < rms(z) < 1.3
    assert np.mean(np.abs(z) > 2.0) < 0.10


def test_shrinking_beats_raw_counts_for_rare_types(fitted: Fitted) -> None:
    demand = world().demand
    for each in fitted.types:
        if each.count > 1000:
            continue
        assert isinstance(each.hours, Profile)
        week = demand.hour_of_week[demand.key.index(each.type)]
        error = np.mean((each.hours.rate / np.stack([week[:24], week[144:]]) - 1.0) ** 2)
        raw = 48 / each.count  # variance of an hour's count over its square
        assert error < raw


def test_spatial_weights_come_back(fitted: Fitted) -> None:
    z = []
    for each, own in pairs(fitted):
        assert isinstance(each.places, Places)
        total = sum(own.weights.values())
        found = each.places.mixture
        for k, name in enumerate(WEIGHTS):
            true = own.weights.get(name, 0.0) / total
            if found.share[k] > 0 and true > 0:
                z.append(float((found.share[k] - true) / found.standard_error[k]))
            elif true > 0:
                assert true < found.high[k], (each.type, name)
            else:
                assert found.share[k] < 0.06, (each.type, name)
        assert each.places.misfit < 3.0
    assert max(map(abs, z)) < 3.5
    assert rms(z) < 1.4


def test_times_at_scene_come_back(fitted: Fitted) -> None:
    z = []
    for each, own in pairs(fitted):
        assert isinstance(each.scene, Scene)
        z.append((each.scene.median_min - own.scene_median_min) / each.scene.median_error)
        z.append((each.scene.sigma - own.scene_sigma) / each.scene.sigma_error)
    assert max(map(abs, z)) < 3.5
    assert rms(z) < 1.5


def test_attendances_and_makeups_come_back(fitted: Fitted) -> None:
    for each, own in pairs(fitted):
        assert isinstance(each.attendance, Attendance)
        assert isinstance(each.makeups, Makeups)
        for size in each.attendance.sizes:
            true = sum(v.share for v in own.attendance.values() if v.pumps == size.pumps)
            assert abs(size.share - true) <= 3.5 * max(size.standard_error, 1e-3), (each.type, size)
        assert each.makeups.low - 0.01 <= own.makeup_share <= each.makeups.high + 0.01
        if each.makeups.pumps_mean is not None and each.makeups.pumps_mean_error:
            assert abs(each.makeups.pumps_mean - own.makeup_pumps_mean) < 3.5 * max(
                each.makeups.pumps_mean_error, 0.1
            )


def test_rounding_and_a_limit_do_not_bias_times_at_scene(drawn: Path) -> None:
    """Times written in whole quarters of an hour, rounded up, and nothing told below 30 minutes."""
    table = read_table(drawn, parse_mapping(mapping_text(), "m").records)
    minutes = np.array([float(v) for v in table.columns["pump_minutes"]])
    rounded = np.maximum(30.0, np.ceil(np.maximum(minutes, 0.5) / 15.0) * 15.0)
    table.columns["pump_minutes"] = tuple(f"{v:g}" for v in rounded)
    text = mapping_text('rounded_to_min = 15\nrounding = "up"\nat_most_min = 30\n')
    fitted = fit_demand(table, parse_mapping(text, "m"), base(), None)
    z = []
    for each, own in pairs(fitted):
        if isinstance(each.scene, Scene):
            assert each.scene.limited > 0
            z.append((each.scene.median_min - own.scene_median_min) / each.scene.median_error)
            z.append((each.scene.sigma - own.scene_sigma) / each.scene.sigma_error)
    assert len(z) >= 20
    assert max(map(abs, z)) < 4.0
    assert rms(z) < 1.6


def test_all_pumps_alone_give_first_attendances_less_makeups(drawn: Path) -> None:
    text = mapping_text().replace('first_pumps = "first_pumps"\n', "")
    mapping = parse_mapping(text, "m")
    fitted = fit_demand(read_table(drawn, mapping.records), mapping, base(), None)
    for each, own in pairs(fitted):
        assert isinstance(each.attendance, Attendance)
        assert each.makeups == "the records do not tell the first attendance apart from all pumps"
        sent = own.attendance.values()
        true = sum(v.pumps * v.share for v in sent)
        variance = sum((v.pumps - true) ** 2 * v.share for v in sent)
        error = float(np.sqrt(variance / each.count)) + 0.005  # make-ups taken out add a little
        assert abs(each.attendance.mean_pumps - true) < 3.0 * error, each.type


def test_a_sample_with_a_gap_gives_the_same_rates(drawn: Path) -> None:
    """Every fifth row, and two weeks lost: the fraction and the gap make up for both."""
    text = mapping_text().replace('identifier = "id"\n', 'identifier = "id"\nsampling_fraction = 0.2\n')
    text = text.replace("last = 2023-12-31\n", "last = 2023-12-31\nexclude_gaps = true\n")
    mapping = parse_mapping(text, "m")
    table = read_table(drawn, mapping.records)
    kept = [
        i
        for i, day in enumerate(table.columns["date"])
        if i % 5 == 0 and not "2022-07-04" <= day <= "2022-07-17"
    ]
    columns = {name: tuple(column[i] for i in kept) for name, column in table.columns.items()}
    thinned = type(table)(table.file, table.header, tuple(table.row[i] for i in kept), columns, ())
    fitted = fit_demand(thinned, mapping, base(), None)
    assert fitted.exposure is not None
    gaps = [gap for gap in fitted.exposure.gaps if gap.is_gap]
    assert [(gap.first.isoformat(), gap.days, gap.excluded) for gap in gaps] == [("2022-07-04", 14, True)]
    z = []
    for each, own in pairs(fitted):
        assert isinstance(each.rate, Rate)
        z.append((each.rate.per_year - own.per_year * own.attended_share) / each.rate.standard_error)
    assert max(map(abs, z)) < 3.5
    assert rms(z) < 1.5


def test_the_option_draws_what_was_fitted(fitted: Fitted) -> None:
    option = fitted_option(fitted, base(), "fitted-drawn")
    assert option is not None
    for each in fitted.types:
        made = option.scenario.incident_types[each.type]
        assert isinstance(each.rate, Rate)
        assert made.per_year * made.attended_share == pytest.approx(each.rate.per_year, rel=1e-5)
        assert sum(v.share for v in made.attendance.values()) == pytest.approx(1.0, abs=1e-9)
        assert made.hour_profile == f"fitted_{each.type}"
        assert made.source.startswith(f"fitted from drawn.csv, {each.count:,} rows, 2021-01-01 to 2023-12-31")
        old = base().incident_types[each.type]
        assert (made.plt_share, made.late_call_share) == (old.plt_share, old.late_call_share)
    assert option.scenario.incident_types["over_border"] == base().incident_types["over_border"]


def test_records_of_some_districts_give_the_weights_of_the_whole_map(drawn: Path) -> None:
    """Three districts of fourteen, towns and country: the mixture is of the whole map all the same."""
    districts = ("Colchester", "Tendring", "Braintree")
    text = mapping_text().replace(
        'identifier = "id"\n', f'identifier = "id"\ndistricts = {list(districts)}\n'.replace("'", '"')
    )
    mapping = parse_mapping(text, "m")
    part = replace(essex_map(), covered=districts)
    fitted = fit_demand(read_table(drawn, mapping.records), mapping, base(), part)
    z = []
    for each, own in pairs(fitted):
        assert isinstance(each.places, Places)
        assert each.where["not covered"] > each.where["inside"]
        total, found = sum(own.weights.values()), each.places.mixture
        for k, name in enumerate(WEIGHTS):
            true = own.weights.get(name, 0.0) / total
            if found.share[k] > 0 and true > 0:
                z.append(float((found.share[k] - true) / found.standard_error[k]))
    assert max(map(abs, z)) < 3.5
    assert rms(z) < 1.5
    option = fitted_option(fitted, base(), "part")
    assert option is not None
    assert all("rate" not in parts for parts in option.changed.values())
