"""Versions of a framework: drafted, edited, published, cloned, read."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, StrictInt

from parindex.auth.policy import Action, Role
from parindex.http.conditional import IMMUTABLE, represent_tagged, require_match
from parindex.http.documents import read_object
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, exampled
from scoring_api.frameworks import store
from scoring_api.frameworks.http.definition import BODY
from scoring_api.frameworks.http.sight import IF_MATCH, VersionNumber, read_shown, tag_of
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.frameworks.use_cases import drafting

router = APIRouter(prefix="/api/v1/frameworks", tags=["frameworks"], route_class=UnitOfWorkRoute)


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


class CloneBody(Body):
    """The set of another year: its year, and a code and a title of its own if it has them."""

    model_config = exampled({"code": "hai-duong-2023-so", "year": 2023})

    year: Annotated[StrictInt, Field(ge=2000, le=2100)]
    code: Code | None = None
    title: Label | None = None


def framework_reply(found: FrameworkVersion) -> FrameworkReply:
    return FrameworkReply(code=found.code, version=found.version, status=found.status, digest=found.digest)


@router.post("", status_code=201, **guarded(Action.FRAMEWORK_WRITE, **BODY))
async def post_framework(request: Request, caller: Caller, connection: Write) -> FrameworkReply:
    """Draft the next version of a criteria set; every fault of the definition is named at once."""
    data = await read_object(request)
    return framework_reply(await drafting.draft_framework(connection, caller, data))


@router.put(
    "/{code}/versions/{version}",
    **guarded(Action.FRAMEWORK_WRITE, parameters=[{**IF_MATCH, "required": True}], **BODY),
)
async def put_framework(
    request: Request,
    response: Response,
    code: str,
    version: VersionNumber,
    caller: Caller,
    connection: Write,
) -> FrameworkReply:
    """Put another definition in the place of a draft's; If-Match names the one that was read."""
    draft = await drafting.open_draft(connection, code, version)
    require_match(request, tag_of(draft.digest))
    found = await drafting.replace_draft(connection, caller, draft, await read_object(request))
    response.headers["ETag"] = tag_of(found.digest)
    return framework_reply(found)


@router.delete(
    "/{code}/versions/{version}",
    status_code=204,
    **guarded(Action.FRAMEWORK_WRITE, parameters=[IF_MATCH]),
)
async def delete_framework(
    request: Request, code: str, version: VersionNumber, caller: Caller, connection: Write
) -> None:
    """Drop a draft with its crosswalks; with If-Match only the one that was read."""
    draft = await drafting.open_draft(connection, code, version)
    if "if-match" in request.headers:
        require_match(request, tag_of(draft.digest))
    await drafting.delete_draft(connection, caller, draft)


@router.post("/{code}/versions/{version}/publish", **guarded(Action.FRAMEWORK_WRITE))
async def post_publish(
    code: str, version: VersionNumber, caller: Caller, connection: Write
) -> FrameworkReply:
    """Publish a draft: immutable from now on; everything that stands against it is named at once."""
    return framework_reply(await drafting.publish_framework(connection, caller, code, version))


@router.post("/{code}/versions/{version}/clone", status_code=201, **guarded(Action.FRAMEWORK_WRITE))
async def post_clone(
    code: str, version: VersionNumber, body: CloneBody, caller: Caller, connection: Write
) -> FrameworkReply:
    """Draft another year's set from this one: the same tree, without its years of force."""
    source = await read_shown(connection, caller, code, version)
    return framework_reply(
        await drafting.clone_framework(
            connection, caller, source, code=body.code or "", year=body.year, title=body.title or ""
        )
    )


@router.get("", **guarded(Action.FRAMEWORK_READ))
async def get_frameworks(caller: Caller, connection: Read) -> list[dict[str, Any]]:
    """Versions without their trees; drafts for administrators only."""
    return await store.list_versions(connection, drafts=caller.role is Role.ADMINISTRATOR)


@router.get("/{code}/versions/{version}", **guarded(Action.FRAMEWORK_READ))
async def get_framework(
    request: Request, code: str, version: VersionNumber, caller: Caller, connection: Read
) -> Response:
    """The whole definition; the ETag is its digest, which If-Match expects when a draft is edited."""
    found = await read_shown(connection, caller, code, version)
    cache = IMMUTABLE if found.status == "published" else "no-cache"
    return represent_tagged(request, found.definition.encode(), tag_of(found.digest), cache=cache)
