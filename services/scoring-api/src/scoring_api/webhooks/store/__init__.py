"""SQL of webhooks: their endpoints, and what is delivered to them."""
