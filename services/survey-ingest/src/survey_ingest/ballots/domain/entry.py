"""One keyed ballot: its digest, its faults against the form, and whether it counts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import le
from uuid import UUID

from parindex.kernel.canonical import digest_bytes
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.ballots.domain.findings import fault
from survey_ingest.campaigns.domain.form import BLANK, DOUBLE_MARKED, BallotForm

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """A ballot as keyed («phiếu nhập»): answers are option numbers, 0 blank, -1 two options marked.

    `collected_at` is the day the paper came in; `comments` are what open questions were answered.
    """

    id: UUID
    serial: str
    batch: str
    questionnaire: str
    group: str
    unit: str | None
    answers: Sequence[int]
    collected_at: date | None = None
    comments: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Bag:
    """What the batch allows («túi phiếu»): one questionnaire, and one group unless it is None."""

    questionnaire: str
    group: str | None


def entry_digest(entry: Entry) -> str:
    """The digest of the canonical JSON, which tells a repeated ballot from a conflicting one.

    Explanations of warnings are no part of it: the paper says the same whatever the clerk says of it, and a
    client that learned of a warning sends the same ballot again with one more explanation.
    """
    return digest_bytes(entry_content(entry).encode())


def entry_content(entry: Entry) -> str:
    """The canonical JSON, encoded here: texts and integers only, and this runs for every ballot."""
    content: dict[str, object] = {
        "answers": list(entry.answers),
        "batch": entry.batch,
        "group": entry.group,
        "id": str(entry.id),
        "questionnaire": entry.questionnaire,
        "serial": entry.serial,
        "unit": entry.unit,
    }
    if entry.collected_at is not None:
        content["collected_at"] = entry.collected_at.isoformat()
    if entry.comments:
        content["comments"] = dict(entry.comments)
    return _CANONICAL(content)


def invalid_reason(answers: Sequence[int]) -> str:
    """Why a ballot is kept but not counted («phiếu không hợp lệ»); empty when it counts.

    >>> invalid_reason([0, -1, 0]), invalid_reason([0, 3, -1])
    ('no_answer', '')
    """
    return "" if any(answer > BLANK for answer in answers) else "no_answer"


def check_entry(form: BallotForm, bag: Bag, entry: Entry, beside: Sequence[Fault] = ()) -> None:
    """Raises DomainError `ballot_invalid` with every fault, each with its pointer; `beside` are those already
    found in what the form does not know.
    """
    if not beside and _fits(form, bag, entry):
        return
    faults = (
        *_place_faults(form, bag, entry),
        *_answer_faults(form, entry),
        *_comment_faults(form, entry),
        *beside,
    )
    raise DomainError("ballot_invalid", {"serial": entry.serial, "count": len(faults)}, faults)


def _fits(form: BallotForm, bag: Bag, entry: Entry) -> bool:
    """The same checks without words, for the many ballots that have no fault."""
    limits = form.limits
    answers = entry.answers
    return (
        len(answers) == len(limits)
        and all(map(le, answers, limits))
        and min(answers, default=BLANK) >= DOUBLE_MARKED
        and entry.questionnaire == bag.questionnaire
        and entry.group in form.groups
        and bag.group in {None, entry.group}
        and (entry.unit is None if form.is_matrix else entry.unit in form.unit_set)
        and (not entry.comments or form.comments >= entry.comments.keys())
    )


def _place_faults(form: BallotForm, bag: Bag, entry: Entry) -> Iterable[Fault]:
    if entry.questionnaire != bag.questionnaire:
        detail = f"túi phiếu này chỉ nhận mẫu «{bag.questionnaire}»"
        yield fault("/questionnaire", "questionnaire_of_other_batch", detail)
    if entry.group not in form.groups:
        yield fault("/group", "group_unknown", f"mẫu phiếu không có đối tượng «{entry.group}»")
    elif bag.group not in {None, entry.group}:
        yield fault("/group", "group_of_other_batch", f"túi phiếu này chỉ nhận đối tượng «{bag.group}»")
    if form.is_matrix:
        if entry.unit is not None:
            yield fault("/unit", "unit_of_matrix", "phiếu chấm nhiều đơn vị không ghi đơn vị")
    elif entry.unit not in form.unit_set:
        detail = f"không có đơn vị «{entry.unit}» trong danh sách" if entry.unit else "phiếu phải ghi đơn vị"
        yield fault("/unit", "unit_unknown", detail)


def _answer_faults(form: BallotForm, entry: Entry) -> Iterable[Fault]:
    if len(entry.answers) != len(form.limits):
        detail = f"phải có {len(form.limits)} câu trả lời, phiếu có {len(entry.answers)}"
        yield fault("/answers", "answer_count", detail)
        return
    for index, (answer, slot) in enumerate(zip(entry.answers, form.slots, strict=True)):
        if not DOUBLE_MARKED <= answer <= slot.highest:
            detail = f"{slot.place}: câu trả lời {answer} nằm ngoài -1 đến {slot.highest}"
            yield fault(f"/answers/{index}", "answer_out_of_scale", detail)


def _comment_faults(form: BallotForm, entry: Entry) -> Iterable[Fault]:
    for question in entry.comments or ():
        if question not in form.comments:
            detail = f"mẫu phiếu không có câu hỏi mở «{question}»"
            yield fault(f"/comments/{question}", "comment_unknown", detail)
