"""Frameworks («bộ tiêu chí»): the criteria trees by which a year is judged, and their rules."""
