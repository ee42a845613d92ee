"""``turnout fit-demand``: a scenario's demand from a service's incident records."""
