"""SQL of imports: the file, its settings and its progress."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_if_new

from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError
from survey_ingest.imports.store.tables import HOLDS_FILE, ballot_import

QUEUED, RUNNING, NEEDS_CONFIRMATION = "queued", "running", "needs_confirmation"
DONE, REFUSED, CANCELLED = "done", "refused", "cancelled"
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
    source: str
    scales: list[dict[str, Any]]
    requested_by: str
    requested_at: datetime


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
    source: str
    scales: list[dict[str, Any]]
    state: str
    total: int
    done: int
    valid: int
    invalid: int
    held: int
    repeated: int
    bad_rows: int
    error_count: int
    staged: int
    unknown_units: int
    run: UUID | None
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None

    @property
    def is_dry_run(self) -> bool:
        return self.mode == "validate"


async def insert_import(connection: Writing, new: NewImport) -> bool:
    """False when the same file with the same settings waits, runs or is stored already for this batch."""
    values = {name: getattr(new, name) for name in new.__slots__}
    statement = insert_if_new(ballot_import).values(state=QUEUED, **values)
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
    return _import(row)


async def list_imports(
    connection: Reading, campaign_id: UUID, *, before: UUID | None, limit: int, digest: str = ""
) -> list[Import]:
    """The campaign's imports, latest first; those of one file when its digest is given."""
    query = select(*_SHOWN).where(ballot_import.c.campaign_id == campaign_id)
    if before is not None:
        query = query.where(ballot_import.c.id < before)
    if digest:
        query = query.where(ballot_import.c.digest == digest)
    rows = await connection.execute(query.order_by(ballot_import.c.id.desc()).limit(limit))
    return [_import(row) for row in rows]


def _import(row: Any) -> Import:
    return Import(**{name: getattr(row, name) for name in Import.__slots__})


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


async def uses_of(connection: Reading, campaign_id: UUID, source: str) -> list[list[dict[str, Any]]]:
    """The scales that files of this source came in, of all that were meant to be stored."""
    query = select(ballot_import.c.scales).where(
        ballot_import.c.campaign_id == campaign_id, ballot_import.c.source == source, text(HOLDS_FILE)
    )
    return list((await connection.execute(query.order_by(ballot_import.c.id))).scalars())
