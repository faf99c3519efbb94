"""Drafting, editing and publishing frameworks: what does not add up is refused, what is published stays."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from parindex.auth.principal import Principal
from parindex.db import Reading, Writing
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.errors import DomainError, Fault
from scoring_api.announcements.use_cases import announce
from scoring_api.frameworks import store
from scoring_api.frameworks.domain.crosswalk import crosswalk_faults
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.publishing import hindrances
from scoring_api.frameworks.domain.reading import TEXT_LIMIT
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.schema import record

_COPIED = "Sao từ bộ tiêu chí "


async def draft_framework(connection: Writing, by: Principal, data: Mapping[str, Any]) -> FrameworkVersion:
    """Store the next version as a draft. Raises DomainError `framework_invalid` with every fault."""
    parsed = await asyncio.to_thread(parse_framework, data)
    content = canonical_bytes(dict(data))
    draft = await store.insert_draft(connection, parsed, content.decode(), digest_bytes(content))
    await record(connection, by, "framework.drafted", f"{draft.code}/{draft.version}", digest=draft.digest)
    return draft


async def open_draft(connection: Writing, code: str, version: int) -> FrameworkVersion:
    """The version, locked; whoever changes or publishes it starts here.

    Raises DomainError `framework_unknown`, `framework_already_published`.
    """
    found = await store.read_version(connection, code, version, lock=True)
    if found.status != "draft":
        raise DomainError("framework_already_published", {"framework": code, "version": version})
    return found


async def replace_draft(
    connection: Writing, by: Principal, draft: FrameworkVersion, data: Mapping[str, Any]
) -> FrameworkVersion:
    """Another definition in the place of an opened draft's. Raises DomainError `framework_invalid`."""
    parsed, found = await asyncio.to_thread(read_definition, data)
    faults = list(found)
    if data.get("code") != draft.code:
        faults.append(Fault("/code", "code_differs", f"mã phải là «{draft.code}» như trong địa chỉ"))
    if parsed is None or faults:
        raise DomainError("framework_invalid", {"count": len(faults)}, tuple(faults))
    content = canonical_bytes(dict(data))
    digest = digest_bytes(content)
    await store.replace_draft(connection, draft.id, parsed, content.decode(), digest)
    what = f"{draft.code}/{draft.version}"
    await record(connection, by, "framework.redrafted", what, before=draft.digest, digest=digest)
    return await store.read_version(connection, draft.code, draft.version)


def read_definition(data: Mapping[str, Any]) -> tuple[Framework | None, tuple[Fault, ...]]:
    """The framework, or what keeps its definition from being stored."""
    try:
        return parse_framework(data), ()
    except DomainError as refused:
        return None, refused.faults


async def delete_draft(connection: Writing, by: Principal, draft: FrameworkVersion) -> None:
    """An opened draft goes, its crosswalks with it; what was published never does."""
    await store.delete_draft(connection, draft.id)
    await record(
        connection, by, "framework.draft_deleted", f"{draft.code}/{draft.version}", before=draft.digest
    )


async def clone_framework(
    connection: Writing, by: Principal, source: FrameworkVersion, *, code: str, year: int, title: str
) -> FrameworkVersion:
    """The draft of another year with the same tree; years of force are for its own decision to set.

    An empty code or title stays as it is. Raises DomainError `framework_invalid`.
    """
    data = {key: item for key, item in source.data.items() if key not in {"valid_from", "valid_to"}}
    data |= {"code": code or source.code, "title": title or data["title"], "year": year}
    origin = f"{_COPIED}{source.code} phiên bản {source.version}."
    remarks = [line for line in str(data.get("note") or "").splitlines() if not line.startswith(_COPIED)]
    note = "\n".join([origin, *remarks])
    if len(note) <= TEXT_LIMIT:  # the remarks of people have the first claim on the room there is
        data["note"] = note
    return await draft_framework(connection, by, data)


async def publish_framework(connection: Writing, by: Principal, code: str, version: int) -> FrameworkVersion:
    """From here on the version is immutable and periods may bind it.

    Raises DomainError `framework_unknown`, `framework_already_published`, `framework_not_publishable` with
    everything that stands against it.
    """
    found = await open_draft(connection, code, version)
    faults = (*hindrances(found.parsed), *await _stale_crosswalks(connection, found.id, found.parsed))
    if faults:
        raise DomainError("framework_not_publishable", {"count": len(faults)}, faults)
    await store.publish(connection, found.id)
    await record(connection, by, "framework.published", f"{code}/{version}", digest=found.digest)
    said = {"framework": code, "version": version, "digest": found.digest}
    await announce(connection, "framework.published", f"{code}/{version}", said, "public")
    return await store.read_version(connection, code, version)


async def _stale_crosswalks(connection: Reading, framework_id: UUID, parsed: Framework) -> list[Fault]:
    """Crosswalks that fitted an earlier wording of the draft."""
    rows = await store.read_crosswalks(connection, framework_id)
    earlier = await store.read_by_ids(connection, [row.earlier for row in rows])
    return [
        Fault(f"/crosswalks/{version.code}~1{version.version}{fault.pointer}", fault.code, fault.detail)
        for row, version in zip(rows, earlier, strict=True)
        for fault in crosswalk_faults(row.crosswalk, version.parsed, parsed)
    ]
