"""One keyed ballot: its digest, its faults against the form, and whether it counts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import le
from uuid import UUID

from parindex.kernel.canonical import digest_bytes
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.form import BLANK, DOUBLE_MARKED, BallotForm

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """A ballot as keyed («phiếu nhập»): answers are option numbers, 0 blank, -1 two options marked."""

    id: UUID
    serial: str
    batch: str
    questionnaire: str
    group: str
    unit: str | None
    answers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Bag:
    """What the batch allows («túi phiếu»): one questionnaire, and one group unless it is None."""

    questionnaire: str
    group: str | None


def entry_digest(entry: Entry) -> str:
    """The digest of the canonical JSON, which tells a repeated ballot from a conflicting one."""
    return digest_bytes(entry_content(entry).encode())


def entry_content(entry: Entry) -> str:
    """The canonical JSON, encoded here: texts and integers only, and this runs for every ballot."""
    return _CANONICAL(
        {
            "answers": list(entry.answers),
            "batch": entry.batch,
            "group": entry.group,
            "id": str(entry.id),
            "questionnaire": entry.questionnaire,
            "serial": entry.serial,
            "unit": entry.unit,
        }
    )


def invalid_reason(answers: Sequence[int]) -> str:
    """Why a ballot is kept but not counted («phiếu không hợp lệ»); empty when it counts.

    >>> invalid_reason([0, -1, 0]), invalid_reason([0, 3, -1])
    ('no_answer', '')
    """
    return "" if any(answer > BLANK for answer in answers) else "no_answer"


def check_entry(form: BallotForm, bag: Bag, entry: Entry) -> None:
    """Raises DomainError `ballot_invalid` with every fault, each with its pointer."""
    if _fits(form, bag, entry):
        return
    faults = (*_place_faults(form, bag, entry), *_answer_faults(form, entry))
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
    )


def _place_faults(form: BallotForm, bag: Bag, entry: Entry) -> Iterable[Fault]:
    if entry.questionnaire != bag.questionnaire:
        detail = f"túi phiếu này chỉ nhận mẫu «{bag.questionnaire}»"
        yield Fault("/questionnaire", "questionnaire_of_other_batch", detail)
    if entry.group not in form.groups:
        yield Fault("/group", "group_unknown", f"mẫu phiếu không có đối tượng «{entry.group}»")
    elif bag.group not in {None, entry.group}:
        yield Fault("/group", "group_of_other_batch", f"túi phiếu này chỉ nhận đối tượng «{bag.group}»")
    if form.is_matrix:
        if entry.unit is not None:
            yield Fault("/unit", "unit_of_matrix", "phiếu chấm nhiều đơn vị không ghi đơn vị")
    elif entry.unit not in form.unit_set:
        yield Fault("/unit", "unit_unknown", f"không có đơn vị «{entry.unit or ''}» trong danh sách")


def _answer_faults(form: BallotForm, entry: Entry) -> Iterable[Fault]:
    if len(entry.answers) != len(form.limits):
        detail = f"phải có {len(form.limits)} câu trả lời, phiếu có {len(entry.answers)}"
        yield Fault("/answers", "answer_count", detail)
        return
    for index, (answer, highest) in enumerate(zip(entry.answers, form.limits, strict=True)):
        if not DOUBLE_MARKED <= answer <= highest:
            detail = f"câu trả lời {answer} nằm ngoài -1 đến {highest}"
            yield Fault(f"/answers/{index}", "answer_out_of_scale", detail)
