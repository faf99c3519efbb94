"""SQL of successions of units."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, insert, select

from parindex.db import Reading, Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.ids import uuid7
from scoring_api.units.domain.succession import LegalBasis, Succession
from scoring_api.units.store.tables import succession_side, unit, unit_succession


async def insert_succession(connection: Writing, new: Succession) -> UUID:
    identity = uuid7()
    await connection.execute(
        insert(unit_succession).values(
            id=identity,
            kind=new.kind,
            effective_on=new.effective_on,
            legal_basis=asdict(new.legal_basis),
            created_at=system_time(),
        )
    )
    rows = await connection.execute(select(unit.c.code, unit.c.id).where(unit.c.code.in_(new.units)))
    ids = {row.code: row.id for row in rows}
    sides = [
        {"succession_id": identity, "side": side, "position": position, "unit_id": ids[code]}
        for side, codes in (("predecessor", new.predecessors), ("successor", new.successors))
        for position, code in enumerate(codes)
    ]
    await connection.execute(insert(succession_side), sides)
    return identity


async def delete_succession(connection: Writing, identity: UUID) -> None:
    await connection.execute(delete(succession_side).where(succession_side.c.succession_id == identity))
    await connection.execute(delete(unit_succession).where(unit_succession.c.id == identity))


async def read_successions(
    connection: Reading, codes: Collection[str] | None = None
) -> dict[UUID, Succession]:
    """Successions by id, in the order of their days; those alone that name one of `codes`, if given."""
    query = select(unit_succession).order_by(unit_succession.c.effective_on, unit_succession.c.id)
    if codes is not None:
        naming = (
            select(succession_side.c.succession_id)
            .join(unit, unit.c.id == succession_side.c.unit_id)
            .where(unit.c.code.in_(codes))
        )
        query = query.where(unit_succession.c.id.in_(naming))
    rows = (await connection.execute(query)).all()
    sides: dict[tuple[UUID, str], list[str]] = defaultdict(list)
    for row in await connection.execute(
        select(succession_side.c.succession_id, succession_side.c.side, unit.c.code)
        .join(unit, unit.c.id == succession_side.c.unit_id)
        .where(succession_side.c.succession_id.in_([row.id for row in rows]))
        .order_by(succession_side.c.position)
    ):
        sides[row.succession_id, row.side].append(row.code)
    return {
        row.id: Succession(
            kind=row.kind,
            predecessors=tuple(sides[row.id, "predecessor"]),
            successors=tuple(sides[row.id, "successor"]),
            effective_on=row.effective_on,
            legal_basis=LegalBasis(**row.legal_basis),
        )
        for row in rows
    }
