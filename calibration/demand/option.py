"""The fit as a changed scenario: what a planner runs."""

from __future__ import annotations

from dataclasses import dataclass

from calibration.demand.attendance import Attendance, Makeups
from calibration.demand.fit import PARTS, Fitted, TypeFit
from calibration.demand.mapping import FitPart
from calibration.demand.others import emptied, rates_are_wanted, without
from calibration.demand.places import WEIGHTS, Places
from calibration.demand.profiles import Profile
from calibration.demand.rates import Rate
from calibration.demand.scene import Scene
from scenarios.schema.scenario import HourProfile, IncidentType, MonthProfile, Scenario, Variant, Weight

WORDS = {
    "rate": "rate",
    "hours": "hours",
    "months": "months",
    "places": "places",
    "scene": "time at scene",
    "attendance": "attendance",
    "makeups": "make-ups",
}


@dataclass(frozen=True, slots=True)
class Option:
    """The changed scenario, and by type what of it was fitted (keys of ``fit.PARTS``)."""

    scenario: Scenario
    changed: dict[str, tuple[str, ...]]


def fitted_option(fitted: Fitted, base: Scenario, name: str) -> Option | None:
    """Return ``base`` with all that was fitted and is wanted in it; None if that is nothing.

    The types keep their ``attended_share`` (``per_year`` counts calls) and the scenario its ``demand_factor``: the
    written ``per_year`` gives the fitted number of attended incidents with both.
    """
    types = dict(base.incident_types)
    hours, months = dict(base.profiles_hour), dict(base.profiles_month)
    changed: dict[str, tuple[str, ...]] = {}
    for each in fitted.types:
        if each.report_only:
            continue
        parts = wanted_parts(each, fitted.mapping.fit, partial=bool(fitted.mapping.records.districts))
        if not parts:
            continue
        changed[each.type] = parts
        source = source_of(fitted, each)
        confidence = fitted.mapping.records.confidence
        key = f"fitted_{each.type}"
        if "hours" in parts and isinstance(each.hours, Profile):
            rate = [tuple(round(float(v), 4) for v in row) for row in each.hours.rate]
            hours[key] = HourProfile(
                weekday=rate[0], weekend=rate[1], source=source, confidence=confidence, note=""
            )
        if "months" in parts and isinstance(each.months, Profile):
            rate_of_month = tuple(round(float(v), 4) for v in each.months.rate[0])
            months[key] = MonthProfile(months=rate_of_month, source=source, confidence=confidence, note="")
        types[each.type] = _changed_type(types[each.type], each, parts, fitted, base.demand_factor, source)
    if not changed:
        return None
    if fitted.mapping.fit.others == "none" and rates_are_wanted(fitted.mapping):
        source = f"fitted from {_name(fitted)}{_dates(fitted)}"
        for key in without(base, (each.type for each in fitted.types if each.count)):
            types[key] = emptied(types[key], source)
    scenario = base.model_copy(
        update={
            "name": name,
            "title": f"{base.title}, demand fitted from {_name(fitted)}",
            "question": "",
            "source": f"turnout fit-demand, {_name(fitted)}{_dates(fitted)}",
            "incident_types": types,
            "profiles_hour": hours,
            "profiles_month": months,
        }
    )
    return Option(scenario, changed)


def wanted_parts(each: TypeFit, wanted: FitPart, *, partial: bool) -> tuple[str, ...]:
    """Return the parts of a type that were fitted and that the mapping wants in the overlay.

    ``partial`` records cover only some districts: their rate is not the service's.
    """
    asked = {
        "rate": wanted.rates and not partial,
        "hours": wanted.hours,
        "months": wanted.months,
        "places": wanted.places,
        "scene": wanted.scene,
        "attendance": wanted.attendance,
        "makeups": wanted.makeups,
    }
    return tuple(
        part
        for part in PARTS
        if asked[part] and not isinstance(getattr(each, part), str) and (part != "rate" or each.count)
    )


