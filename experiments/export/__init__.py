"""Runs and comparisons taken away: for QGIS, a spreadsheet, or anything that reads CSV."""
