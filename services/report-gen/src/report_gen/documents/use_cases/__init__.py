"""Making documents: rendered in a process of their own, kept once, announced in the same transaction."""
