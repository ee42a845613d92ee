"""The second engine: the same decisions and the same order of events on flat arrays, compiled by Numba."""
