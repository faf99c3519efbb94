"""Pure computation of the index: unit scores, standings, explanations, and faults of printed reports."""
