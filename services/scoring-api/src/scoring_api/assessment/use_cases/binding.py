"""Units of a new period, each bound to a framework, a form and a list; the period itself stands next door."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from parindex.db import Reading
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.store.periods import PeriodUnit
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.publishing import in_force as applies
from scoring_api.frameworks.store import FrameworkVersion
from scoring_api.units.domain.spans import day_text, in_force
from scoring_api.units.domain.unit import Unit, name_near, name_on

Versions = Mapping[tuple[str, int], FrameworkVersion]
"""By code and version number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One unit's place in the period; `rank_group` is the list it is ranked in."""

    unit: str
    framework: str
    version: int
    form: str
    rank_group: str


async def bound_versions(connection: Reading, bindings: Sequence[Binding]) -> Versions:
    """The versions that the bindings name, whatever their state; those that do not exist are left out."""
    found: dict[tuple[str, int], FrameworkVersion] = {}
    for code, version in {(binding.framework, binding.version) for binding in bindings}:
        try:
            found[code, version] = await frameworks.read_version(connection, code, version)
        except DomainError:
            continue
    return found


def binding_faults(
    bindings: Sequence[Binding],
    year: int,
    versions: Versions,
    registered: Mapping[str, Unit],
    absences: Mapping[str, str],
) -> list[Fault]:
    """Everything wrong with the bindings of a period of that year, in their order.

    `absences` says why registered units do not live at the end of the year, and who is in their place.
    """
    faults: list[Fault] = []
    seen_units: set[str] = set()
    seen_forms: set[str] = set()
    first_versions: dict[str, int] = {}
    ranked_by: dict[str, str] = {}
    for index, binding in enumerate(bindings):
        where = f"/units/{index}"
        faults += _unit_faults(where, binding, year, versions, registered)
        if binding.unit in absences:
            faults.append(Fault(f"{where}/unit", "unit_not_living", absences[binding.unit]))
        if first_versions.setdefault(binding.framework, binding.version) != binding.version:
            said = "một kỳ chỉ dùng một phiên bản bộ tiêu chí"
            faults.append(Fault(f"{where}/version", "framework_versions_mixed", said))
        if ranked_by.setdefault(binding.rank_group, binding.framework) != binding.framework:
            said = "một danh sách xếp hạng chỉ gồm đơn vị dùng cùng một bộ tiêu chí"
            faults.append(Fault(f"{where}/rank_group", "rank_group_mixed", said))
        if binding.unit in seen_units:
            faults.append(Fault(f"{where}/unit", "unit_repeated", "đơn vị khai hai lần"))
        if binding.form in seen_forms:
            faults.append(Fault(f"{where}/form", "form_repeated", "biểu khai hai lần"))
        seen_units.add(binding.unit)
        seen_forms.add(binding.form)
    return faults


def _unit_faults(
    where: str, binding: Binding, year: int, versions: Versions, registered: Mapping[str, Unit]
) -> Iterator[Fault]:
    version = versions.get((binding.framework, binding.version))
    unit = registered.get(binding.unit)
    if unit is None:
        yield Fault(f"{where}/unit", "unit_unknown", f"chưa có đơn vị {binding.unit}")
    if version is None:
        yield Fault(f"{where}/framework", "framework_unknown", "không có bộ tiêu chí này")
    else:
        yield from _version_faults(where, version, year)
        yield from _framework_faults(where, binding, unit, version.parsed)


def _version_faults(where: str, version: FrameworkVersion, year: int) -> list[Fault]:
    """A year is assessed by a set that was issued, is published here and is in force for that year."""
    faults = []
    if version.status != "published":
        faults.append(Fault(f"{where}/framework", "framework_not_published", "bộ tiêu chí chưa công bố"))
    if version.parsed.origin != "issued":
        detail = "bộ tiêu chí dựng lại từ tài liệu, không dùng để đánh giá"
        faults.append(Fault(f"{where}/framework", "framework_reconstructed", detail))
    if not applies(version.parsed, year):
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


def owner_faults(
    owner: str, bound: Sequence[tuple[int, str]], register: Mapping[str, Unit], day: date
) -> list[Fault]:
    """A district ranks its own communes: each unit lies below the owner on the day, at whatever depth.

    `bound` are places in the request with their units; `register` holds those and all above them.
    """
    if owner not in register:
        return [Fault("/owner_unit", "unit_unknown", f"chưa có đơn vị {owner}")]
    ranking = register[owner]
    if not ranking.lives_on(day):
        return [Fault("/owner_unit", "unit_not_living", f"{ranking.latest_name} không còn vào cuối năm")]
    said = f"không thuộc {name_near(ranking, day)} ngày {day_text(day)}"
    return [
        Fault(f"/units/{index}/unit", "unit_not_below_owner", f"{name_near(register[unit], day)} {said}")
        for index, unit in bound
        if owner not in _above(unit, register, day)
    ]


def _above(unit: str, register: Mapping[str, Unit], day: date) -> set[str]:
    """Every unit above one on a day."""
    found: set[str] = set()
    parent = in_force(register[unit].parents, day)
    while parent is not None and parent.unit not in found:
        found.add(parent.unit)
        parent = in_force(register[parent.unit].parents, day)
    return found


def bindings_of(bound: Sequence[PeriodUnit], versions: Sequence[FrameworkVersion]) -> list[Binding]:
    """Stored units as they were bound."""
    by_id = {version.id: version for version in versions}
    return [
        Binding(
            unit=unit.unit,
            framework=by_id[unit.framework_id].code,
            version=by_id[unit.framework_id].version,
            form=unit.form,
            rank_group=unit.rank_group,
        )
        for unit in bound
    ]


def bound_unit(position: int, binding: Binding, versions: Versions, unit: Unit, day: date) -> PeriodUnit:
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
