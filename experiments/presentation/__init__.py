"""How figures are told."""
