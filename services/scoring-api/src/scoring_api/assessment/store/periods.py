"""SQL of periods: one function opens a period for a write, so that finalizing can never be overtaken."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update

from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.assessment.domain.period import PUBLICATION_MINIMUM, Window, require_state
from scoring_api.assessment.store.tables import period, period_unit, phase_window


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period as stored; `facts` are the published facts that documents print.

    `pinned_tally` and `previous_edition` (of last year) are what its newest result compares and counts.
    `owner_unit` ranks the units below it («đơn vị chủ trì»); empty where the province ranks its own.
    """

    id: UUID
    code: str
    year: int
    state: str
    facts: dict[str, Any]
    passages: dict[str, Any]
    previous: str
    plan: str
    survey: dict[str, Any] | None
    pinned_tally: str
    previous_edition: int | None
    owner_unit: str
    version: int
    windows: tuple[Window, ...]

    @property
    def campaign(self) -> str:
        """The campaign whose counts this period takes; empty when it has no survey."""
        return str(self.survey["campaign"]) if self.survey else ""

    @property
    def publication_minimum(self) -> int:
        """Counts of fewer answers are withheld from the public pack."""
        return int((self.survey or {}).get("publication_minimum", PUBLICATION_MINIMUM))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodUnit:
    """A unit bound to a period: its framework, form (A1…), rank group, names of that year, and status."""

    unit: str
    framework_id: UUID
    form: str
    position: int
    rank_group: str
    facts: dict[str, Any]
    status: str
    version: int
    receipt: dict[str, Any] | None


async def insert_period(
    connection: Writing,
    *,
    code: str,
    year: int,
    facts: dict[str, Any],
    previous: str,
    plan: str,
    survey: dict[str, Any] | None,
    owner_unit: str,
    windows: Sequence[Window],
    author: str,
) -> UUID:
    period_id = uuid7()
    await connection.execute(
        insert(period).values(
            id=period_id,
            code=code,
            year=year,
            state="draft",
            facts=facts,
            passages={},
            previous=previous,
            plan=plan,
            survey=survey,
            owner_unit=owner_unit,
            pinned_tally="",
            created_at=business_time(),
        )
    )
    await insert_windows(connection, period_id, windows, author)
    return period_id


async def insert_windows(
    connection: Writing, period_id: UUID, windows: Sequence[Window], author: str
) -> None:
    rows = [
        {
            "id": uuid7(),
            "period_id": period_id,
            "phase": window.phase,
            "unit": window.unit,
            "opens_at": window.opens_at,
            "closes_at": window.closes_at,
            "reason": window.reason,
            "author": author,
        }
        for window in windows
    ]
    if rows:
        await connection.execute(insert(phase_window), rows)


async def insert_units(connection: Writing, period_id: UUID, units: Sequence[PeriodUnit]) -> None:
    rows = [
        {
            "period_id": period_id,
            "unit": bound.unit,
            "framework_id": bound.framework_id,
            "form": bound.form,
            "position": bound.position,
            "rank_group": bound.rank_group,
            "facts": bound.facts,
            "status": bound.status,
        }
        for bound in units
    ]
    if rows:
        await connection.execute(insert(period_unit), rows)


async def clear_draft(connection: Writing, period_id: UUID) -> None:
    """Take the windows and units of a draft away; nothing was written on them yet."""
    await connection.execute(delete(phase_window).where(phase_window.c.period_id == period_id))
    await connection.execute(delete(period_unit).where(period_unit.c.period_id == period_id))


async def replace_units(connection: Writing, period_id: UUID, units: Sequence[PeriodUnit]) -> None:
    """Put units in the place of those bound; nothing was written on them yet."""
    await connection.execute(delete(period_unit).where(period_unit.c.period_id == period_id))
    await insert_units(connection, period_id, units)


async def delete_draft(connection: Writing, period_id: UUID) -> None:
    await clear_draft(connection, period_id)
    await connection.execute(delete(period).where(period.c.id == period_id))


