"""The chain over the audit rows of a service: written in batches by its worker, verified row by row.

A link holds the digest of its number, the digest before it and the whole row, so that a row that was changed,
taken out, put in or moved is found and named. What a chain alone cannot show is that its end was cut off:
whoever noted the head of an earlier day asks for that one too.
"""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Table, Text, cast, exists, func, insert, select
from sqlalchemy.sql.elements import ColumnElement

from parindex.db.audit import link_table
from parindex.db.engine import Reading, Writing
from parindex.kernel.canonical import canonical_bytes, digest_bytes

FIRST = digest_bytes(b"")
"""What stands before the first link."""
RECENT = 10_000
CHUNK = 1000
_COLUMNS = ("id", "subject", "role", "action", "object", "details", "business_at", "recorded_at", "trace_id")


@dataclass(frozen=True, slots=True)
class BadRow:
    """The first place where the chain does not hold: the link's number, the row's id, what is wrong."""

    number: int
    audit_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What verifying found; `unlinked` rows are not chained yet, since `unlinked_since`."""

    links: int
    head: str
    bad: BadRow | None
    unlinked: int
    unlinked_since: datetime | None


def link_digest(number: int, previous: str, row: Mapping[str, Any]) -> str:
    """The digest of a link over an audit row."""
    said = {name: _plain(row[name]) for name in _COLUMNS}
    return digest_bytes(canonical_bytes({"number": number, "previous": previous, "row": said}))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _rows(audit: Table) -> list[ColumnElement[Any]]:
    """The columns of a row; details as PostgreSQL writes them, so that no number changes its notation."""
    return [
        cast(audit.c.details, Text).label("details") if name == "details" else audit.c[name]
        for name in _COLUMNS
    ]


def _lock(audit: Table) -> int:
    return int.from_bytes(hashlib.sha256(f"chain of {audit.fullname}".encode()).digest()[:7])


async def chain_rows(connection: Writing, audit: Table, *, thorough: bool = False, limit: int = CHUNK) -> int:
    """Link what is committed and not linked yet, in the order of ids. Returns how many rows were linked.

    One writer at a time; 0 while another has it. A row whose transaction took long may have a smaller id than
    what is linked already: those within RECENT ids are seen at once, older ones when the look is `thorough`.
    """
    taken = await connection.execute(select(func.pg_try_advisory_xact_lock(_lock(audit))))
    if not taken.scalar():
        return 0
    link = link_table(audit)
    head = (await connection.execute(select(link).order_by(link.c.number.desc()).limit(1))).first()
    number, previous = (head.number, head.digest) if head else (0, FIRST)
    query = _unlinked(select(*_rows(audit)), audit, link).order_by(audit.c.id).limit(limit)
    if not thorough:
        highest = select(func.coalesce(func.max(link.c.audit_id), 0)).scalar_subquery()
        query = query.where(audit.c.id > highest - RECENT)
    found = (await connection.execute(query)).all()
    links = []
    for place, row in enumerate(found, number + 1):
        previous = link_digest(place, previous, row._asdict())
        links.append({"number": place, "audit_id": row.id, "digest": previous})
    if links:
        await connection.execute(insert(link), links)
    return len(links)


def _unlinked(query: Select[Any], audit: Table, link: Table) -> Select[Any]:
    return query.where(~exists().where(link.c.audit_id == audit.c.id))


async def verify_chain(
    connection: Reading, audit: Table, known: Iterable[tuple[int, str]] = ()
) -> ChainReport:
    """Compute every link anew, in one consistent view. `known` are heads noted earlier: number and digest."""
    link = link_table(audit)
    noted: dict[int, set[str]] = defaultdict(set)
    for place, digest in known:
        noted[place].add(digest)
    number, previous, bad = 0, FIRST, None
    async for row in _linked(connection, audit, link):
        number += 1
        bad = _fault(row, number, previous, noted.pop(number, set()))
        if bad is not None:
            break
        previous = row.digest
    if bad is None and noted:
        missing = min(noted)
        bad = BadRow(missing, 0, "thiếu mắt xích đã ghi nhận trước đây: phần cuối chuỗi bị cắt")
    tail: Any = select(func.count(), func.min(audit.c.recorded_at))
    unlinked, since = (await connection.execute(_unlinked(tail, audit, link))).one()
    return ChainReport(links=number, head=previous, bad=bad, unlinked=unlinked, unlinked_since=since)


async def _linked(connection: Reading, audit: Table, link: Table) -> AsyncIterator[Row[Any]]:
    """Every link in order with its row, NULLs where the row is gone; in chunks of bounded memory."""
    last = -(2**63)  # a number below the first one is a link that somebody put in
    columns = (link.c.number, link.c.audit_id, link.c.digest, *_rows(audit))
    while True:
        query = select(*columns).outerjoin_from(link, audit, link.c.audit_id == audit.c.id)
        chunk = query.where(link.c.number > last).order_by(link.c.number).limit(CHUNK)
        rows = (await connection.execute(chunk)).all()
        for row in rows:
            yield row
        if len(rows) < CHUNK:
            return
        last = rows[-1].number


def _fault(row: Row[Any], number: int, previous: str, noted: set[str]) -> BadRow | None:
    if row.number < number:
        return BadRow(row.number, row.audit_id, "mắt xích này bị chèn vào chuỗi")
    if row.number > number:
        return BadRow(number, row.audit_id, "mắt xích này bị xóa khỏi chuỗi")
    if row.id is None:
        return BadRow(number, row.audit_id, "dòng nhật ký đã bị xóa")
    if row.digest != link_digest(number, previous, row._asdict()):
        return BadRow(number, row.audit_id, "nội dung dòng nhật ký hoặc mắt xích đã bị sửa")
    if noted - {row.digest}:
        return BadRow(number, row.audit_id, "mắt xích khác với bản đã ghi nhận trước đây")
    return None
