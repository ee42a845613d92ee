"""Geographies as commands: made from files, checked, compared."""
