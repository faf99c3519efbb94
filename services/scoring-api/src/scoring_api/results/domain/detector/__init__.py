"""The detector: what in a printed report contradicts itself, and what is only worth a look."""
