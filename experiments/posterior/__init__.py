"""Predictions over a sample of parameter sets: intervals with the parameters held beside those that include them."""
