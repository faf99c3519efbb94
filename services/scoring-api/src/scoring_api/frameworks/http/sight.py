"""Which versions of frameworks a caller sees, and how an address names one."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.db import Reading
from parindex.http.schemas import exampled
from parindex.kernel.errors import DomainError
from scoring_api.frameworks import store
from scoring_api.frameworks.store import FrameworkVersion

MOST = 2_147_483_647
REFERENCE = r"^[^/]{1,80}/[1-9][0-9]{0,9}$"
VersionNumber = Annotated[int, Path(ge=1, le=MOST)]
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag as it was read",
    "schema": {"type": "string"},
    "example": '"3b1f6c2e9a4d5870c1e2f3a4b5968778"',
}


class FrameworkReference(BaseModel):
    """One version of a criteria set."""

    model_config = exampled({"code": "hai-duong-2022-so", "version": 1})

    code: str
    version: int


async def read_shown(connection: Reading, caller: Principal, code: str, version: int) -> FrameworkVersion:
    """The version; a draft is there for administrators only. Raises DomainError `framework_unknown`."""
    found = await store.read_version(connection, code, version)
    if found.status == "draft" and caller.role is not Role.ADMINISTRATOR:
        raise DomainError("framework_unknown", {"framework": code, "version": version})
    return found


async def read_named(connection: Reading, caller: Principal, name: str) -> FrameworkVersion:
    """The version that a query names as `code/version`. Raises DomainError `framework_unknown`."""
    code, _, version = name.rpartition("/")
    if int(version) > MOST:
        raise DomainError("framework_unknown", {"framework": code, "version": version})
    return await read_shown(connection, caller, code, int(version))


def reference(found: FrameworkVersion) -> FrameworkReference:
    return FrameworkReference(code=found.code, version=found.version)


def tag_of(digest: str) -> str:
    """The ETag of stored content, by its digest."""
    return f'"{digest[7:39]}"'
