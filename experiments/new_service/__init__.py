"""A service of one's own: a skeleton that runs, to fill in."""
