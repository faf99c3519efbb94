"""Pure rules of double entry."""
