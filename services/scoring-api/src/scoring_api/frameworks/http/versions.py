"""Versions of a framework: drafted, published, read."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from parindex.auth.policy import Action, Role
from parindex.http.conditional import IMMUTABLE, represent_tagged
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import exampled
from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError
from scoring_api.frameworks import store
from scoring_api.frameworks.http.definition import REQUEST_BODY
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.frameworks.use_cases.drafting import draft_framework, publish_framework

router = APIRouter(prefix="/api/v1/frameworks", tags=["frameworks"], route_class=UnitOfWorkRoute)


VersionNumber = Annotated[int, Path(ge=1, le=2_147_483_647)]


class FrameworkReply(BaseModel):
    model_config = exampled(
        {
            "code": "hai-duong-2022-so",
            "version": 1,
            "status": "draft",
            "digest": "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c",
        }
    )

    code: str
    version: int
    status: str
    digest: str


def _reply(found: FrameworkVersion) -> FrameworkReply:
    return FrameworkReply(code=found.code, version=found.version, status=found.status, digest=found.digest)


@router.post("", status_code=201, **guarded(Action.FRAMEWORK_WRITE, requestBody=REQUEST_BODY))
async def post_framework(request: Request, caller: Caller, connection: Write) -> FrameworkReply:
    """Draft the next version of a criteria set; every fault of the definition is named at once."""
    data = read_document(await request.body())
    if not isinstance(data, dict):
        raise DomainError("malformed_request")
    return _reply(await draft_framework(connection, caller, data))


@router.post("/{code}/versions/{version}/publish", **guarded(Action.FRAMEWORK_WRITE))
async def post_publish(
    code: str, version: VersionNumber, caller: Caller, connection: Write
) -> FrameworkReply:
    """Publish a draft: immutable from now on."""
    return _reply(await publish_framework(connection, caller, code, version))


@router.get("", **guarded(Action.FRAMEWORK_READ))
async def get_frameworks(caller: Caller, connection: Read) -> list[dict[str, Any]]:
    """Versions without their trees; drafts for administrators only."""
    return await store.list_versions(connection, drafts=caller.role is Role.ADMINISTRATOR)


@router.get("/{code}/versions/{version}", **guarded(Action.FRAMEWORK_READ))
async def get_framework(
    request: Request, code: str, version: VersionNumber, caller: Caller, connection: Read
) -> Response:
    """The whole definition; the ETag is its digest."""
    found = await store.read_version(connection, code, version)
    if found.status == "draft" and caller.role is not Role.ADMINISTRATOR:
        raise DomainError("framework_unknown", {"framework": code, "version": version})
    cache = IMMUTABLE if found.status == "published" else "no-cache"
    return represent_tagged(request, found.definition.encode(), f'"{found.digest[7:39]}"', cache=cache)
