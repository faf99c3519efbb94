"""Routes of tokens."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field, StrictInt, model_validator

from parindex.auth.policy import Action, Role
from parindex.auth.principal import Principal
from parindex.http.description import reply_example
from parindex.http.routing import NEVER_REPLAYED, Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, exampled
from parindex.kernel.clocks import system_time
from scoring_api.access import store
from scoring_api.access.use_cases import issue_token, revoke_of_subject, revoke_presented, revoke_token

router = APIRouter(prefix="/api/v1/tokens", tags=["tokens"], route_class=UnitOfWorkRoute)
internal_router = APIRouter(prefix="/internal", tags=["internal"], route_class=UnitOfWorkRoute)
LAST = UUID(int=2**128 - 1)


class TokenGrant(Body):
    """Who gets which role in which scope, for how many days."""

    model_config = exampled(
        {"subject": "cong-chuc-so-noi-vu", "role": "unit_officer", "units": ["so-noi-vu"], "days": 30}
    )

    subject: Code
    role: Role
    units: Annotated[list[Code], Field(max_length=50)] = []
    areas: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=50)] = []
    offices: Annotated[list[Label], Field(max_length=50)] = []
    owners: Annotated[list[Code], Field(max_length=50)] = []
    days: StrictInt = 30


class TokenReply(BaseModel):
    id: UUID
    token: str
    expires_at: datetime


class TokenShown(BaseModel):
    """A token as it is listed: what it opens and until when, never the token itself."""

    id: UUID
    subject: str
    role: str
    scope: dict[str, list[str]]
    issued_by: str
    issued_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None


class TokenPage(BaseModel):
    """Newest first; `next`, sent as `before`, gives the page after this one."""

    model_config = exampled(
        {
            "tokens": [
                {
                    "id": "0193514e-9a53-7d43-8d43-3d9a2f6a1c11",
                    "subject": "cong-chuc-so-noi-vu",
                    "role": "unit_officer",
                    "scope": {"units": ["so-noi-vu"], "areas": [], "offices": [], "owners": []},
                    "issued_by": "quan-tri",
                    "issued_at": "2022-12-20T01:00:00Z",
                    "expires_at": "2023-01-19T01:00:00Z",
                    "revoked_at": None,
                    "revoked_by": None,
                }
            ],
            "next": None,
        }
    )

    tokens: list[TokenShown]
    next: UUID | None


class Revocation(Body):
    """Whose tokens, or which token, to revoke: one of the two."""

    model_config = exampled({"subject": "cong-chuc-so-noi-vu"})

    subject: Code | None = None
    token: Annotated[str, Field(min_length=1, max_length=8000)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.subject is None) == (self.token is None):
            raise ValueError("ghi một trong hai: subject hoặc token")
        return self


@router.post("", status_code=201, **guarded(Action.TOKEN_ISSUE, **NEVER_REPLAYED))
async def post_token(request: Request, grant: TokenGrant, caller: Caller, connection: Write) -> TokenReply:
    """Issue a token; it is shown once and not stored."""
    scope = grant.model_dump(include={"units", "areas", "offices", "owners"})
    holder = Principal(grant.subject, grant.role, **{name: frozenset(found) for name, found in scope.items()})
    issued = await issue_token(connection, request.app.state.signing_key, caller, holder, grant.days)
    return TokenReply(id=issued.id, token=issued.token, expires_at=issued.expires_at)


@router.get("", **guarded(Action.TOKEN_READ))
async def get_tokens(
    connection: Read,
    subject: Annotated[str, Query(max_length=200)] = "",
    before: UUID = LAST,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    *,
    valid: bool = False,
) -> TokenPage:
    """Tokens given out, newest first; `valid` leaves out what expired or was revoked."""
    at = system_time() if valid else None
    rows = await store.list_tokens(connection, subject, before, limit + 1, valid_at=at)
    page = [_shown(row) for row in rows[:limit]]
    return TokenPage(tokens=page, next=page[-1].id if len(rows) > limit else None)


@router.delete("/{token_id}", **guarded(Action.TOKEN_REVOKE))
async def delete_token(token_id: UUID, caller: Caller, connection: Write) -> TokenShown:
    """Revoke a token; every service refuses it within seconds."""
    return _shown(await revoke_token(connection, caller, token_id))


@router.post(
    "/revocations",
    **guarded(Action.TOKEN_REVOKE, **NEVER_REPLAYED),
    responses=reply_example({"revoked": ["0193514e-9a53-7d43-8d43-3d9a2f6a1c11"]}),
)
async def post_revocation(
    request: Request, body: Revocation, caller: Caller, connection: Write
) -> dict[str, list[str]]:
    """Revoke every listed token of an account, or a token that was found."""
    if body.subject is not None:
        revoked = await revoke_of_subject(connection, caller, body.subject)
    else:
        facts = await request.app.state.verifier.read(body.token)
        revoked = await revoke_presented(connection, caller, facts)
    return {"revoked": [str(found) for found in revoked]}


@internal_router.get("/revocations", **guarded(Action.INTERNAL_READ))
async def get_revocations(connection: Read) -> dict[str, list[str]]:
    """Tokens revoked before their time that would still be valid."""
    revoked = await store.read_revoked(connection, system_time())
    return {"revoked": sorted(str(found) for found in revoked)}


def _shown(row: Any) -> TokenShown:
    return TokenShown(**row._mapping)  # noqa: SLF001 — SQLAlchemy's public API
