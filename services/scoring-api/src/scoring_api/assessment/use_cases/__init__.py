"""What users do with a period: one function an act, one transaction each, events and audit inside it."""
