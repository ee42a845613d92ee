"""Experiments: replicated runs, reports and the command line."""
