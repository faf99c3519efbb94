"""SQL of units and their dated facts; whoever writes holds the register alone."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Row,
    String,
    Table,
    Uuid,
    any_,
    bindparam,
    delete,
    insert,
    literal,
    select,
    text,
    update,
)

from parindex.db import Reading, Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.ids import uuid7
from parindex.kernel.text import match_key, vietnamese_sort_key
from scoring_api.units.domain.unit import FocalPoint, Identifier, ParentUnit, Unit, UnitName
from scoring_api.units.store.levels import read_levels
from scoring_api.units.store.tables import (
    unit,
    unit_alias,
    unit_focal_point,
    unit_identifier,
    unit_name,
    unit_parent,
)

Fact = TypeVar("Fact")
_FACTS = (unit_name, unit_alias, unit_identifier, unit_parent, unit_focal_point)


async def lock_register(connection: Writing) -> None:
    """Nobody else writes to the register until this transaction ends; reading goes on.

    What units say of each other (an identifier borne once a day, parents without a circle) is then checked
    against what will be stored.
    """
    await connection.execute(text("LOCK TABLE scoring.unit IN SHARE ROW EXCLUSIVE MODE"))


async def insert_units(connection: Writing, new: Collection[Unit]) -> None:
    """Store units with their facts; the caller has checked that the codes are free."""
    rows = [
        {"id": uuid7(), "code": one.code, "level": one.level, "kind": one.kind, "created_at": system_time()}
        for one in new
    ]
    await connection.execute(insert(unit), rows)
    await _insert_facts(connection, new)


async def replace_units(connection: Writing, changed: Collection[Unit]) -> None:
    """Put the units' facts in the place of those there are; codes and levels stay."""
    ids = await _ids(connection, [one.code for one in changed])
    kinds = update(unit).where(unit.c.id == bindparam("unit_id")).values(kind=bindparam("new_kind"))
    rows = [{"unit_id": ids[one.code], "new_kind": one.kind} for one in changed]
    await connection.execute(kinds, rows)
    every = literal(list(ids.values()), ARRAY(Uuid))
    for table in _FACTS:
        await connection.execute(delete(table).where(table.c.unit_id == any_(every)))
    await _insert_facts(connection, changed)


async def _insert_facts(connection: Writing, units: Collection[Unit]) -> None:
    parents = {parent.unit for one in units for parent in one.parents}
    ids = await _ids(connection, {one.code for one in units} | parents)
    await _insert(connection, unit_name, [row for one in units for row in _name_rows(one, ids)])
    aliases = [
        {"unit_id": ids[one.code], "alias": alias, "match_key": match_key(alias)}
        for one in units
        for alias in one.aliases
    ]
    await _insert(connection, unit_alias, aliases)
    identifiers = [
        {**_span(one, found, ids), "code": found.code, "old_code": found.old_code}
        for one in units
        for found in one.identifiers
    ]
    await _insert(connection, unit_identifier, identifiers)
    above = [
        {**_span(one, found, ids), "parent_id": ids[found.unit]} for one in units for found in one.parents
    ]
    await _insert(connection, unit_parent, above)
    points = [
        {**_span(one, found, ids), "task": found.task, "holder": found.holder}
        for one in units
        for found in one.focal_points
    ]
    await _insert(connection, unit_focal_point, points)


def _name_rows(one: Unit, ids: dict[str, UUID]) -> Iterable[dict[str, Any]]:
    for name in one.names:
        yield {
            **_span(one, name, ids),
            "name": name.name,
            "short_name": name.short_name,
            "head_title": name.head_title,
            "sort_key": vietnamese_sort_key(name.name),
        }


def _span(one: Unit, fact: Any, ids: dict[str, UUID]) -> dict[str, Any]:
    return {"unit_id": ids[one.code], "valid_from": fact.valid_from, "valid_to": fact.valid_to}


async def _insert(connection: Writing, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(table), rows)


async def _ids(connection: Reading, codes: Collection[str]) -> dict[str, UUID]:
    """Their ids; one array, since a file names more units than a statement takes parameters."""
    every = literal(list(codes), ARRAY(String))
    rows = await connection.execute(select(unit.c.code, unit.c.id).where(unit.c.code == any_(every)))
    return {row.code: row.id for row in rows}


async def read_units(connection: Reading, codes: Collection[str] | None = None) -> dict[str, Unit]:
    """Units by code, in Vietnamese order of their latest name; all of them without `codes`."""
    chosen = select(unit) if codes is None else select(unit).where(unit.c.code.in_(codes))
    rows = (await connection.execute(chosen)).all()
    some = None if codes is None else [row.id for row in rows]
    levels = await read_levels(connection)
    names = await _facts(connection, unit_name, some, lambda row: (_name(row), row.sort_key))
    aliases = await _facts(connection, unit_alias, some, lambda row: row.alias, order="alias")
    identifiers = await _facts(connection, unit_identifier, some, _identifier)
    codes_of = {row.id: row.code for row in rows} if codes is None else await _parent_codes(connection)
    parents = await _facts(connection, unit_parent, some, lambda row: _parent(row, codes_of))
    points = await _facts(connection, unit_focal_point, some, _focal_point)
    ordered = sorted(rows, key=lambda row: (names[row.id][-1][1], row.code))
    return {
        row.code: Unit(
            row.code,
            row.level,
            row.kind,
            tuple(name for name, _ in names[row.id]),
            tuple(aliases[row.id]),
            tuple(identifiers[row.id]),
            tuple(parents[row.id]),
            tuple(points[row.id]),
            levels.closing_day(row.level, row.kind),
        )
        for row in ordered
    }


async def _facts(
    connection: Reading,
    table: Table,
    ids: Collection[UUID] | None,
    read: Callable[[Row[Any]], Fact],
    order: str = "valid_from",
) -> dict[UUID, list[Fact]]:
    query = select(table).order_by(table.c[order])
    if ids is not None:
        query = query.where(table.c.unit_id.in_(ids))
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.unit_id].append(read(row))
    return found


async def _parent_codes(connection: Reading) -> dict[UUID, str]:
    above = select(unit_parent.c.parent_id)
    rows = await connection.execute(select(unit.c.id, unit.c.code).where(unit.c.id.in_(above)))
    return {row.id: row.code for row in rows}


def _name(row: Row[Any]) -> UnitName:
    return UnitName(row.name, row.short_name, row.head_title, row.valid_from, row.valid_to)


def _identifier(row: Row[Any]) -> Identifier:
    return Identifier(row.code, row.old_code, row.valid_from, row.valid_to)


def _parent(row: Row[Any], codes: dict[UUID, str]) -> ParentUnit:
    return ParentUnit(codes[row.parent_id], row.valid_from, row.valid_to)


def _focal_point(row: Row[Any]) -> FocalPoint:
    return FocalPoint(row.task, row.holder, row.valid_from, row.valid_to)
