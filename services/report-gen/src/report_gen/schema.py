"""The metadata of schema `report`, and the two tables beside documents: idempotency keys and audit."""

from parindex.db import metadata_for
from parindex.db.audit import audit_table
from parindex.db.idempotency import idempotency_table

metadata = metadata_for("report")
idempotency_keys = idempotency_table(metadata)
audit = audit_table(metadata)
