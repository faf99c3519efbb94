"""Opening a year: a period with its windows and its units, each bound to a published framework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.clocks import business_time, instant_text
from parindex.kernel.errors import DomainError, Fault
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.period import PHASES, Window, check_windows
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.periods import Period
from scoring_api.assessment.store.standings import has_standings
from scoring_api.assessment.use_cases.binding import Binding, binding_faults, bound_unit, bound_versions
from scoring_api.frameworks import store as frameworks
from scoring_api.schema import record
from scoring_api.units.store import units
from scoring_api.units.use_cases.looking_up import absences


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPeriod:
    code: str
    year: int
    facts: dict[str, Any]
    previous: str
    plan: str
    survey: dict[str, Any] | None
    windows: tuple[Window, ...]
    bindings: tuple[Binding, ...]


async def create_period(connection: Writing, by: Principal, new: NewPeriod) -> None:
    """Store the period as a draft.

    Raises DomainError `period_exists`, `period_invalid` with every fault of windows and bindings.
    """
    check_windows(new.windows)
    if await store.find_period(connection, new.code) is not None:
        raise DomainError("period_exists", {"period": new.code})
    versions = await bound_versions(connection, new.bindings)
    registered = await units.read_units(connection, [binding.unit for binding in new.bindings])
    day = date(new.year, 12, 31)
    gone = await absences(connection, registered, day)
    faults = [
        *binding_faults(new.bindings, new.year, versions, registered, gone),
        *await _previous_faults(connection, new),
    ]
    if faults:
        raise DomainError("period_invalid", {}, tuple(faults))
    period_id = await store.insert_period(
        connection,
        code=new.code,
        year=new.year,
        facts=new.facts,
        previous=new.previous,
        plan=new.plan,
        survey=new.survey,
        windows=new.windows,
        author=by.subject,
    )
    bound = [
        bound_unit(position, binding, versions, registered[binding.unit], day)
        for position, binding in enumerate(new.bindings)
    ]
    await store.insert_units(connection, period_id, bound)
    await record(connection, by, "period.created", new.code, units=len(bound))


async def _previous_faults(connection: Writing, new: NewPeriod) -> list[Fault]:
    """The year to compare with was computed here, is under way or was taken over; it lies before this one."""
    if not new.previous:
        return []
    own = await store.find_period(connection, new.previous)
    if own is None and not await has_standings(connection, new.previous):
        said = "chưa có kết quả hoặc kỳ đánh giá năm trước này"
        return [Fault("/previous", "previous_unknown", said)]
    if own is not None and own.year >= new.year:
        return [Fault("/previous", "previous_not_before", f"kỳ so sánh phải trước năm {new.year}")]
    return []


async def open_period(connection: Writing, by: Principal, code: str) -> None:
    """From now on units may write inside their windows, and rely on what their frameworks take over.

    Raises DomainError `period_state`.
    """
    found = await store.open_for_transition(connection, code, "draft")
    bound = {unit.framework_id for unit in await store.read_units(connection, found.id)}
    await frameworks.mark_in_use(connection, bound, business_time())
    await store.update_period(connection, found.id, state="open")
    await record(connection, by, "period.opened", code)
    await announce(connection, "period.opened", code, {"period": code, "year": found.year})


async def extend_window(connection: Writing, by: Principal, code: str, window: Window) -> None:
    """A window for one unit alone, with its reason («gia hạn»).

    Raises DomainError `period_state`, `unit_not_in_period`, `period_invalid`.
    """
    found = await store.open_for_write(connection, code, "open")
    await store.read_unit(connection, found.id, window.unit)
    faults = []
    if window.phase not in PHASES:
        faults.append(Fault("/phase", "phase_unknown", "giai đoạn không được biết đến"))
    if window.closes_at <= window.opens_at:
        faults.append(Fault("/closes_at", "window_empty", "thời điểm đóng phải sau thời điểm mở"))
    if faults:
        raise DomainError("period_invalid", {}, tuple(faults))
    await store.insert_windows(connection, found.id, [window], by.subject)
    await record(connection, by, "window.extended", f"{code}/{window.unit}", reason=window.reason)
    said = {"period": code, "unit": window.unit, "phase": window.phase}
    said["closes_at"] = instant_text(window.closes_at)
    await announce(connection, "window.extended", f"{code}/{window.unit}", said)


async def write_passages(
    connection: Writing, by: Principal, code: str, passages: Mapping[str, Sequence[str]]
) -> Period:
    """Judgement passages of the report: inputs of people, stored with the period, frozen with it."""
    found = await store.open_for_transition(connection, code, "open", "council", "provisional")
    await store.update_period(
        connection, found.id, passages={name: list(rows) for name, rows in passages.items()}
    )
    await record(connection, by, "period.passages_written", code)
    return found
