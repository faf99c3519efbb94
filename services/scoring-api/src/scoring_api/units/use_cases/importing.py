"""Units out of a file, all of them or none; a trial run tells just what the real one would."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.errors import DomainError, Fault
from scoring_api.schema import record_each
from scoring_api.units.domain.checking import Register, unit_faults
from scoring_api.units.domain.levels import Levels
from scoring_api.units.domain.record import changes
from scoring_api.units.domain.succession import Succession
from scoring_api.units.domain.table import unit_rows
from scoring_api.units.domain.table_reading import ReadUnit, TableReader
from scoring_api.units.domain.unit import TASKS, Unit
from scoring_api.units.store import units as store
from scoring_api.units.store.levels import read_levels
from scoring_api.units.store.successions import read_successions
from scoring_api.units.use_cases.registering import change_faults, prepared
from scoring_api.units.use_cases.table_files import read_rows
from scoring_api.units.use_cases.telling import tell_changed

MOST_FAULTS = 1000


@dataclass(frozen=True, slots=True)
class Imported:
    """What the file does to one unit; `changed` names the attributes."""

    code: str
    outcome: Literal["new", "changed", "unchanged"]
    changed: tuple[str, ...]


async def import_units(
    connection: Writing, by: Principal, content: bytes, *, dry_run: bool
) -> list[Imported]:
    """What becomes of each unit of the file; units that it does not name stay, and so do facts whose column
    it lacks.

    Raises DomainError `unit_table_refused`, `unit_table_invalid` with every fault by row and column.
    """
    rows = await read_rows(content)
    await store.lock_register(connection)
    known = await read_levels(connection)
    register = await store.read_units(connection)
    successions = list((await read_successions(connection)).values())
    new, faults = await asyncio.to_thread(_read, rows, known, register, successions)
    if faults:
        raise DomainError("unit_table_invalid", {"count": len(faults)}, tuple(faults[:MOST_FAULTS]))
    found = [_outcome(register.get(unit.code), unit) for unit in new]
    if not dry_run:
        await _store(connection, by, register, {unit.code: unit for unit in new}, found)
    return found


def _read(
    rows: Sequence[Sequence[str]],
    known: Levels,
    register: Mapping[str, Unit],
    successions: Collection[Succession],
) -> tuple[list[Unit], list[Fault]]:
    reader = TableReader(known)
    read = [_whole(found, register, known) for found in reader.read(rows)]
    faults = list(reader.faults)
    after = Register({**register, **{found.unit.code: found.unit for found in read}})
    by_unit: dict[str, list[Succession]] = {}
    for succession in successions:
        for code in succession.units:
            by_unit.setdefault(code, []).append(succession)
    for found in read:
        unit, current = found.unit, register.get(found.unit.code)
        own = unit_faults(unit, known)
        if current is not None and current.level != unit.level:
            own.append(Fault("/level", "level_fixed", "không đổi được cấp của đơn vị đã đăng ký"))
        own += change_faults(unit, after, by_unit.get(unit.code, []))
        faults += [found.place(fault) for fault in own]
    return [found.unit for found in read], faults


def _whole(found: ReadUnit, register: Mapping[str, Unit], known: Levels) -> ReadUnit:
    """The unit with what the file does not speak of as it was."""
    unit, current = found.unit, register.get(found.unit.code)
    if current is not None:
        spoken = found.columns
        kept = [point for point in current.focal_points if point.task not in spoken]
        unit = replace(
            unit,
            aliases=unit.aliases if "aliases" in spoken else current.aliases,
            identifiers=unit.identifiers
            if spoken & {"identifier", "old_identifier"}
            else current.identifiers,
            parents=unit.parents if "parent" in spoken else current.parents,
            focal_points=(*unit.focal_points, *kept) if spoken & set(TASKS) else current.focal_points,
        )
    return replace(found, unit=prepared(unit, known))


def _outcome(current: Unit | None, unit: Unit) -> Imported:
    if current is None:
        return Imported(unit.code, "new", ())
    if unit_rows(current) == unit_rows(unit):
        return Imported(unit.code, "unchanged", ())
    return Imported(unit.code, "changed", tuple(changes(current, unit)))


async def _store(
    connection: Writing,
    by: Principal,
    register: Mapping[str, Unit],
    units: Mapping[str, Unit],
    found: Sequence[Imported],
) -> None:
    new = [units[row.code] for row in found if row.outcome == "new"]
    changed = [units[row.code] for row in found if row.outcome == "changed"]
    if new:
        await store.insert_units(connection, new)
    if changed:
        await store.replace_units(connection, changed)
    names = {unit.code: {"name": unit.latest_name} for unit in new}
    await record_each(connection, by, "unit.registered", names)
    differences = {unit.code: {"changes": changes(register[unit.code], unit)} for unit in changed}
    await record_each(connection, by, "unit.changed", differences)
    await tell_changed(connection, (*new, *changed))
