"""The fire service's figures."""
