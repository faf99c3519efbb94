"""Editions: the fixed result of a period, its publication, and the documents made of it."""
