"""The plan of a survey: campaigns, questionnaires, frozen units, quotas and the batches issued."""
