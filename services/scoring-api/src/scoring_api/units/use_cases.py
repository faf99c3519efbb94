"""Registering units."""

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.errors import DomainError
from scoring_api.announcements.use_cases import announce
from scoring_api.schema import record
from scoring_api.units import store
from scoring_api.units.domain import Unit, check_unit


async def register_unit(connection: Writing, by: Principal, new: Unit) -> None:
    """Raises DomainError `unit_invalid`, `unit_exists`."""
    check_unit(new)
    if await store.read_units(connection, [new.code]):
        raise DomainError("unit_exists", {"unit": new.code})
    await store.insert_unit(connection, new)
    await record(connection, by, "unit.registered", new.code, name=new.names[-1].name)
    said = {"unit": new.code, "name": new.names[-1].name}
    await announce(connection, "unit.changed", new.code, said, "public")
