"""Fire appliances during a run."""
