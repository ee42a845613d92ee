"""Which assumptions drive the answer, and whether the ranking of options survives them."""
