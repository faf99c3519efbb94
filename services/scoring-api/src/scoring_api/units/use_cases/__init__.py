"""What may be done with the unit register."""
