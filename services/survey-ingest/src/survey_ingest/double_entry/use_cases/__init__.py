"""Acts of double entry: claiming a batch, keying again, settling differences."""
