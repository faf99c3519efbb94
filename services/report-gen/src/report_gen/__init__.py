"""report-gen: the official documents of a finalized period, made once from one frozen result."""
