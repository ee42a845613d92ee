"""Intervals, precision, paired differences."""
