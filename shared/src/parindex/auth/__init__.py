"""Who calls and what they may do: EdDSA tokens, and the one table role × action × scope."""

from parindex.auth.policy import Action, Role, Scope
from parindex.auth.principal import Principal
from parindex.auth.tokens import SigningKey, TokenVerifier

__all__ = ["Action", "Principal", "Role", "Scope", "SigningKey", "TokenVerifier"]
