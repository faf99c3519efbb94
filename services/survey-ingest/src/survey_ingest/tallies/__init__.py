"""Counts of answers: a batch, the campaign, and the recount that must agree."""
