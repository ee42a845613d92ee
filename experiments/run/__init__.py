"""A run of one scenario."""
