"""Routes of tokens."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StrictInt

from parindex.auth.policy import Action, Role
from parindex.auth.principal import Principal
from parindex.http.routing import NEVER_REPLAYED, Caller, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, exampled
from scoring_api.access.use_cases import issue_token

router = APIRouter(prefix="/api/v1/tokens", tags=["tokens"], route_class=UnitOfWorkRoute)


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
    days: StrictInt = 30


class TokenReply(BaseModel):
    token: str
    expires_at: datetime


@router.post("", status_code=201, **guarded(Action.TOKEN_ISSUE, **NEVER_REPLAYED))
async def post_token(request: Request, grant: TokenGrant, caller: Caller, connection: Write) -> TokenReply:
    """Issue a token; it is shown once and not stored."""
    holder = Principal(
        grant.subject, grant.role, frozenset(grant.units), frozenset(grant.areas), frozenset(grant.offices)
    )
    issued = await issue_token(connection, request.app.state.signing_key, caller, holder, grant.days)
    return TokenReply(token=issued.token, expires_at=issued.expires_at)
