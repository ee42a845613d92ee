"""``turnout validate``: predict figures that were not fitted, then compare."""
