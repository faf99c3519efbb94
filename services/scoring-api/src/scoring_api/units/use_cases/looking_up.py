"""Asking the register: what a text means on a day, and why a unit is not there on one."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from parindex.db import Reading
from scoring_api.units.domain.absence import absence
from scoring_api.units.domain.resolving import Directory, Resolution
from scoring_api.units.domain.unit import Unit
from scoring_api.units.store.successions import read_successions
from scoring_api.units.store.units import read_units


async def resolve_texts(
    connection: Reading, texts: Sequence[str], day: date, level: str = ""
) -> tuple[list[Resolution], Mapping[str, Unit]]:
    """What each text means among the units of the level, and the register the answers speak of."""
    register = await read_units(connection)
    successions = list((await read_successions(connection)).values())
    asked = {code: unit for code, unit in register.items() if level in {"", unit.level}}

    def look() -> list[Resolution]:
        directory = Directory(asked, successions, day)
        return [directory.resolve(text) for text in texts]

    return await asyncio.to_thread(look), register


async def absences(connection: Reading, found: Mapping[str, Unit], day: date) -> dict[str, str]:
    """By unit that does not live on the day, the sentence that says so and names who took its place."""
    gone = [unit for unit in found.values() if not unit.lives_on(day)]
    if not gone:
        return {}
    register = await read_units(connection)
    successions = list((await read_successions(connection)).values())
    return {unit.code: absence(unit, day, successions, register) for unit in gone}
