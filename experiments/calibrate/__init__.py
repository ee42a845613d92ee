"""``turnout calibrate``: fit free parameters to reported figures by simulation, and say what the figures tell."""
