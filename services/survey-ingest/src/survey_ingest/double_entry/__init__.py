"""Ballots keyed a second time by another clerk, and what is done about the differences."""
