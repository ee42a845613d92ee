"""Figures with their intervals and definitions as frames."""

from __future__ import annotations

import math

import pandas as pd

from experiments.compare.result import OptionResult
from experiments.execution import model
from experiments.presentation.summary import Summary
from scenarios.schema.scenario import Scenario


def summary_frame(summary: Summary, scenario: Scenario) -> pd.DataFrame:
    """Return the figures of a run, a row each."""
    definitions = model.definitions(model.standards(scenario), scenario=scenario)
    rows = [
        {
            "measure": row.name,
            "title": row.title,
            "value": row.interval.value,
            "low": row.interval.low,
            "high": row.interval.high,
            "unit": row.unit,
            "replications": summary.replications,
            "reported": math.nan if row.reported is None else row.reported,
            "standard": math.nan if row.standard is None else row.standard,
            "met": row.met,
            "definition": definitions[row.name].text if row.name in definitions else "",
        }
        for row in summary.rows
    ]
    return pd.DataFrame(rows)


def differences_frame(option: OptionResult, scenario: Scenario) -> pd.DataFrame:
    """Return the differences of one option from the base, a row a measure."""
    definitions = model.definitions(model.standards(scenario), scenario=scenario)
    rows = [
        {
            "option": option.name,
            "measure": one.name,
            "title": one.title,
            "base": one.base,
            "value": one.option,
            "difference": one.difference,
            "low": one.interval.low,
            "high": one.interval.high,
            "unit": one.unit,
            "verdict": str(one.verdict),
            "p_adjusted": one.p_adjusted,
            "smallest_of_interest": one.smallest,
            "definition": definitions[one.name].text if one.name in definitions else "",
        }
        for one in option.measures
    ]
    return pd.DataFrame(rows)
