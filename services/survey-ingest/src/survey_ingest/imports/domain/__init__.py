"""Pure rules of ballot files: which column means what, and what a row says."""
