"""Geography: demand cells, road graphs, travel minutes. Knows nothing of any particular place."""
