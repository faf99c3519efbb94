"""SQL of the levels and kinds of units."""

from sqlalchemy import func, insert, select

from parindex.db import Reading, Writing
from scoring_api.units.domain.levels import Kind, Level, Levels
from scoring_api.units.store.tables import unit_kind, unit_level


async def read_levels(connection: Reading) -> Levels:
    """Levels and kinds in the order of the migration that brought them, later kinds behind."""
    levels = await connection.execute(select(unit_level).order_by(unit_level.c.position))
    kinds = await connection.execute(select(unit_kind).order_by(unit_kind.c.position, unit_kind.c.code))
    return Levels(
        {
            row.code: Level(row.code, row.name, row.valid_from, row.valid_to, row.legal_basis)
            for row in levels
        },
        {row.code: Kind(row.code, row.level, row.name, row.valid_from, row.valid_to) for row in kinds},
    )


async def insert_kind(connection: Writing, new: Kind) -> None:
    highest = select(func.coalesce(func.max(unit_kind.c.position), 0) + 1).scalar_subquery()
    await connection.execute(
        insert(unit_kind).values(
            code=new.code,
            level=new.level,
            name=new.name,
            position=highest,
            valid_from=new.valid_from,
            valid_to=new.valid_to,
        )
    )
