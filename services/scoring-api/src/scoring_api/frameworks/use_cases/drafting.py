"""Drafting and publishing frameworks: what does not add up is refused whole, what is published stays."""

from collections.abc import Mapping
from typing import Any

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.errors import DomainError
from scoring_api.frameworks import store
from scoring_api.frameworks.domain.cases import failing_cases
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.schema import record


async def draft_framework(connection: Writing, by: Principal, data: Mapping[str, Any]) -> FrameworkVersion:
    """Store the next version as a draft. Raises DomainError `framework_invalid` with every fault."""
    parsed = parse_framework(data)
    content = canonical_bytes(dict(data))
    draft = await store.insert_draft(connection, parsed, content.decode(), digest_bytes(content))
    await record(connection, by, "framework.drafted", f"{draft.code}/{draft.version}", digest=draft.digest)
    return draft


async def publish_framework(connection: Writing, by: Principal, code: str, version: int) -> FrameworkVersion:
    """From here on the version is immutable and periods may bind it.

    Raises DomainError `framework_unknown`, `framework_already_published`, and `framework_cases_fail` with
    every worked case that its rule does not bear out.
    """
    found = await store.read_version(connection, code, version, lock=True)
    if found.status != "draft":
        raise DomainError("framework_already_published", {"framework": code, "version": version})
    if faults := failing_cases(found.parsed):
        raise DomainError("framework_cases_fail", {"count": len(faults)}, faults)
    await store.publish(connection, found.id)
    await record(connection, by, "framework.published", f"{code}/{version}", digest=found.digest)
    return await store.read_version(connection, code, version)
