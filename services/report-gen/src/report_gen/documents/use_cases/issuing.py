"""Setting how a kind of document is issued, while no document has taken it up yet."""

from typing import Any

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.db.audit import record_act
from parindex.kernel.errors import DomainError
from report_gen.documents import store
from report_gen.documents.domain.issuance_data import issuance_of
from report_gen.schema import audit


async def set_issuance(
    connection: Writing, by: Principal, period: str, kind: str, content: dict[str, Any]
) -> None:
    """Hand-over minutes may be set at any time: the next campaign of the period has its own.

    Raises DomainError `issuance_invalid`, and `document_already_rendered` when it would change nothing.
    """
    issuance_of(content)
    await store.lock_issuance(connection, period, kind)
    edition = await store.rendered_edition(connection, period, kind)
    if edition is not None:
        raise DomainError("document_already_rendered", {"period": period, "kind": kind, "edition": edition})
    await store.save_issuance(connection, period, kind, content)
    await record_act(connection, audit, by, "issuance.set", f"{period}/{kind}", content)
