"""Sealed bags: reconciliation, the ledger of seals, the hand-over."""
