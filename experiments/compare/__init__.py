"""Comparing scenarios that share their random numbers: differences, intervals, verdicts, places and costs."""

from experiments.compare.difference import MeasureDifference
from experiments.compare.result import Comparison, OptionResult
from experiments.compare.settings import CompareSettings
from experiments.compare.study import compare_scenarios

__all__ = ["CompareSettings", "Comparison", "MeasureDifference", "OptionResult", "compare_scenarios"]
