"""The documents of a finalized period: what they say, who asked for them, where they are kept."""
