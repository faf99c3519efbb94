"""What happened, told to others: facts by serial for everybody, and what webhooks deliver."""
