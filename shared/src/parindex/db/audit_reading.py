"""SQL of reading audit rows: newest first, by object, account, action and span of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Table, or_, select

from parindex.db.audit import link_table
from parindex.db.engine import Reading


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows; what is empty does not matter. `object` means it and everything under it."""

    object: str = ""
    subject: str = ""
    action: str = ""
    begin: datetime | None = None
    end: datetime | None = None


async def read_rows(
    connection: Reading, table: Table, wanted: Wanted, before: int, limit: int
) -> list[Row[Any]]:
    """Rows with ids below `before`, with the number of their link."""
    link = link_table(table)
    query: Select[Any] = select(*table.c, link.c.number.label("link")).outerjoin_from(
        table, link, link.c.audit_id == table.c.id
    )
    query = _narrowed(query, table, wanted).where(table.c.id < before)
    return list((await connection.execute(query.order_by(table.c.id.desc()).limit(limit))).all())


def _narrowed(query: Select[Any], table: Table, wanted: Wanted) -> Select[Any]:
    if wanted.object:
        under = table.c.object.startswith(f"{wanted.object}/", autoescape=True)
        query = query.where(or_(table.c.object == wanted.object, under))
    if wanted.subject:
        query = query.where(table.c.subject == wanted.subject)
    if wanted.action:
        query = query.where(table.c.action == wanted.action)
    if wanted.begin is not None:
        query = query.where(table.c.recorded_at >= wanted.begin)
    if wanted.end is not None:
        query = query.where(table.c.recorded_at < wanted.end)
    return query