def source_of(fitted: Fitted, each: TypeFit) -> str:
    """Return what a fitted row says of its source: file, rows, days covered."""
    return f"fitted from {_name(fitted)}, {each.count:,} rows{_dates(fitted)}"


def _name(fitted: Fitted) -> str:
    return fitted.mapping.records.name or fitted.file


def _dates(fitted: Fitted) -> str:
    exposure = fitted.exposure
    return "" if exposure is None else f", {exposure.first} to {exposure.last}"


def _changed_type(
    old: IncidentType,
    each: TypeFit,
    parts: tuple[str, ...],
    fitted: Fitted,
    demand_factor: float,
    source: str,
) -> IncidentType:
    update: dict[str, object] = {
        "source": f"{source} ({', '.join(WORDS[part] for part in parts)}); all else as before: {old.source}",
        "confidence": fitted.mapping.records.confidence,
    }
    if "rate" in parts and isinstance(each.rate, Rate):
        share = old.attended_share if fitted.mapping.records.counts == "attended" else 1.0
        factor = 1.0 if old.group == "over_border" else demand_factor
        if share > 0 and factor > 0:
            update["per_year"] = _figures(each.rate.per_year / share / factor)
    if "hours" in parts:
        update["hour_profile"] = f"fitted_{each.type}"
    if "months" in parts:
        update["month_profile"] = f"fitted_{each.type}"
    if "places" in parts and isinstance(each.places, Places):
        share_of = [round(float(v), 4) for v in each.places.mixture.share]
        fitted_weights: dict[Weight, float] = dict(zip(WEIGHTS, share_of, strict=True))
        update["weights"] = {**old.weights, **fitted_weights}
    if "scene" in parts and isinstance(each.scene, Scene):
        update["scene_median_min"] = _figures(each.scene.median_min)
        update["scene_sigma"] = round(each.scene.sigma, 4)
    if "attendance" in parts and isinstance(each.attendance, Attendance):
        update["attendance"] = variants(old.attendance, each.attendance, source, fitted)
    if "makeups" in parts and isinstance(each.makeups, Makeups):
        update["makeup_share"] = round(each.makeups.share, 5)
        if each.makeups.pumps_mean is not None:
            update["makeup_pumps_mean"] = _figures(max(1.0, each.makeups.pumps_mean))
    return old.model_copy(update=update)


def variants(old: dict[str, Variant], found: Attendance, source: str, fitted: Fitted) -> dict[str, Variant]:
    """Return the variants of an attendance with the fitted shares of pumps.

    Records tell pumps, not what they are sent for: variants of one size share its fitted share as they did before, with
    their capabilities. A size that no variant has becomes one, ``pumps_N``; a variant whose size was never seen
    gets share 0.
    """
    share = {size.pumps: size.share for size in found.sizes}
    made: dict[str, float] = {}
    for pumps, part in share.items():
        same = {key: v.share for key, v in old.items() if v.pumps == pumps}
        total = sum(same.values())
        if total > 0:
            made.update({key: part * each / total for key, each in same.items()})
        else:
            made[next(iter(same), f"pumps_{pumps}")] = part
    rounded = {key: round(value, 5) for key, value in made.items()}
    largest = max(rounded, key=lambda key: rounded[key])
    rounded[largest] = round(rounded[largest] + 1.0 - sum(rounded.values()), 5)
    confidence = fitted.mapping.records.confidence
    result = {
        key: each.model_copy(
            update={"share": rounded.get(key, 0.0), "source": source, "confidence": confidence}
        )
        for key, each in old.items()
    }
    for key, value in rounded.items():
        if key not in result:
            pumps = int(key.removeprefix("pumps_"))
            result[key] = Variant(share=value, pumps=pumps, source=source, confidence=confidence)
    return result


def _figures(value: float) -> float:
    """Return a value to six significant figures."""
    return float(f"{value:.6g}")
