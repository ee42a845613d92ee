"""What a scenario may say: fields, types, units, bounds."""