async def list_periods(
    connection: Reading, owners: Collection[str] | None = None
) -> list[tuple[Period, int]]:
    """Periods with how many units each has, the latest year first; of these owners alone, if named."""
    query = select(period).order_by(period.c.year.desc(), period.c.code)
    if owners is not None:
        query = query.where(period.c.owner_unit.in_(owners))
    rows = (await connection.execute(query)).all()
    ids = [row.id for row in rows]
    windows: dict[UUID, list[Window]] = defaultdict(list)
    for row in await connection.execute(
        select(phase_window).where(phase_window.c.period_id.in_(ids)).order_by(phase_window.c.opens_at)
    ):
        windows[row.period_id].append(_window(row))
    counted = await connection.execute(
        select(period_unit.c.period_id, func.count())
        .where(period_unit.c.period_id.in_(ids))
        .group_by(period_unit.c.period_id)
    )
    units = {period_id: count for period_id, count in counted}  # noqa: C416 — rows are no pairs to the type checker
    return [(_period(row, windows[row.id]), units.get(row.id, 0)) for row in rows]


async def read_owner(connection: Reading, code: str) -> str | None:
    """Who ranks its units in the period; None where there is no such period."""
    row = await connection.execute(select(period.c.owner_unit).where(period.c.code == code))
    owner: str | None = row.scalar()
    return owner


async def find_period(connection: Reading, code: str) -> Period | None:
    row = (await connection.execute(select(period).where(period.c.code == code))).first()
    return None if row is None else await _with_windows(connection, row)


async def read_period(connection: Reading, code: str) -> Period:
    """Raises DomainError `period_unknown`."""
    found = await find_period(connection, code)
    if found is None:
        raise DomainError("period_unknown", {"period": code})
    return found


async def open_for_write(connection: Writing, code: str, *states: str) -> Period:
    """The period, share-locked: every write use case starts here; its state is judged after the lock.

    Raises DomainError `period_unknown`, `period_state`.
    """
    return await _locked(connection, code, states, share=True)


async def open_for_transition(connection: Writing, code: str, *states: str) -> Period:
    """The period, locked for itself: no write is under way and none begins until this transaction ends."""
    return await _locked(connection, code, states, share=False)


async def _locked(connection: Writing, code: str, states: Sequence[str], *, share: bool) -> Period:
    query = select(period).where(period.c.code == code).with_for_update(read=share)
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("period_unknown", {"period": code})
    require_state(row.state, *states)
    return await _with_windows(connection, row)


async def _with_windows(connection: Reading, row: Row[Any]) -> Period:
    windows = await connection.execute(
        select(phase_window).where(phase_window.c.period_id == row.id).order_by(phase_window.c.opens_at)
    )
    return _period(row, [_window(found) for found in windows])


def _window(row: Row[Any]) -> Window:
    return Window(row.phase, row.opens_at, row.closes_at, row.unit, row.reason)


def _period(row: Row[Any], windows: Sequence[Window]) -> Period:
    return Period(
        id=row.id,
        code=row.code,
        year=row.year,
        state=row.state,
        facts=row.facts,
        passages=row.passages,
        previous=row.previous,
        plan=row.plan,
        survey=row.survey,
        pinned_tally=row.pinned_tally,
        previous_edition=row.previous_edition,
        owner_unit=row.owner_unit,
        version=row.version,
        windows=tuple(windows),
    )


async def update_period(connection: Writing, period_id: UUID, **changes: Any) -> None:
    """Change it; every change makes a new version."""
    await connection.execute(
        update(period).where(period.c.id == period_id).values(version=period.c.version + 1, **changes)
    )


async def read_units(connection: Reading, period_id: UUID) -> list[PeriodUnit]:
    """The units of a period in the order of their forms."""
    rows = await connection.execute(
        select(period_unit).where(period_unit.c.period_id == period_id).order_by(period_unit.c.position)
    )
    return [_unit(row) for row in rows]


async def read_unit(connection: Reading, period_id: UUID, unit: str, *, lock: bool = False) -> PeriodUnit:
    """Raises DomainError `unit_not_in_period`."""
    query = select(period_unit).where(period_unit.c.period_id == period_id, period_unit.c.unit == unit)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise DomainError("unit_not_in_period", {"unit": unit})
    return _unit(row)


async def update_unit(connection: Writing, period_id: UUID, unit: str, **changes: Any) -> None:
    await connection.execute(
        update(period_unit)
        .where(period_unit.c.period_id == period_id, period_unit.c.unit == unit)
        .values(version=period_unit.c.version + 1, **changes)
    )


def _unit(row: Row[Any]) -> PeriodUnit:
    return PeriodUnit(
        unit=row.unit,
        framework_id=row.framework_id,
        form=row.form,
        position=row.position,
        rank_group=row.rank_group,
        facts=row.facts,
        status=row.status,
        version=row.version,
        receipt=row.receipt,
    )
