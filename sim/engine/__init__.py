"""The SimPy engine: World and Draws in, Log out."""
