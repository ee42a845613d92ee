"""Crews and journeys fitted to records: when appliances were on the run, how soon they left, how fast they drove."""
