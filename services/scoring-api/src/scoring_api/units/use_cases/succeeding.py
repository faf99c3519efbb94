"""What became of units: recorded once, checked against their lives, taken back when it was a mistake."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace
from uuid import UUID

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.errors import DomainError, Fault
from scoring_api.schema import record
from scoring_api.units.domain.checking import Register
from scoring_api.units.domain.spans import DAY
from scoring_api.units.domain.succession import (
    Succession,
    agreement_faults,
    closed,
    repeated_faults,
    shape_faults,
)
from scoring_api.units.domain.unit import Unit
from scoring_api.units.store import successions as store
from scoring_api.units.store import units
from scoring_api.units.use_cases.registering import change_faults
from scoring_api.units.use_cases.telling import tell_changed


async def record_succession(connection: Writing, by: Principal, new: Succession) -> tuple[UUID, list[str]]:
    """Its id, and the units that it closed: those that end and whose last name was still open.

    Raises DomainError `succession_invalid` with every fault.
    """
    await units.lock_register(connection)
    register = await units.read_units(connection)
    last = new.effective_on - DAY
    after = {**register, **{code: closed(register[code], last) for code in new.ending if code in register}}
    known = await store.read_successions(connection, new.units)
    faults = (
        *shape_faults(new, register),
        *agreement_faults(new, after),
        *repeated_faults(new, known.values()),
        *_closing_faults(new, after, known.values()),
    )
    if faults:
        raise DomainError("succession_invalid", {"count": len(faults)}, faults)
    ended = [code for code in new.ending if after[code] != register[code]]
    if ended:
        await units.replace_units(connection, [after[code] for code in ended])
    identity = await store.insert_succession(connection, new)
    await record(
        connection,
        by,
        "unit.succeeded",
        str(identity),
        kind=new.kind,
        predecessors=list(new.predecessors),
        successors=list(new.successors),
        effective_on=new.effective_on.isoformat(),
        legal_basis=asdict(new.legal_basis),
        closed=ended,
    )
    await tell_changed(connection, [after[code] for code in new.units])
    return identity, ended


def _closing_faults(
    new: Succession, after: Mapping[str, Unit], known: Collection[Succession]
) -> Iterator[Fault]:
    """What a unit that ends leaves amiss: other successions of later days, units that stay below it."""
    laid_out = Register(after)
    for place, code in enumerate(new.predecessors):
        if code in new.ending and code in after:
            for fault in change_faults(after[code], laid_out, known):
                yield replace(fault, pointer=f"/predecessors/{place}")


async def withdraw_succession(connection: Writing, by: Principal, identity: UUID) -> None:
    """Take back one that was recorded by mistake; the units keep the days they have.

    Raises DomainError `succession_unknown`.
    """
    await units.lock_register(connection)
    found = (await store.read_successions(connection)).get(identity)
    if found is None:
        raise DomainError("succession_unknown", {"id": identity})
    await store.delete_succession(connection, identity)
    await record(
        connection,
        by,
        "unit.succession_withdrawn",
        str(identity),
        kind=found.kind,
        predecessors=list(found.predecessors),
        successors=list(found.successors),
    )
    register = await units.read_units(connection, list(found.units))
    await tell_changed(connection, register.values())
