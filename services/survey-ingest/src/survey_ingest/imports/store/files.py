"""SQL of an import: the uploaded file, its progress, its outcome and its errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_if_new

from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from survey_ingest.imports.domain.rows import RowFault
from survey_ingest.imports.store.tables import HOLDS_FILE, ballot_import, import_error

MOST_ERRORS = 1000
REFUSED = "refused"
_SHOWN = [column for column in ballot_import.c if column.name != "content"]


@dataclass(frozen=True, slots=True)
class NewImport:
    id: UUID
    campaign_id: UUID
    batch: str
    default_group: str
    mapping: dict[str, str]
    mode: str
    atomic: str
    file_name: str
    digest: str
    settings: str
    content: bytes
    requested_by: str


@dataclass(frozen=True, slots=True)
class Import:
    """An import and its progress; the file's bytes apart."""

    id: UUID
    campaign_id: UUID
    batch: str
    default_group: str
    mapping: dict[str, str]
    mode: str
    atomic: str
    file_name: str
    digest: str
    settings: str
    state: str
    total: int
    done: int
    valid: int
    invalid: int
    held: int
    repeated: int
    bad_rows: int
    error_count: int
    run: UUID | None
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None


async def insert_import(connection: Writing, new: NewImport) -> bool:
    """False when the same file with the same settings waits, runs or is stored already for this batch."""
    values = {name: getattr(new, name) for name in new.__slots__}
    statement = insert_if_new(ballot_import).values(state="queued", requested_at=business_time(), **values)
    return bool((await connection.execute(statement.on_conflict_do_nothing())).rowcount)


async def find_same(connection: Reading, new: NewImport) -> UUID | None:
    """The import that holds this file; None when it has ended meanwhile and stored nothing."""
    same = select(ballot_import.c.id).where(
        ballot_import.c.campaign_id == new.campaign_id,
        ballot_import.c.batch == new.batch,
        ballot_import.c.digest == new.digest,
        ballot_import.c.settings == new.settings,
        text(HOLDS_FILE),
    )
    return (await connection.execute(same)).scalar()


async def read_import(connection: Reading, import_id: UUID, *, lock: bool = False) -> Import:
    """Raises DomainError `import_unknown`."""
    query = select(*_SHOWN).where(ballot_import.c.id == import_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise DomainError("import_unknown", {"import_id": str(import_id)})
    return Import(*row)


async def read_content(connection: Reading, import_id: UUID) -> bytes:
    query = select(ballot_import.c.content).where(ballot_import.c.id == import_id)
    found: bytes = (await connection.execute(query)).scalar_one()
    return found


async def advance(connection: Writing, import_id: UUID, run: UUID, **values: Any) -> bool:
    """Set the progress of a run; False when the import has ended or another run has taken it over."""
    mine = (ballot_import.c.id == import_id) & (ballot_import.c.run == run)
    changed = update(ballot_import).where(mine, ballot_import.c.finished_at.is_(None)).values(**values)
    return bool((await connection.execute(changed)).rowcount)


async def change(connection: Writing, import_id: UUID, **values: Any) -> None:
    """Set what the holder of its lock decides: a new run, the outcome."""
    await connection.execute(update(ballot_import).where(ballot_import.c.id == import_id).values(**values))


async def clear_errors(connection: Writing, import_id: UUID) -> None:
    await connection.execute(delete(import_error).where(import_error.c.import_id == import_id))


async def insert_errors(connection: Writing, import_id: UUID, faults: Sequence[RowFault]) -> None:
    rows = [
        {
            "import_id": import_id,
            "row": fault.row,
            "column": fault.column,
            "code": fault.code,
            "value": fault.value,
            "message": fault.message,
        }
        for fault in faults
    ]
    if rows:
        await connection.execute(insert(import_error), rows)


async def read_errors(connection: Reading, import_id: UUID) -> list[RowFault]:
    columns = import_error.c
    rows = await connection.execute(
        select(columns.row, columns.column, columns.code, columns.value, columns.message)
        .where(columns.import_id == import_id)
        .order_by(columns.row, columns.id)
        .limit(MOST_ERRORS)
    )
    return [RowFault(*row) for row in rows]
