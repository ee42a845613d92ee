"""The police, compiled: ``sim.engine.police``."""
