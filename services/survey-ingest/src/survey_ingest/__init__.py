"""survey-ingest: campaigns, ballots, custody, imports and tallies. It counts; it never scores."""
