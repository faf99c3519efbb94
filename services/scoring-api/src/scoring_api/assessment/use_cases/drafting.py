"""Drafts of periods: made, edited as a whole, thrown away; what is wrong with one, then and at opening."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from parindex.auth.principal import Principal, authorize_owner
from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError, Fault
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.period import Window, window_faults
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.assessment.store.standings import has_standings
from scoring_api.assessment.use_cases.binding import (
    Binding,
    binding_faults,
    bound_unit,
    bound_versions,
    owner_faults,
)
from scoring_api.schema import record
from scoring_api.units.domain.unit import Unit
from scoring_api.units.store import units
from scoring_api.units.use_cases.looking_up import absences


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPeriod:
    """A period as its administrator writes it; windows and units may follow until it opens."""

    code: str
    year: int
    facts: dict[str, Any]
    previous: str
    plan: str
    survey: dict[str, Any] | None
    owner_unit: str
    windows: tuple[Window, ...]
    bindings: tuple[Binding, ...]


async def create_period(connection: Writing, by: Principal, new: NewPeriod) -> None:
    """Store the period as a draft.

    Raises DomainError `period_exists`, `foreign_owner`, `period_invalid` with every fault of windows,
    bindings, owner and year before.
    """
    authorize_owner(by, new.owner_unit)
    if await store.find_period(connection, new.code) is not None:
        raise DomainError("period_exists", {"period": new.code})
    bound = await _checked(connection, new)
    period_id = await store.insert_period(
        connection, code=new.code, windows=new.windows, author=by.subject, **_columns(new)
    )
    await store.insert_units(connection, period_id, bound)
    await record(connection, by, "period.created", new.code, units=len(bound))


async def replace_draft(connection: Writing, by: Principal, new: NewPeriod, *, held: int | None) -> int:
    """Put another draft in the place of the period's draft; returns the new version.

    Raises DomainError `version_stale` when `held` is not the version there is, `period_state`, and what
    `create_period` raises.
    """
    found = await store.open_for_transition(connection, new.code, "draft")
    if held is not None and held != found.version:
        raise DomainError("version_stale")
    authorize_owner(by, new.owner_unit)
    bound = await _checked(connection, new)
    await store.clear_draft(connection, found.id)
    await store.update_period(connection, found.id, **_columns(new))
    await store.insert_windows(connection, found.id, new.windows, by.subject)
    await store.insert_units(connection, found.id, bound)
    await record(connection, by, "period.edited", new.code, units=len(bound))
    await announce_change(connection, new.code, "draft")
    return found.version + 1


async def delete_draft(connection: Writing, by: Principal, code: str, *, held: int | None) -> None:
    """Throw a draft away. Raises DomainError `version_stale`, `period_state`."""
    found = await store.open_for_transition(connection, code, "draft")
    if held is not None and held != found.version:
        raise DomainError("version_stale")
    await store.delete_draft(connection, found.id)
    await record(connection, by, "period.deleted", code)
    await announce_change(connection, code, "deleted")


async def announce_change(connection: Writing, code: str, what: str) -> None:
    await announce(connection, "period.changed", code, {"period": code, "what": what})


def _columns(new: NewPeriod) -> dict[str, Any]:
    return {
        "year": new.year,
        "facts": new.facts,
        "previous": new.previous,
        "plan": new.plan,
        "survey": new.survey,
        "owner_unit": new.owner_unit,
    }


async def _checked(connection: Reading, new: NewPeriod) -> list[PeriodUnit]:
    found, bound = await examine(connection, new)
    faults = [*window_faults(new.windows), *found]
    if faults:
        raise DomainError("period_invalid", {}, tuple(faults))
    return bound


async def examine(connection: Reading, new: NewPeriod) -> tuple[list[Fault], list[PeriodUnit]]:
    """What is wrong with units, frameworks, owner and year before, as the register says now; else the units.

    Each bears the names of the end of the year.
    """
    day = date(new.year, 12, 31)
    versions = await bound_versions(connection, new.bindings)
    codes = [binding.unit for binding in new.bindings]
    registered = await units.read_units(connection, codes)
    gone = await absences(connection, registered, day)
    faults = [
        *binding_faults(new.bindings, new.year, versions, registered, gone),
        *await _owner_faults(connection, new, registered, day),
        *await previous_faults(connection, new.previous, new.year),
    ]
    if faults:
        return faults, []
    return [], [
        bound_unit(position, binding, versions, registered[binding.unit], day)
        for position, binding in enumerate(new.bindings)
    ]


async def _owner_faults(
    connection: Reading, new: NewPeriod, registered: Mapping[str, Unit], day: date
) -> Sequence[Fault]:
    if not new.owner_unit:
        return ()
    register = await units.read_units(connection)
    bound = [(index, b.unit) for index, b in enumerate(new.bindings) if b.unit in registered]
    return owner_faults(new.owner_unit, bound, register, day)


async def previous_faults(connection: Reading, previous: str, year: int) -> list[Fault]:
    """The year to compare with was computed here, is under way or was taken over; it lies before this one."""
    if not previous:
        return []
    own = await store.find_period(connection, previous)
    if own is None and not await has_standings(connection, previous):
        said = "chưa có kết quả hoặc kỳ đánh giá năm trước này"
        return [Fault("/previous", "previous_unknown", said)]
    if own is not None and own.year >= year:
        return [Fault("/previous", "previous_not_before", f"kỳ so sánh phải trước năm {year}")]
    return []


def as_written(found: Period, bindings: Sequence[Binding]) -> NewPeriod:
    """A stored draft as its administrator wrote it."""
    return NewPeriod(
        code=found.code,
        year=found.year,
        facts=found.facts,
        previous=found.previous,
        plan=found.plan,
        survey=found.survey,
        owner_unit=found.owner_unit,
        windows=found.windows,
        bindings=tuple(bindings),
    )
