"""scoring-api: units, frameworks, assessment, results, publication, plans and access."""
