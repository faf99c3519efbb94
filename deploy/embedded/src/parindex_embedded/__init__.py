"""The local stack: real PostgreSQL and Valkey from wheels, the services supervised beside them."""
