"""The log of a replication: columnar tables."""
