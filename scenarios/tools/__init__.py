"""Small scripts that made, or check, the embedded tables. Not needed to run the model."""
