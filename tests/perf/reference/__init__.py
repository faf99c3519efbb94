"""Yardsticks: the least work that could do the same, without what a product must add."""
