"""Incidents as they happened, simulated, and held against what was recorded of them."""
