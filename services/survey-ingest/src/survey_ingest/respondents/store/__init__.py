"""SQL of contact data, and the keys under which they are encrypted at rest."""
