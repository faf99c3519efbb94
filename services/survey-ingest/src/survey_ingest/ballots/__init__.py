"""Ballots as they are keyed: checked, written in batches, each with its receipt."""
