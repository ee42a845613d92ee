"""Sweeps: one design of levers and uncertainties, many scenarios, one table. See docs/sweep.md."""
