"""Demand fitted to a service's incident records: rates, profiles, places, times at scene, attendances."""
