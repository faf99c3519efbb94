"""The one gate of accounts bound to owners («đơn vị chủ trì»): their periods alone, whatever the route."""

from fastapi import APIRouter, Depends, Request

from parindex.auth.policy import Action, Role, scope_of
from parindex.auth.principal import PUBLIC, Principal, authorize_owner
from scoring_api.assessment.store.periods import read_owner

_PERIODS = "/api/v1/periods/"


async def own_period(request: Request) -> None:
    """Refuses a period of another owner; what everybody may read of it, the account reads as everybody.

    Raises DomainError `foreign_owner`.
    """
    caller: Principal = request.state.principal
    if not caller.owners:
        return
    named = "code" if request.url.path.startswith(_PERIODS) else "period"
    code = request.path_params.get(named)
    owner = await read_owner(request.state.connection, code) if code else None
    if owner in caller.owners:
        return
    action = Action(request.scope["route"].openapi_extra["x-action"])
    if scope_of(Role.PUBLIC, action) is not None:
        request.state.principal = PUBLIC
    elif owner is not None:
        authorize_owner(caller, owner)


def of_owners(*routers: APIRouter) -> APIRouter:
    """The routers with the gate before every route."""
    gate = APIRouter(dependencies=[Depends(own_period)])
    for router in routers:
        gate.include_router(router)
    return gate
