"""A session of the council («phiên họp Hội đồng»): what it decides of leaves, and answers to complaints."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from parindex.auth.principal import Principal
from parindex.bus import publish
from parindex.db import Writing
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.ids import uuid7
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.acts import Act, Entry, act_of, stands
from scoring_api.assessment.domain.complaints import Complaint, Reply, reply_faults
from scoring_api.assessment.domain.decisions import confirmed, decision_faults, judged_by
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import complaints as complaint_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import sessions
from scoring_api.assessment.store.sessions import SessionRow
from scoring_api.assessment.use_cases.council import frameworks_of
from scoring_api.assessment.use_cases.recomputing import IndexRequested
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.schema import record


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is decided of one leaf of one unit: by value, by level, by points, or as it stands."""

    unit: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session: its record, what it decided leaf by leaf, and which complaints it answered."""

    number: str
    held_at: datetime
    present: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()
    minutes: str = ""
    decisions: tuple[Decision, ...] = ()
    replies: tuple[Reply, ...] = ()


async def hold_session(
    connection: Writing, by: Principal, code: str, session: Session, at: datetime
) -> dict[str, Any]:
    """Record the session with its decisions and answers, and have the index computed anew.

    A decision without content confirms what counts. While a result stands provisionally a session may answer
    complaints that change nothing. Raises DomainError `session_invalid` with every fault of the record, of
    its decisions and its answers, `period_state`.
    """
    period = await store.open_for_transition(connection, code, "council", "provisional")
    deciding = period.state == "council"
    complaints = await complaint_store.read_complaints(connection, period.id)
    faults = _record_faults(
        session,
        [row.number for row in await sessions.read_sessions(connection, period.id)],
        deciding=deciding,
    )
    bound = await store.read_units(connection, period.id)
    made = await act_store.read_acts(connection, period.id)
    acts, wrong = decided(session.decisions, await frameworks_of(connection, bound), made, by.subject, at)
    places = {(act.unit, act.leaf) for act in acts}
    faults += wrong
    faults += reply_faults(session.replies, complaints, places, deciding=deciding)
    if faults:
        raise DomainError("session_invalid", {"count": len(faults)}, tuple(faults))
    row = SessionRow(
        id=uuid7(),
        number=session.number,
        held_at=session.held_at,
        present=session.present,
        agenda=session.agenda,
        minutes=session.minutes,
        tally_digest=period.pinned_tally,
        author=by.subject,
    )
    await sessions.insert_session(connection, period.id, row)
    await act_store.insert_acts(connection, period.id, [replace(act, session=row.id) for act in acts])
    await complaint_store.insert_answers(
        connection, row.id, session.replies, complaints, author=by.subject, at=at
    )
    if deciding:
        await publish(connection, "scoring", IndexRequested(period=code, tally=period.pinned_tally))
    await _tell(connection, by, code, session, complaints)
    return {
        "id": str(row.id),
        "number": row.number,
        "decisions": len(acts),
        "answers": len(session.replies),
    }


async def _tell(
    connection: Writing, by: Principal, code: str, session: Session, complaints: Mapping[int, Complaint]
) -> None:
    counts = {"decisions": len(session.decisions), "answers": len(session.replies)}
    await record(connection, by, "council.session_held", code, number=session.number, **counts)
    said = {"period": code, "number": session.number, **counts}
    await announce(connection, "council.session_held", code, said)
    for reply in session.replies:
        unit = complaints[reply.complaint].unit
        told = {"period": code, "unit": unit, "complaint": reply.complaint, "outcome": reply.outcome}
        await announce(connection, "complaint.answered", f"{code}/{unit}", told)


def _record_faults(session: Session, numbers: Container[str], *, deciding: bool) -> list[Fault]:
    """A number stands for one session of the period; what changes points needs the council's own step."""
    faults = []
    if session.number in numbers:
        faults.append(Fault("/number", "session_exists", f"biên bản số {session.number} đã được ghi"))
    if session.decisions and not deciding:
        said = "kết quả dự kiến phải mở lại cho Hội đồng trước khi sửa điểm"
        faults.append(Fault("/decisions", "reopening_needed", said))
    return faults


def decided(
    decisions: Sequence[Decision],
    frameworks: Mapping[str, Framework],
    made: Sequence[Act],
    author: str,
    at: datetime,
) -> tuple[list[Act], list[Fault]]:
    """The acts of the decisions, and every fault of all of them.

    Who claimed or appraised a leaf records no decision of it.
    """
    latest, judged = stands(made), judged_by(made, author)
    faults: list[Fault] = []
    acts: list[Act] = []
    seen: set[tuple[str, str]] = set()
    for decision in decisions:
        entry, framework = decision.entry, frameworks.get(decision.unit)
        place = (decision.unit, entry.leaf)
        if framework is None:
            detail = f"đơn vị {decision.unit} không thuộc kỳ đánh giá này"
            faults.append(Fault(f"{entry.pointer}/unit", "unit_not_in_period", detail))
            continue
        if place in seen:
            faults.append(
                Fault(f"{entry.pointer}/leaf", "leaf_repeated", f"{entry.leaf}: quyết định hai lần")
            )
        seen.add(place)
        if place in judged:
            said = f"{entry.leaf}: người đã khai hoặc thẩm định không ghi quyết định của Hội đồng"
            faults.append(Fault(f"{entry.pointer}/leaf", "appraiser_decides", said))
        stand = latest.get(place)
        faults += decision_faults(framework, entry, stand)
        counting = stand.counting if stand else None
        acts.append(act_of(decision.unit, confirmed(entry, counting), "council", author, at))
    return acts, faults
