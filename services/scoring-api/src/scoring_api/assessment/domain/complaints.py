"""Complaints against a provisional result, and what the council may answer; nothing is stored here."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from parindex.kernel.errors import Fault
from scoring_api.frameworks.domain.framework import Framework

COMPLAINED = ("provisional", "council")
"""States of a period that take complaints: one reopened for a complaint still takes the others in time."""
OUTCOMES = {
    "upheld": "chấp nhận kiến nghị",
    "partly_upheld": "chấp nhận một phần kiến nghị",
    "rejected": "giữ nguyên kết quả",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the council made of a complaint («trả lời kiến nghị»); `session` is the number of its session."""

    outcome: str
    reason: str
    session: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A unit's complaint about leaves of its provisional result («khiếu nại, kiến nghị»)."""

    id: UUID
    number: int
    unit: str
    leaves: tuple[str, ...]
    narrative: str
    evidence: tuple[UUID, ...]
    author: str
    at: datetime
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the council sends to answer a complaint («nội dung trả lời»), knowing its place in the request."""

    pointer: str
    complaint: int
    outcome: str
    reason: str


def complaint_faults(
    framework: Framework, leaves: Sequence[str], evidence: Sequence[UUID], files: Container[UUID]
) -> list[Fault]:
    """A complaint names leaves of the unit's own framework, each once, and files the unit has sent."""
    known = {leaf.key for leaf in framework.leaves}
    faults = []
    for index, leaf in enumerate(leaves):
        where = f"/leaves/{index}"
        if leaf not in known:
            faults.append(Fault(where, "leaf_unknown", f"{leaf}: không có tiêu chí này trong bộ tiêu chí"))
        if leaf in leaves[:index]:
            faults.append(Fault(where, "leaf_repeated", f"{leaf}: tiêu chí nêu hai lần"))
    faults += [
        Fault(f"/evidence/{index}", "evidence_unknown", "tài liệu chưa được tải lên")
        for index, file in enumerate(evidence)
        if file not in files
    ]
    return faults


def reply_faults(
    replies: Sequence[Reply],
    complaints: Mapping[int, Complaint],
    decided: Container[tuple[str, str]],
    *,
    deciding: bool,
) -> Iterator[Fault]:
    """Each complaint is answered once, with an outcome and its reason; one that is upheld comes with its act.

    `decided` are (unit, leaf) the same session decides. `deciding` is false while a provisional result
    stands: then the council may leave everything as it is, and must reopen to change anything.

    >>> from datetime import UTC
    >>> filed = Complaint(
    ...     id=UUID(int=1), number=1, unit="so-y-te", leaves=("I/1",), narrative="Đã có văn bản.",
    ...     evidence=(), author="a", at=datetime(2023, 2, 22, tzinfo=UTC))
    >>> reply = Reply(pointer="/answers/0", complaint=1, outcome="upheld", reason="Đúng.")
    >>> [fault.code for fault in reply_faults([reply], {1: filed}, set(), deciding=True)]
    ['decision_missing']
    >>> list(reply_faults([reply], {1: filed}, {("so-y-te", "I/1")}, deciding=True))
    []
    """
    seen: set[int] = set()
    for reply in replies:
        filed = complaints.get(reply.complaint)
        if filed is None:
            yield _fault(reply, "/complaint", "complaint_unknown", "không có kiến nghị số này")
            continue
        if filed.answer is not None or reply.complaint in seen:
            yield _fault(reply, "/complaint", "complaint_answered", "kiến nghị đã được trả lời")
        seen.add(reply.complaint)
        if reply.outcome not in OUTCOMES:
            yield _fault(
                reply, "/outcome", "outcome_unknown", f"kết luận là một trong: {', '.join(OUTCOMES)}"
            )
        elif reply.outcome != "rejected":
            yield from _change_faults(reply, filed, decided, deciding=deciding)


def _change_faults(
    reply: Reply, filed: Complaint, decided: Container[tuple[str, str]], *, deciding: bool
) -> Iterator[Fault]:
    if not deciding:
        said = "kết quả dự kiến phải mở lại cho Hội đồng trước khi sửa điểm"
        yield _fault(reply, "/outcome", "reopening_needed", said)
    elif not any((filed.unit, leaf) in decided for leaf in filed.leaves):
        said = "chấp nhận kiến nghị thì phải quyết định lại tiêu chí được nêu, trong cùng phiên họp"
        yield _fault(reply, "/outcome", "decision_missing", said)


def _fault(reply: Reply, where: str, code: str, detail: str) -> Fault:
    return Fault(f"{reply.pointer}{where}", code, f"kiến nghị {reply.complaint}: {detail}")
