"""Scenarios: the schema, the embedded service's tables, loading, and building the World."""
