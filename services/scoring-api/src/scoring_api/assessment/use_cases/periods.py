"""Opening a year: a period with its windows and its units, each bound to a published framework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.period import PHASES, Window, check_windows
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.assessment.store.standings import has_standings
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.publishing import in_force
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.schema import record
from scoring_api.units import store as units
from scoring_api.units.domain import Unit, name_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One unit's place in the period; `rank_group` is the list it is ranked in."""

    unit: str
    framework: str
    version: int
    form: str
    rank_group: str


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
    versions = await _bound_versions(connection, new.bindings)
    registered = await units.read_units(connection, [binding.unit for binding in new.bindings])
    faults = _binding_faults(new, versions, registered)
    if new.previous and not await _known_year(connection, new.previous):
        faults.append(
            Fault("/previous", "previous_unknown", "chưa có kết quả hoặc kỳ đánh giá năm trước này")
        )
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
    day = date(new.year, 12, 31)
    bound = [
        _bound(position, binding, versions, registered[binding.unit], day)
        for position, binding in enumerate(new.bindings)
    ]
    await store.insert_units(connection, period_id, bound)
    await record(connection, by, "period.created", new.code, units=len(bound))


async def _known_year(connection: Writing, code: str) -> bool:
    """A year computed here, also while it is under way, or one taken over from elsewhere."""
    own = await store.find_period(connection, code)
    return own is not None or await has_standings(connection, code)


async def _bound_versions(
    connection: Writing, bindings: Sequence[Binding]
) -> dict[tuple[str, int], FrameworkVersion]:
    """The versions that the bindings name, whatever their state; those that do not exist are left out."""
    found = {}
    for code, version in {(binding.framework, binding.version) for binding in bindings}:
        try:
            found[code, version] = await frameworks.read_version(connection, code, version)
        except DomainError:
            continue
    return found


def _binding_faults(
    new: NewPeriod,
    versions: Mapping[tuple[str, int], FrameworkVersion],
    registered: Mapping[str, Unit],
) -> list[Fault]:
    faults: list[Fault] = []
    seen_units: set[str] = set()
    seen_forms: set[str] = set()
    first_versions: dict[str, int] = {}
    for index, binding in enumerate(new.bindings):
        where = f"/units/{index}"
        version = versions.get((binding.framework, binding.version))
        unit = registered.get(binding.unit)
        if unit is None:
            faults.append(Fault(f"{where}/unit", "unit_unknown", f"chưa có đơn vị {binding.unit}"))
        if version is None:
            faults.append(Fault(f"{where}/framework", "framework_unknown", "không có bộ tiêu chí này"))
        else:
            faults += _version_faults(where, version, new.year)
            faults += _framework_faults(where, binding, unit, version.parsed)
        if first_versions.setdefault(binding.framework, binding.version) != binding.version:
            faults.append(
                Fault(
                    f"{where}/version",
                    "framework_versions_mixed",
                    "một kỳ chỉ dùng một phiên bản bộ tiêu chí",
                )
            )
        if binding.unit in seen_units:
            faults.append(Fault(f"{where}/unit", "unit_repeated", "đơn vị khai hai lần"))
        if binding.form in seen_forms:
            faults.append(Fault(f"{where}/form", "form_repeated", "biểu khai hai lần"))
        seen_units.add(binding.unit)
        seen_forms.add(binding.form)
    return faults


def _version_faults(where: str, version: FrameworkVersion, year: int) -> list[Fault]:
    """A year is assessed by a set that was issued, is published here and is in force for that year."""
    faults = []
    if version.status != "published":
        faults.append(Fault(f"{where}/framework", "framework_not_published", "bộ tiêu chí chưa công bố"))
    if version.parsed.origin != "issued":
        detail = "bộ tiêu chí dựng lại từ tài liệu, không dùng để đánh giá"
        faults.append(Fault(f"{where}/framework", "framework_reconstructed", detail))
    if not in_force(version.parsed, year):
        detail = f"bộ tiêu chí không áp dụng cho năm {year}"
        faults.append(Fault(f"{where}/framework", "framework_of_other_year", detail))
    return faults


def _framework_faults(where: str, binding: Binding, unit: Unit | None, framework: Framework) -> list[Fault]:
    """The framework is of the unit's level, and the form bears its letter."""
    faults = []
    if unit is not None and unit.level != framework.level:
        faults.append(Fault(f"{where}/framework", "level_mismatch", "bộ tiêu chí của cấp khác"))
    letter = binding.form.rstrip("0123456789")
    if framework.form_prefix and letter != framework.form_prefix:
        detail = f"biểu của bộ tiêu chí này mang chữ {framework.form_prefix}"
        faults.append(Fault(f"{where}/form", "form_prefix_differs", detail))
    return faults


def _bound(
    position: int,
    binding: Binding,
    versions: Mapping[tuple[str, int], FrameworkVersion],
    unit: Unit,
    day: date,
) -> PeriodUnit:
    """The unit with the names it bore at the end of the year, frozen into the period."""
    name = name_on(unit.names, day)
    facts = {
        "name": name.name,
        "short_name": name.short_name,
        "head_title": name.head_title,
        "level": unit.level,
        "kind": unit.kind,
        "aliases": list(unit.aliases),
    }
    return PeriodUnit(
        unit=binding.unit,
        framework_id=versions[binding.framework, binding.version].id,
        form=binding.form,
        position=position,
        rank_group=binding.rank_group,
        facts=facts,
        status="draft",
        version=0,
        receipt=None,
    )


async def open_period(connection: Writing, by: Principal, code: str) -> None:
    """From now on units may write inside their windows, and rely on what their frameworks take over.

    Raises DomainError `period_state`.
    """
    found = await store.open_for_transition(connection, code, "draft")
    bound = {unit.framework_id for unit in await store.read_units(connection, found.id)}
    await frameworks.mark_in_use(connection, bound, business_time())
    await store.update_period(connection, found.id, state="open")
    await record(connection, by, "period.opened", code)


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
