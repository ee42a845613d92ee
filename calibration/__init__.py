"""Calibration: the figures that services reported, as targets."""
