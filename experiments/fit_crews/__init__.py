"""Availability, turnouts and speeds from a service's records, as commands."""
