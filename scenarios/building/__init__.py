"""From a Scenario to a World."""
