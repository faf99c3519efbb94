"""SQL of campaigns, quotas and batches."""
