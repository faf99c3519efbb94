"""SQL of file imports."""
