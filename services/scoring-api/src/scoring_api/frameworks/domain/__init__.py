"""Pure rules of frameworks: reading a criteria set, checking values, turning a value into points."""
