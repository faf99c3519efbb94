"""Taking a file in, reading it chunk by chunk, booking it in one transaction; what people declare for it."""
