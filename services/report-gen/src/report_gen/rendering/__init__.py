"""Printing: the blocks a document is made of and the renderers that turn them into files; no facts."""
