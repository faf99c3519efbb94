"""SQL of editions and their documents."""
