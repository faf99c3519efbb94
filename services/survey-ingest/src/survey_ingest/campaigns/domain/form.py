"""A questionnaire bound to the frozen units: how many answers a ballot has and what each is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Slot:
    """What one answer of a ballot is about; `unit` empty where the ballot itself names the unit."""

    unit: str
    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BallotForm:
    """A questionnaire ready to be keyed («mẫu phiếu của đợt điều tra»).

    `limits` holds the highest option number of each answer, in the ballot's own order: the questions, and
    for a matrix the questions of each unit in the stored order of units.
    """

    questionnaire: Questionnaire
    units: tuple[str, ...]
    slots: tuple[Slot, ...]
    limits: tuple[int, ...]
    groups: frozenset[str]
    unit_set: frozenset[str]
    counted_by_unit: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_matrix(self) -> bool:
        return self.questionnaire.layout == "matrix"

    def quota_unit(self, group: str, unit: str | None) -> str:
        """The unit whose quota a ballot takes a place of; empty where the group has one quota for all."""
        return unit if unit and group in self.counted_by_unit else ""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many ballots are wanted of one group, for one unit or (unit empty) in all («chỉ tiêu phiếu»)."""

    questionnaire: str
    group: str
    unit: str
    places: int


def bind(questionnaire: Questionnaire, units: Sequence[str]) -> BallotForm:
    """The form for these units of the questionnaire's level."""
    shown = tuple(units) if questionnaire.layout == "matrix" else ("",)
    slots = tuple(
        Slot(unit, question.code, tuple(option.code for option in question.options))
        for unit in shown
        for question in questionnaire.questions
    )
    return BallotForm(
        questionnaire=questionnaire,
        units=tuple(units),
        slots=slots,
        limits=tuple(len(slot.options) for slot in slots),
        groups=frozenset(group.code for group in questionnaire.groups),
        unit_set=frozenset(units),
        counted_by_unit=frozenset(
            group.code for group in questionnaire.groups if group.quota_per_unit is not None
        ),
    )


def quota_plan(questionnaires: Sequence[Questionnaire], units: Mapping[str, Sequence[str]]) -> list[Quota]:
    """Every quota of a campaign, by unit where the group says so («kế hoạch phân bổ phiếu»).

    Raises DomainError `plan_does_not_fit` when a level has no units, or when the quotas of the units do not
    add up to the group's: 1.620 ballots over 12 districts are 135 each.
    """
    faults: list[Fault] = []
    plan: list[Quota] = []
    for index, item in enumerate(questionnaires):
        found = units.get(item.level, ())
        if not found:
            detail = f"danh sách đơn vị không có cấp «{item.level}»"
            faults.append(Fault(f"/questionnaires/{index}/level", "level_without_units", detail))
            continue
        for number, group in enumerate(item.groups):
            each = group.quota_per_unit
            if each is None:
                plan.append(Quota(item.code, group.code, "", group.quota))
                continue
            if each * len(found) != group.quota:
                detail = f"{each} phiếu × {len(found)} đơn vị không bằng {group.quota} phiếu"
                pointer = f"/questionnaires/{index}/groups/{number}/quota"
                faults.append(Fault(pointer, "quota_does_not_add_up", detail))
            plan += [Quota(item.code, group.code, unit, each) for unit in found]
    if faults:
        raise DomainError("plan_does_not_fit", {"count": len(faults)}, tuple(faults))
    return plan
