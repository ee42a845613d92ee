"""Everything random of a replication, keyed and drawn before the run."""
