"""SQL of seals and hand-overs."""
