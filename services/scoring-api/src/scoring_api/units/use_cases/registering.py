"""Registering and changing units: checked alone, against the register, and against what became of them."""

from collections.abc import Collection
from dataclasses import replace

from parindex.auth.principal import Principal
from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError, Fault
from scoring_api.schema import record
from scoring_api.units.domain.checking import Register, check_unit, parent_faults, register_faults
from scoring_api.units.domain.identifiers import identifier_of, is_old_identifier
from scoring_api.units.domain.levels import Kind, Levels
from scoring_api.units.domain.record import changes
from scoring_api.units.domain.spans import day_text
from scoring_api.units.domain.succession import KIND_NAMES, Succession, disagreement
from scoring_api.units.domain.unit import Identifier, Unit
from scoring_api.units.store import levels as level_store
from scoring_api.units.store import units as store
from scoring_api.units.store.successions import read_successions
from scoring_api.units.use_cases.telling import tell_changed


async def register_unit(connection: Writing, by: Principal, sent: Unit) -> Unit:
    """The unit as it stands now. Raises DomainError `unit_invalid`, `unit_exists`."""
    await store.lock_register(connection)
    known = await level_store.read_levels(connection)
    new = prepared(sent, known)
    check_unit(new, known)
    if await store.read_units(connection, [new.code]):
        raise DomainError("unit_exists", {"unit": new.code})
    if new.identifiers or new.parents:
        register = Register({**await store.read_units(connection), new.code: new})
        _refuse(new, register_faults(new, register))
    await store.insert_units(connection, [new])
    await record(connection, by, "unit.registered", new.code, name=new.latest_name)
    await tell_changed(connection, [new])
    return new


async def open_unit(connection: Writing, code: str) -> Unit:
    """The unit before a change; nobody else changes the register. Raises DomainError `unit_unknown`."""
    await store.lock_register(connection)
    return await read_unit(connection, code)


async def read_unit(connection: Reading, code: str) -> Unit:
    """Raises DomainError `unit_unknown`."""
    found = (await store.read_units(connection, [code])).get(code)
    if found is None:
        raise DomainError("unit_unknown", {"unit": code})
    return found


async def change_unit(connection: Writing, by: Principal, current: Unit, sent: Unit) -> Unit:
    """Put the facts sent in the place of those there are; periods keep what they froze.

    Raises DomainError `unit_invalid` with every fault.
    """
    known = await level_store.read_levels(connection)
    new = prepared(sent, known)
    if new.level != current.level:
        raise DomainError(
            "unit_invalid",
            {"unit": new.code},
            (Fault("/level", "level_fixed", "không đổi được cấp của đơn vị đã đăng ký"),),
        )
    check_unit(new, known)
    register = Register({**await store.read_units(connection), new.code: new})
    successions = await read_successions(connection, [new.code])
    _refuse(new, change_faults(new, register, successions.values()))
    differences = changes(current, new)
    if differences:
        await store.replace_units(connection, [new])
        await record(connection, by, "unit.changed", new.code, changes=differences)
        await tell_changed(connection, [new])
    return new


def prepared(sent: Unit, known: Levels) -> Unit:
    """The unit with what follows: the last day of its kind, codes that old ones stand for."""
    return replace(
        sent,
        aliases=tuple(dict.fromkeys(sent.aliases)),
        identifiers=tuple(_completed(found) for found in sent.identifiers),
        closes_on=known.closing_day(sent.level, sent.kind),
    )


def _completed(found: Identifier) -> Identifier:
    if found.code or not is_old_identifier(found.old_code):
        return found
    return replace(found, code=identifier_of(found.old_code))


def change_faults(unit: Unit, register: Register, successions: Collection[Succession]) -> list[Fault]:
    """What a changed unit says against the register, the units below it and its successions."""
    faults = register_faults(unit, register)
    for other in register.below[unit.code]:
        if any(fault.code == "parent_not_living" for fault in parent_faults(other, register.units)):
            said = f"{other.latest_name} ({other.code}) đang ghi đơn vị này là cấp trên ngoài thời gian đó"
            faults.append(Fault("/names", "parent_of_others", said))
    for succession in successions:
        if unit.code in succession.units and (found := disagreement(succession, unit)) is not None:
            said = f"{found[1]} ({KIND_NAMES[succession.kind]} ngày {day_text(succession.effective_on)})"
            faults.append(Fault("/names", found[0], said))
    return faults


def _refuse(unit: Unit, faults: Collection[Fault]) -> None:
    """Raises DomainError `unit_invalid` if there are faults."""
    if faults:
        raise DomainError("unit_invalid", {"unit": unit.code}, tuple(faults))


async def register_kind(connection: Writing, by: Principal, new: Kind) -> None:
    """A further kind of units of a level. Raises DomainError `kind_invalid`, `kind_exists`."""
    await store.lock_register(connection)
    known = await level_store.read_levels(connection)
    if new.level not in known.levels:
        said = f"cấp phải là một trong: {', '.join(known.levels)}"
        raise DomainError("kind_invalid", {"kind": new.code}, (Fault("/level", "level_unknown", said),))
    if new.valid_to is not None and new.valid_to < new.valid_from:
        said = "ngày kết thúc trước ngày bắt đầu"
        raise DomainError("kind_invalid", {"kind": new.code}, (Fault("/valid_to", "span_reversed", said),))
    if new.code in known.kinds:
        raise DomainError("kind_exists", {"kind": new.code})
    await level_store.insert_kind(connection, new)
    await record(connection, by, "unit_kind.registered", new.code, name=new.name, level=new.level)
