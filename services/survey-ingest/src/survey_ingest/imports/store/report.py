"""SQL of what an import reports: errors by row and column, rejected rows, spellings nobody knows yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as insert_or_add

from parindex.db import Reading, Writing
from survey_ingest.imports.domain.rows import RowFault
from survey_ingest.imports.store.tables import import_error, import_reject, import_spelling

MOST_ERRORS = 100_000
MOST_SPELLINGS = 1000


async def clear(connection: Writing, import_id: UUID) -> None:
    for table in (import_error, import_reject, import_spelling):
        await connection.execute(delete(table).where(table.c.import_id == import_id))


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


@dataclass(frozen=True, slots=True)
class StoredFault:
    """A fault with its place in the report, to read on from."""

    place: int
    fault: RowFault


async def read_errors(
    connection: Reading, import_id: UUID, *, after: tuple[int, int] = (-1, -1), limit: int
) -> list[StoredFault]:
    """Faults by row and then as they were found; after the row and place given."""
    columns = import_error.c
    later = (columns.row > after[0]) | ((columns.row == after[0]) & (columns.id > after[1]))
    rows = await connection.execute(
        select(columns.id, columns.row, columns.column, columns.code, columns.value, columns.message)
        .where(columns.import_id == import_id, later)
        .order_by(columns.row, columns.id)
        .limit(limit)
    )
    return [StoredFault(row[0], RowFault(*row[1:])) for row in rows]


_OFF_SCALE = text(
    """
    SELECT count(DISTINCT row), array_agg(DISTINCT value) FROM survey.import_error
    WHERE import_id = :import AND code = 'answer_out_of_scale' AND value ~ '^[0-9]{1,3}$'
    """
)


async def off_scale(connection: Reading, import_id: UUID) -> tuple[int, list[str]]:
    """How many rows have whole numbers that the questionnaire's scale lacks, and which numbers."""
    rows, values = (await connection.execute(_OFF_SCALE, {"import": import_id})).one()
    return rows, sorted(values or [], key=int)


async def reject(connection: Writing, import_id: UUID, rows: Sequence[int]) -> None:
    if rows:
        await connection.execute(insert(import_reject).values(import_id=import_id, rows=list(rows)))


async def read_rejected(connection: Reading, import_id: UUID) -> set[int]:
    query = select(func.unnest(import_reject.c.rows)).where(import_reject.c.import_id == import_id)
    return set((await connection.execute(query)).scalars())


async def add_spellings(connection: Writing, import_id: UUID, found: Mapping[str, int]) -> None:
    """More rows with spellings that no unit has; a file of garbage does not fill the list without end."""
    rows = [
        {"import_id": import_id, "spelling": spelling, "rows": count}
        for spelling, count in sorted(found.items())[:MOST_SPELLINGS]
    ]
    if rows:
        statement = insert_or_add(import_spelling).values(rows)
        added = import_spelling.c.rows + statement.excluded.rows
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["import_id", "spelling"], set_={"rows": added})
        )


async def read_spellings(connection: Reading, import_id: UUID) -> dict[str, int]:
    """Spelling → its rows, the most frequent first."""
    columns = import_spelling.c
    rows = await connection.execute(
        select(columns.spelling, columns.rows)
        .where(columns.import_id == import_id)
        .order_by(columns.rows.desc(), columns.spelling)
        .limit(MOST_SPELLINGS)
    )
    return {row.spelling: row.rows for row in rows}
