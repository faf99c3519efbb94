"""What tests share: the real servers, fresh databases, clients with tokens."""
