"""The metadata of schema `report`, and its idempotency keys."""

from parindex.db import metadata_for
from parindex.db.idempotency import idempotency_table

metadata = metadata_for("report")
idempotency_keys = idempotency_table(metadata)
