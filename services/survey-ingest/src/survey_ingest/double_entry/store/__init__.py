"""SQL of double entry."""
