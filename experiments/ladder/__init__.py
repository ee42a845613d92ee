"""The degradation ladder: standards against the number of pumps, and what each pump is worth."""
