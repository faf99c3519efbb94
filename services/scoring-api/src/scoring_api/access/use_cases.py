"""Issuing and revoking tokens: the row, the audit and the signature belong to one request."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.tokens import SigningKey, TokenFacts
from parindex.db import Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.access import store
from scoring_api.access.domain import check_grant
from scoring_api.schema import record


@dataclass(frozen=True, slots=True)
class IssuedToken:
    id: UUID
    token: str
    expires_at: datetime


async def issue_token(
    connection: Writing, key: SigningKey, by: Principal, holder: Principal, days: int
) -> IssuedToken:
    """A token for `holder`. Raises DomainError `grant_invalid`."""
    scopes = {"units": holder.units, "areas": holder.areas, "offices": holder.offices}
    scopes["owners"] = holder.owners
    check_grant(holder.role.value, days, {name: list(values) for name, values in scopes.items()})
    life = timedelta(days=days)
    expires_at = system_time() + life
    token_id = uuid7()
    await store.insert_token(connection, token_id, holder, by.subject, expires_at)
    said = {"token": str(token_id), "role": holder.role.value, "days": days}
    await record(connection, by, "token.issued", holder.subject, **said)
    return IssuedToken(token_id, key.issue(holder, life, token_id), expires_at)


async def revoke_token(connection: Writing, by: Principal, token_id: UUID) -> Any:
    """From now on nobody is let in by it; revoking it twice changes nothing.

    Raises DomainError `token_unknown`.
    """
    found = await store.find_token(connection, token_id)
    if found is None:
        raise DomainError("token_unknown", {"token": str(token_id)})
    if await store.revoke_token(connection, token_id, by.subject, system_time()):
        await record(connection, by, "token.revoked", found.subject, token=str(token_id))
    return await store.find_token(connection, token_id)


async def revoke_presented(connection: Writing, by: Principal, facts: TokenFacts) -> list[UUID]:
    """Revoke a token that somebody found, also one that the command line gave out.

    Raises DomainError `token_invalid` for a service's own, which ends by itself in minutes.
    """
    if facts.principal.role is Role.SERVICE:
        raise DomainError("token_invalid")
    expires_at = datetime.fromtimestamp(facts.expires, UTC)
    await store.keep_foreign_token(connection, facts.id, facts.principal, expires_at)
    found = await revoke_token(connection, by, facts.id)
    return [found.id]


async def revoke_of_subject(connection: Writing, by: Principal, subject: str) -> list[UUID]:
    """Every listed token of an account («thu hồi mọi mã của tài khoản»): its holder left, or lost them."""
    revoked = list(await store.revoke_of_subject(connection, subject, by.subject, system_time()))
    if revoked:
        await record(connection, by, "token.revoked", subject, tokens=[str(found) for found in revoked])
    return revoked
