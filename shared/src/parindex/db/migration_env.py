"""What every history's env.py runs: one schema, its own version table, a short lock timeout."""

import re
from typing import Literal

from alembic import context
from sqlalchemy import Connection, MetaData, text

from parindex.db.types import Instant


def _plain_types(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A history speaks SQL's types, never ours: it must run long after our classes changed."""
    return "sa.TIMESTAMP(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


def is_ours(schema: str | None, name: str | None, kind: str) -> bool:
    """Whether autogeneration looks at it: our schema, and tables but not their partitions `…_p0`."""
    if kind == "schema":
        return name == schema
    return kind != "table" or re.search(r"_p\d+$", name or "") is None


def run_migrations(metadata: MetaData) -> None:
    """Run on the connection the runner gives; never look at a schema that is not ours."""
    schema = metadata.schema
    connection: Connection = context.config.attributes["connection"]
    connection.execute(text("SET LOCAL lock_timeout = '4s'"))
    connection.execute(text("SET LOCAL statement_timeout = '60s'"))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_schemas=True,
        include_name=lambda name, kind, _: is_ours(schema, name, kind),
        version_table="alembic_version",
        version_table_schema=schema,
        compare_type=True,
        transactional_ddl=True,
        render_item=_plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()
