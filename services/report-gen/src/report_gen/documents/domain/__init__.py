"""What the documents say, from the frozen snapshots alone; no file formats, no storage."""
