"""Cover moves during a run."""
