"""One way to PostgreSQL: engine, transactions, column types, migrations. Nothing else commits."""

from parindex.db.engine import Database, Reading, Writing
from parindex.db.types import Instant, metadata_for

__all__ = ["Database", "Instant", "Reading", "Writing", "metadata_for"]
