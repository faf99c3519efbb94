"""Pure rules of one ballot."""
