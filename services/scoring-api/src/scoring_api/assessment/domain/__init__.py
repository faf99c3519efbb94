"""Pure rules of who may write what and when, and of what counts for a leaf."""
