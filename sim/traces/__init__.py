"""The story of one incident, from the log."""
