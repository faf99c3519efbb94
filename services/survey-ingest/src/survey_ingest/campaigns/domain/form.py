"""A questionnaire bound to the frozen units: how many answers a ballot has and what each is about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.questionnaire import Kind, Question, Questionnaire, Use

DOUBLE_MARKED = -1
"""Two options are marked where one is asked for, or the marks cannot be read."""
BLANK = 0
MOST_ANSWERS = 20_000
"""A ballot with more answers than these is taken by no route."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What one answer of a ballot is about; `unit` empty where the ballot itself names the unit."""

    unit: str
    question: str
    options: tuple[str, ...]
    kind: Kind = "single"
    use: Use = "index"

    @property
    def highest(self) -> int:
        """The largest answer: the last option's number, or every option ticked (1 + 2 + 4 + …)."""
        count = len(self.options)
        return (1 << count) - 1 if self.kind == "multiple" else count

    @property
    def place(self) -> str:
        """Where the answer stands on the paper.

        >>> Slot("", "q1", ("1",)).place, Slot("so-y-te", "c2", ("A",)).place
        ('câu q1', 'đơn vị so-y-te, câu c2')
        """
        return f"đơn vị {self.unit}, câu {self.question}" if self.unit else f"câu {self.question}"


_SEPARATORS = re.compile(r"[;,\s]+")


def read_answer(slot: Slot, written: str) -> int | None:
    """The answer that a written cell gives: an option's code, else its number unless codes are numbers.

    Several options of a multiple choice stand apart by «;», «,» or a blank. None when it cannot be read.

    >>> trips = Slot("", "q1", ("A", "B", "C"), "multiple", "share")
    >>> [read_answer(trips, text) for text in ("A;C", "1, 3", "", "-1", "A;D")]
    [5, 5, 0, -1, None]
    >>> grade = Slot("", "q2", ("0", "1", "2"), "scale")
    >>> [read_answer(grade, text) for text in ("0", "2", "3", " ")]
    [1, 3, None, 0]
    """
    text = written.strip()
    if slot.kind != "multiple":
        return _read_option(slot.options, text)
    found = [_read_option(slot.options, part) for part in _SEPARATORS.split(text) if part]
    if not found or found in ([BLANK], [DOUBLE_MARKED]):
        return found[0] if found else BLANK
    mask = 0
    for option in found:
        if option is None or option <= BLANK:
            return None
        mask |= 1 << (option - 1)
    return mask


def _read_option(options: Sequence[str], text: str) -> int | None:
    if text in options:
        return options.index(text) + 1
    if text in {"", str(BLANK)}:
        return BLANK
    if text == str(DOUBLE_MARKED):
        return DOUBLE_MARKED
    numbered = text.isascii() and text.isdecimal() and not all(option.isdecimal() for option in options)
    return int(text) if numbered and len(text) < 3 and 1 <= int(text) <= len(options) else None


@dataclass(frozen=True, slots=True)
class BallotForm:
    """A questionnaire ready to be keyed («mẫu phiếu của đợt điều tra»).

    `limits` holds the highest value of each answer, in the ballot's own order: the questions, and for a
    matrix the questions of each unit in the stored order of units. `comments` are asked once a ballot.
    """

    questionnaire: Questionnaire
    units: tuple[str, ...]
    slots: tuple[Slot, ...]
    limits: tuple[int, ...]
    groups: frozenset[str]
    unit_set: frozenset[str]
    counted_by_unit: frozenset[str] = field(default_factory=frozenset)
    comments: frozenset[str] = field(default_factory=frozenset)

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
    slots = tuple(_slot(unit, question) for unit in shown for question in questionnaire.answered)
    return BallotForm(
        questionnaire=questionnaire,
        units=tuple(units),
        slots=slots,
        limits=tuple(slot.highest for slot in slots),
        groups=frozenset(group.code for group in questionnaire.groups),
        unit_set=frozenset(units),
        counted_by_unit=frozenset(
            group.code for group in questionnaire.groups if group.quota_per_unit is not None
        ),
        comments=frozenset(question.code for question in questionnaire.comments),
    )


def _slot(unit: str, question: Question) -> Slot:
    options = tuple(option.code for option in question.options)
    return Slot(unit, question.code, options, question.kind, question.use)


def quota_plan(questionnaires: Sequence[Questionnaire], units: Mapping[str, Sequence[str]]) -> list[Quota]:
    """Every quota of a campaign, by unit where the group says so («kế hoạch phân bổ phiếu»).

    Raises DomainError `plan_does_not_fit` when a level has no units, when a matrix of them is too large, or
    when the quotas of the units do not add up to the group's: 1.620 ballots over 12 districts are 135 each.
    """
    faults: list[Fault] = []
    plan: list[Quota] = []
    for index, item in enumerate(questionnaires):
        found = units.get(item.level, ())
        if not found:
            detail = f"danh sách đơn vị không có cấp «{item.level}»"
            faults.append(Fault(f"/questionnaires/{index}/level", "level_without_units", detail))
            continue
        shown = len(found) if item.layout == "matrix" else 1
        if (answers := shown * len(item.answered)) > MOST_ANSWERS:
            detail = f"một phiếu có {answers} câu trả lời, nhiều nhất là {MOST_ANSWERS}"
            faults.append(Fault(f"/questionnaires/{index}/questions", "too_many_answers", detail))
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
