"""From files to a validated Scenario."""
