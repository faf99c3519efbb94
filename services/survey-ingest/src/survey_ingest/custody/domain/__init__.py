"""Pure rules of custody: reconciliation and the ledger."""
