"""The World: what a scenario is when it is compiled to arrays."""
