"""One edge for every API: transactions, problems, idempotency, rights, trace ids and health."""
