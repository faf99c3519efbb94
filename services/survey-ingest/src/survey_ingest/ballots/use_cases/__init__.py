"""Taking ballots in: known definitions, the queue, one transaction a batch."""
