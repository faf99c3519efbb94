"""Calls of other programs, as README.md shows them; the end-to-end tests run them."""
