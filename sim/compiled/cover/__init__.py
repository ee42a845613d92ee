"""Cover moves, compiled: ``sim.engine.cover`` and the policies of ``sim.decisions.cover``."""
