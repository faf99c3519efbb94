"""Routes of custody: seals and hand-over, incidents, corrections, and what the numbers add up to."""
