"""What makes a questionnaire fit for use: every fault at once; its shape is in `questionnaire`."""

from collections.abc import Iterable, Sequence

from parindex.contracts.snapshots import UNIT_LEVELS
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.questionnaire import Question, Questionnaire, RespondentGroup

MOST_QUESTIONNAIRES = 50
MOST_QUESTIONS = 200
MOST_STEPS = 50
MOST_TICKED = 15
"""A set of ticked options is one bit mask in a column of 16 bits, whose sign means unreadable."""


def check_questionnaires(questionnaires: Sequence[Questionnaire], beside: Sequence[Fault] = ()) -> None:
    """Raises DomainError `questionnaire_invalid` with every fault of every questionnaire at once; `beside`
    are those already found in the rest of the campaign.
    """
    faults = list(_repeated("/questionnaires", [item.code for item in questionnaires]))
    for index, questionnaire in enumerate(questionnaires):
        faults += _faults(f"/questionnaires/{index}", questionnaire)
    if faults:
        raise DomainError("questionnaire_invalid", {"count": len(beside) + len(faults)}, (*beside, *faults))


def check_questionnaire(questionnaire: Questionnaire) -> None:
    """Raises DomainError `questionnaire_invalid` with every fault of one that stands alone."""
    if faults := tuple(_faults("", questionnaire)):
        raise DomainError("questionnaire_invalid", {"count": len(faults)}, faults)


def _faults(at: str, questionnaire: Questionnaire) -> Iterable[Fault]:
    if questionnaire.level not in UNIT_LEVELS:
        yield Fault(f"{at}/level", "level_unknown", f"cấp phải là một trong: {', '.join(UNIT_LEVELS)}")
    yield from _repeated(f"{at}/groups", [group.code for group in questionnaire.groups])
    yield from _repeated(f"{at}/questions", [question.code for question in questionnaire.questions])
    if not questionnaire.groups:
        yield Fault(f"{at}/groups", "group_missing", "phải có ít nhất một đối tượng lấy ý kiến")
    if not 1 <= len(questionnaire.questions) <= MOST_QUESTIONS:
        yield Fault(f"{at}/questions", "question_count", f"phải có từ 1 đến {MOST_QUESTIONS} câu hỏi")
    elif not questionnaire.answered:
        yield Fault(f"{at}/questions", "question_count", "phải có ít nhất một câu hỏi có phương án trả lời")
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
    if question.kind == "scale":
        yield from _scale_faults(at, question)
        return
    if question.scale is not None:
        yield Fault(f"{at}/scale", "scale_of_other_kind", "chỉ câu hỏi thang điểm mới có thang điểm")
    if question.kind == "comment":
        if question.options:
            yield Fault(f"{at}/options", "options_of_comment", "câu hỏi mở không có phương án trả lời")
        return
    if len(question.options) < 2:
        yield Fault(f"{at}/options", "option_count", "phải có ít nhất hai phương án trả lời")
    if question.kind == "multiple":
        yield from _multiple_faults(at, question)


def _scale_faults(at: str, question: Question) -> Iterable[Fault]:
    scale = question.scale
    if scale is None:
        yield Fault(f"{at}/scale", "scale_missing", "câu hỏi thang điểm phải ghi hai đầu thang")
    elif scale.least >= scale.most:
        yield Fault(f"{at}/scale", "scale_reversed", "đầu cao của thang phải lớn hơn đầu thấp")
    elif scale.most - scale.least >= MOST_STEPS:
        yield Fault(f"{at}/scale", "scale_too_long", f"thang điểm có không quá {MOST_STEPS} mức")
    elif question.options != scale.options():
        yield Fault(f"{at}/options", "options_of_scale", "phương án của thang điểm do hệ thống lập")


def _multiple_faults(at: str, question: Question) -> Iterable[Fault]:
    if len(question.options) > MOST_TICKED:
        detail = f"câu chọn nhiều phương án có không quá {MOST_TICKED} phương án"
        yield Fault(f"{at}/options", "option_count", detail)
    if question.use == "index":
        detail = "câu chọn nhiều phương án chỉ dùng để thống kê, không tính điểm"
        yield Fault(f"{at}/use", "multiple_of_index", detail)


def _repeated(at: str, codes: Sequence[str]) -> Iterable[Fault]:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            yield Fault(f"{at}/{index}/code", "code_repeated", f"mã «{code}» bị lặp")
        seen.add(code)
