"""Everybody may know of units: each change of the register is announced to the public."""

from collections.abc import Iterable

from parindex.db import Writing
from scoring_api.announcements.use_cases import announce_each
from scoring_api.units.domain.unit import Unit


async def tell_changed(connection: Writing, units: Iterable[Unit]) -> None:
    """One announcement a unit, by its code; what it is now is read from the register."""
    said = {unit.code: {"unit": unit.code, "name": unit.latest_name} for unit in units}
    await announce_each(connection, "unit.changed", said, "public")
