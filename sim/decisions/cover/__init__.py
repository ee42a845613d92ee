"""Cover policies: which appliance or crew stands by where."""
