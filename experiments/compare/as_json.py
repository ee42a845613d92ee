"""The JSON document of a comparison: stable names, shares as fractions, times in seconds, null for the unknown."""

from __future__ import annotations

from experiments.compare.costs import CostDifference
from experiments.compare.difference import MeasureDifference
from experiments.compare.places import DistrictChange, Places
from experiments.compare.result import Comparison, OptionResult
from experiments.execution.documents import Document
from experiments.posterior.result import basis_document, spread_document
from experiments.presentation.as_json import number
from experiments.statistics.intervals import Interval


def comparison_document(comparison: Comparison) -> Document:
    """Return the document that ``turnout compare --format json`` prints."""
    return {
        "base": comparison.base.label,
        "options": [_option(option) for option in comparison.options],
        "replications": comparison.replications,
        "seed": comparison.seed,
        "days": comparison.days,
        "level": 0.95,
        "smallest_of_interest": dict(comparison.smallest),
        "multiplicity": multiplicity(comparison),
        "base_run": comparison.base.folder,
        "base_log_sha256": comparison.base.log_sha256,
        "notes": list(comparison.notes),
        **({} if comparison.basis is None else {"posterior": basis_document(comparison.basis)}),
    }


def multiplicity(comparison: Comparison) -> Document:
    """Return what was adjusted for being looked at more than once, and what was not."""
    many = len(comparison.options) > 1
    return {
        "method": "Holm over the options, for each headline measure by itself" if many else None,
        "options": len(comparison.options),
        "measures": list(comparison.headline) if many else [],
        "intervals_adjusted": False,
    }


def _option(option: OptionResult) -> Document:
    return {
        "name": option.name,
        "title": option.side.title,
        "measures": [_measure(measure) for measure in option.measures],
        "same_as_base": option.same_as_base,
        "places": None if option.places is None else _places(option.places),
        "cost": None if option.costs is None else _costs(option.costs),
        "run": option.side.folder,
        "log_sha256": option.side.log_sha256,
        "notes": list(option.notes),
    }


def _measure(measure: MeasureDifference) -> Document:
    return {
        "name": measure.name,
        "base": number(measure.base),
        "option": number(measure.option),
        "difference": number(measure.difference),
        "low": number(measure.interval.low),
        "high": number(measure.interval.high),
        "verdict": str(measure.verdict),
        "unit": measure.unit,
        "slight": measure.slight,
        "replications_needed": measure.needed,
        "smallest_of_interest": number(measure.smallest),
        "pairs": measure.interval.n,
        "p": number(measure.p),
        "p_adjusted": number(measure.p_adjusted) if measure.adjusted else None,
        "variance_ratio": number(measure.variance_ratio),
        **({} if measure.spread is None else spread_document(measure.spread)),
    }


def _interval(interval: Interval) -> Document:
    return {"value": number(interval.value), "low": number(interval.low), "high": number(interval.high)}


def _places(places: Places) -> Document:
    return {
        "people": number(places.people),
        "life_threatening_per_year": number(places.plt_per_year),
        "population": dict(places.population),
        "life_threatening": dict(places.plt),
        "life_threatening_incidents": {
            band: _interval(interval) for band, interval in places.plt_incidents.items()
        },
        "people_unknown": number(places.people_unknown),
        "unpaired_per_year": number(places.unpaired_per_year),
        "told_as_one_value": [
            {
                "station": one.station,
                "cells": one.cells,
                "people": number(one.people),
                "least_s": number(one.least_s),
                "most_s": number(one.most_s),
                "error_s": number(one.error_s),
            }
            for one in places.alike
        ],
        "same_incidents": _district(places.whole),
        "districts": [{"name": one.name, **_district(one)} for one in places.districts],
    }


def _district(one: DistrictChange) -> Document:
    return {
        "people": number(one.people),
        "incidents_per_year": number(one.incidents_per_year),
        "base_s": number(one.base_s),
        "option_s": number(one.option_s),
        "change_s": _interval(one.mean),
        "verdict": str(one.verdict),
        "slight": one.slight,
        "within_15_change": _interval(one.within_15),
        "plt_change_s": _interval(one.plt_mean),
        "population": dict(one.population),
        "life_threatening": dict(one.plt),
    }


def _costs(costs: CostDifference) -> Document:
    return {
        "unit": "GBP a year",
        "lines": [
            {
                "name": line.name,
                "base": number(line.base),
                "option": number(line.option),
                "difference": number(line.interval.value),
                "low": number(line.interval.low),
                "high": number(line.interval.high),
            }
            for line in costs.lines
        ],
        "gains": [
            {
                "measure": gain.measure,
                "per": gain.per,
                "meaning": gain.meaning,
                "gbp": number(gain.gbp),
                "low": number(gain.low),
                "high": number(gain.high),
            }
            for gain in costs.gains
        ],
    }
