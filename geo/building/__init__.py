"""Making a geography from a service's own files: roads, areas, stations."""
