"""A questionnaire and what makes it fit for use; reading it from plain data, no storage in here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from parindex.kernel.errors import DomainError, Fault

LEVELS = ("department", "district", "commune")
MOST_QUESTIONS = 200


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be ticked («phương án trả lời»)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question («câu hỏi»); `factor` groups questions of a satisfaction survey, empty for none."""

    code: str
    text: str
    kind: Literal["single"]
    factor: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class RespondentGroup:
    """Those who are asked («đối tượng lấy ý kiến») and how many ballots of them are wanted."""

    code: str
    name: str
    quota: int
    quota_per_unit: int | None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A ballot form («mẫu phiếu»): about one unit, or a matrix of all units of a level."""

    code: str
    title: str
    layout: Literal["one_unit", "matrix"]
    level: str
    groups: tuple[RespondentGroup, ...]
    questions: tuple[Question, ...]

    def group(self, code: str) -> RespondentGroup | None:
        return next((group for group in self.groups if group.code == code), None)


def read_questionnaire(data: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire behind plain data of the right shape; its rules are `check_questionnaires`."""
    return Questionnaire(
        code=data["code"],
        title=data["title"],
        layout=data["layout"],
        level=data["level"],
        groups=tuple(RespondentGroup(**group) for group in data["groups"]),
        questions=tuple(_read_question(question) for question in data["questions"]),
    )


def _read_question(data: Mapping[str, Any]) -> Question:
    return Question(
        code=data["code"],
        text=data["text"],
        kind=data["kind"],
        factor=data["factor"] or "",
        options=tuple(Option(**option) for option in data["options"]),
    )


def check_questionnaires(questionnaires: Sequence[Questionnaire]) -> None:
    """Raises DomainError `questionnaire_invalid` with every fault of every questionnaire at once."""
    faults = list(_repeated("/questionnaires", [item.code for item in questionnaires]))
    for index, questionnaire in enumerate(questionnaires):
        faults += _faults(f"/questionnaires/{index}", questionnaire)
    if faults:
        raise DomainError("questionnaire_invalid", {"count": len(faults)}, tuple(faults))


def _faults(at: str, questionnaire: Questionnaire) -> Iterable[Fault]:
    if questionnaire.level not in LEVELS:
        yield Fault(f"{at}/level", "level_unknown", f"cấp phải là một trong: {', '.join(LEVELS)}")
    yield from _repeated(f"{at}/groups", [group.code for group in questionnaire.groups])
    yield from _repeated(f"{at}/questions", [question.code for question in questionnaire.questions])
    if not questionnaire.groups:
        yield Fault(f"{at}/groups", "group_missing", "phải có ít nhất một đối tượng lấy ý kiến")
    if not 1 <= len(questionnaire.questions) <= MOST_QUESTIONS:
        yield Fault(f"{at}/questions", "question_count", f"phải có từ 1 đến {MOST_QUESTIONS} câu hỏi")
    for index, group in enumerate(questionnaire.groups):
        yield from _group_faults(f"{at}/groups/{index}", questionnaire, group)
    for index, question in enumerate(questionnaire.questions):
        yield from _question_faults(f"{at}/questions/{index}", question)


def _group_faults(at: str, questionnaire: Questionnaire, group: RespondentGroup) -> Iterable[Fault]:
    if group.quota < 0:
        yield Fault(f"{at}/quota", "quota_negative", "số phiếu không được âm")
    if group.quota_per_unit is None:
        return
    if group.quota_per_unit < 0:
        yield Fault(f"{at}/quota_per_unit", "quota_negative", "số phiếu không được âm")
    if questionnaire.layout == "matrix":
        detail = "phiếu chấm nhiều đơn vị không có số phiếu riêng từng đơn vị"
        yield Fault(f"{at}/quota_per_unit", "quota_per_unit_of_matrix", detail)


def _question_faults(at: str, question: Question) -> Iterable[Fault]:
    yield from _repeated(f"{at}/options", [option.code for option in question.options])
    if len(question.options) < 2:
        yield Fault(f"{at}/options", "option_count", "phải có ít nhất hai phương án trả lời")


def _repeated(at: str, codes: Sequence[str]) -> Iterable[Fault]:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            yield Fault(f"{at}/{index}/code", "code_repeated", f"mã «{code}» bị lặp")
        seen.add(code)
