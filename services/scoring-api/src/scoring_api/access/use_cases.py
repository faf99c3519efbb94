"""Issuing a token: the row, the audit and the signature belong to one request."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from parindex.auth.principal import Principal
from parindex.auth.tokens import SigningKey
from parindex.db import Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.ids import uuid7
from scoring_api.access import store
from scoring_api.access.domain import check_grant
from scoring_api.schema import record


@dataclass(frozen=True, slots=True)
class IssuedToken:
    token: str
    expires_at: datetime


async def issue_token(
    connection: Writing, key: SigningKey, by: Principal, holder: Principal, days: int
) -> IssuedToken:
    """A token for `holder`. Raises DomainError `grant_invalid`."""
    scopes = {"units": holder.units, "areas": holder.areas, "offices": holder.offices}
    check_grant(holder.role.value, days, {name: list(values) for name, values in scopes.items()})
    life = timedelta(days=days)
    expires_at = system_time() + life
    await store.insert_token(connection, uuid7(), holder, by.subject, expires_at)
    await record(connection, by, "token.issued", holder.subject, role=holder.role.value, days=days)
    return IssuedToken(key.issue(holder, life), expires_at)
