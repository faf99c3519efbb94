"""COPY into a table inside the transaction of a unit of work: the fast way in for many rows."""

from collections.abc import Sequence
from typing import BinaryIO

from sqlalchemy import Table

from parindex.db.engine import Writing


async def copy_text(connection: Writing, table: Table, columns: Sequence[str], content: BinaryIO) -> None:
    """Rows in COPY's text format. The transaction has begun: something was written or read in it before."""
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    assert driver.is_in_transaction()
    await driver.copy_to_table(table.name, schema_name=table.schema, columns=columns, source=content)
