"""What crosses the border between services: events and content-addressed snapshots."""
