"""Writing down how one framework continues in the next, while nothing is scored by the later one yet."""

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.errors import DomainError, Fault
from scoring_api.frameworks import store
from scoring_api.frameworks.domain.crosswalk import Crosswalk, crosswalk_faults, crosswalk_record
from scoring_api.frameworks.store import FrameworkVersion, StoredCrosswalk
from scoring_api.schema import record


async def write_crosswalk(
    connection: Writing,
    by: Principal,
    earlier: FrameworkVersion,
    later: FrameworkVersion,
    crosswalk: Crosswalk,
) -> StoredCrosswalk:
    """Store it, or put it in the place of the one there is; `later` is locked.

    A crosswalk decides points (a leaf that falls back on last year's value) and what a change of rank means.
    So it may be written and corrected, each time with its audit row, until the first period that binds the
    later set is opened; from then on units rely on it. The earlier set is published, so it cannot change.
    Raises DomainError `framework_in_use`, `crosswalk_from_draft`, `crosswalk_invalid` with every fault.
    """
    names = {"earlier": f"{earlier.code}/{earlier.version}", "later": f"{later.code}/{later.version}"}
    if later.in_use_since is not None:
        raise DomainError("framework_in_use", {"framework": later.code, "version": later.version})
    if earlier.status == "draft":
        raise DomainError("crosswalk_from_draft", names)
    faults = (
        (Fault("", "same_version", "một phiên bản không nối tiếp chính nó"),)
        if earlier.id == later.id
        else crosswalk_faults(crosswalk, earlier.parsed, later.parsed)
    )
    if faults:
        raise DomainError("crosswalk_invalid", {"count": len(faults)}, faults)
    before = await store.find_crosswalk(connection, later.id, earlier.id)
    content = canonical_bytes(crosswalk_record(crosswalk))
    written = StoredCrosswalk(earlier.id, digest_bytes(content), content.decode())
    await store.write_crosswalk(connection, later.id, written)
    await record(
        connection,
        by,
        "framework.crosswalk_written",
        names["later"],
        earlier=names["earlier"],
        before=before.digest if before else "",
        digest=written.digest,
    )
    return written
