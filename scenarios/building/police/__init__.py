"""The police part of a World."""
