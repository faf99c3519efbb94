"""SQL of units, their dated names and aliases."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, Text, Uuid, insert, select

from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.ids import uuid7
from parindex.kernel.text import match_key, vietnamese_sort_key
from scoring_api.schema import metadata
from scoring_api.units.domain import Unit, UnitName

unit = Table(
    "unit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(80), nullable=False, unique=True),
    Column("level", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("created_at", Instant, nullable=False),
)
unit_name = Table(
    "unit_name",
    metadata,
    Column("unit_id", Uuid, ForeignKey(unit.c.id), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("name", Text, nullable=False),
    Column("short_name", Text, nullable=False),
    Column("head_title", Text, nullable=False),
    Column("sort_key", Text, nullable=False),
)
unit_alias = Table(
    "unit_alias",
    metadata,
    Column("unit_id", Uuid, ForeignKey(unit.c.id), primary_key=True),
    Column("alias", Text, primary_key=True),
    Column("match_key", Text, nullable=False),
    Index("ix_unit_alias_match_key", "match_key"),
)


async def insert_unit(connection: Writing, new: Unit) -> None:
    """Store a unit with its names and aliases; the caller has checked that the code is free."""
    unit_id = uuid7()
    await connection.execute(
        insert(unit).values(
            id=unit_id, code=new.code, level=new.level, kind=new.kind, created_at=system_time()
        )
    )
    await connection.execute(
        insert(unit_name),
        [
            {
                "unit_id": unit_id,
                "valid_from": name.valid_from,
                "valid_to": name.valid_to,
                "name": name.name,
                "short_name": name.short_name,
                "head_title": name.head_title,
                "sort_key": vietnamese_sort_key(name.name),
            }
            for name in new.names
        ],
    )
    if new.aliases:
        rows = [{"unit_id": unit_id, "alias": alias, "match_key": match_key(alias)} for alias in new.aliases]
        await connection.execute(insert(unit_alias), rows)


async def read_units(connection: Reading, codes: Collection[str] | None = None) -> dict[str, Unit]:
    """Units by code, in Vietnamese order of their latest name; all of them without `codes`."""
    chosen = select(unit) if codes is None else select(unit).where(unit.c.code.in_(codes))
    rows = (await connection.execute(chosen)).all()
    ids = [row.id for row in rows]
    names: dict[object, list[UnitName]] = defaultdict(list)
    keys: dict[object, str] = {}
    for row in await connection.execute(
        select(unit_name).where(unit_name.c.unit_id.in_(ids)).order_by(unit_name.c.valid_from)
    ):
        names[row.unit_id].append(
            UnitName(row.name, row.short_name, row.head_title, row.valid_from, row.valid_to)
        )
        keys[row.unit_id] = row.sort_key
    aliases: dict[object, list[str]] = defaultdict(list)
    for row in await connection.execute(
        select(unit_alias).where(unit_alias.c.unit_id.in_(ids)).order_by(unit_alias.c.alias)
    ):
        aliases[row.unit_id].append(row.alias)
    ordered = sorted(rows, key=lambda row: keys[row.id])
    return {
        row.code: Unit(row.code, row.level, row.kind, tuple(names[row.id]), tuple(aliases[row.id]))
        for row in ordered
    }
