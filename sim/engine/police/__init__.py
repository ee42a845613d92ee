"""Police units during a run."""
