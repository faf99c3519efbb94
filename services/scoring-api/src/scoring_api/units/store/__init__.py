"""SQL of the unit register."""
