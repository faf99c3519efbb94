"""Correcting a finalized period («đính chính»): acts of its own on an edition, and the next edition."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from parindex.auth.principal import Principal
from parindex.db import Reading, Writing
from parindex.http.conditional import entity_tag
from parindex.kernel.canonical import canonical_bytes, decimal_text
from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.ids import uuid7
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import corrections, periods, snapshots
from scoring_api.assessment.store.corrections import Correction
from scoring_api.assessment.store.periods import Period
from scoring_api.assessment.store.standings import newest_edition
from scoring_api.assessment.use_cases.council import frameworks_of
from scoring_api.assessment.use_cases.holding_sessions import Decision, decided
from scoring_api.publication.store import editions, reading
from scoring_api.publication.use_cases.freezing import Computation, Office, compute, keep_edition
from scoring_api.results.domain.record import result_record
from scoring_api.results.use_cases.choosing import told_changes
from scoring_api.results.use_cases.computing import Overlay, read_inputs
from scoring_api.schema import record

ANY = "*"
"""Instead of a preview's tag: whatever the preview would be."""


async def open_correction(
    connection: Writing,
    by: Principal,
    code: str,
    *,
    reason: str,
    legal_basis: Sequence[dict[str, Any]],
    tally: str,
    previous_edition: int | None,
    at: datetime,
) -> Correction:
    """Begin to correct the newest edition; `tally` and `previous_edition` replace those that it used.

    One correction of a period at a time: a second is refused until the first is finalized or abandoned.
    Raises DomainError `edition_correction_open`, `edition_correction_invalid`, `period_state`.
    """
    period = await periods.open_for_transition(connection, code, "finalized")
    earlier = await corrections.read_corrections(connection, period.id)
    for known in earlier:
        if known.state == "open":
            raise DomainError("edition_correction_open", {"correction": known.number, "period": code})
    faults = [
        *await _tally_faults(connection, period, tally),
        *await _previous_faults(connection, period, previous_edition),
    ]
    _refuse(faults)
    found = Correction(
        id=uuid7(),
        number=len(earlier) + 1,
        corrects=await editions.next_number(connection, code) - 1,
        reason=reason,
        legal_basis=legal_basis,
        tally_digest=tally,
        previous_edition=previous_edition,
        author=by.subject,
        at=at,
    )
    await corrections.insert_correction(connection, period.id, found)
    await record(connection, by, "correction.opened", code, number=found.number, reason=reason)
    said = {"period": code, "correction": found.number, "corrects": found.corrects}
    await announce(connection, "correction.opened", code, said)
    return found


async def _tally_faults(connection: Reading, period: Period, tally: str) -> list[Fault]:
    if not tally:
        return []
    if tally != await snapshots.latest_tally_digest(connection, period.code, period.campaign):
        return [Fault("/tally", "tally_not_newest", "không phải bản tổng hợp phiếu mới nhất của kỳ")]
    if tally == period.pinned_tally:
        return [Fault("/tally", "tally_counted", "bản tổng hợp phiếu này đã được tính")]
    if not await snapshots.has_handover(connection, period.code, period.campaign, tally):
        return [Fault("/tally", "handover_missing", "chưa có biên bản bàn giao của bản tổng hợp phiếu này")]
    return []


async def _previous_faults(connection: Reading, period: Period, edition: int | None) -> list[Fault]:
    if edition is None or edition == await newest_edition(connection, period.previous):
        return []
    return [Fault("/previous_edition", "edition_not_newest", "không phải lần công bố mới nhất của năm trước")]


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise DomainError("edition_correction_invalid", {"count": len(faults)}, tuple(faults))


async def decide_correction(
    connection: Writing, by: Principal, code: str, number: int, decisions: Sequence[Decision], at: datetime
) -> int:
    """Acts of the correction, each with its reason; a later one on the same leaf replaces the former.

    Raises DomainError `edition_correction_invalid` with every fault of every decision, and
    `edition_correction_ended`.
    """
    period, found = await _open(connection, code, number)
    bound = await periods.read_units(connection, period.id)
    made = await act_store.read_acts(connection, period.id, correction=found.id)
    acts, faults = decided(decisions, await frameworks_of(connection, bound), made, by.subject, at)
    _refuse(faults)
    await act_store.insert_acts(connection, period.id, [replace(act, correction=found.id) for act in acts])
    await record(connection, by, "correction.decided", code, number=number, decisions=len(acts))
    return len(acts)


async def abandon_correction(
    connection: Writing, by: Principal, code: str, number: int, reason: str, at: datetime
) -> None:
    """End it without an edition; its acts stay on record and count nowhere.

    Raises DomainError `edition_correction_ended`.
    """
    _, found = await _open(connection, code, number)
    await corrections.end_correction(
        connection, found, edition=None, reason=reason, changes=None, author=by.subject, at=at
    )
    await record(connection, by, "correction.abandoned", code, number=number, reason=reason)
    await announce(connection, "correction.abandoned", code, {"period": code, "correction": number})


async def _open(connection: Writing, code: str, number: int) -> tuple[Period, Correction]:
    """The correction while it is open; its period is locked for this transaction."""
    period = await periods.open_for_transition(connection, code, "finalized")
    found = await corrections.read_correction(connection, period.id, number)
    if found.state != "open":
        raise DomainError("edition_correction_ended", {"correction": number, "state": found.state})
    return period, found


async def preview_correction(connection: Reading, code: str, number: int) -> bytes:
    """What the correction changes, as it stands; of a finalized one what it did change.

    Raises DomainError `edition_correction_unknown`, `edition_correction_ended` for an abandoned one, and
    `pack_missing`.
    """
    period = await periods.read_period(connection, code)
    found = await corrections.read_correction(connection, period.id, number)
    if found.state == "abandoned":
        raise DomainError("edition_correction_ended", {"correction": number, "state": found.state})
    if found.edition is not None:
        return (await corrections.read_changes(connection, code, found.edition))[1]
    return await _changes(connection, code, found, await _computed(connection, code, found))


async def finalize_correction(
    connection: Writing, by: Principal, code: str, number: int, *, seen: str, at: datetime, office: Office
) -> dict[str, Any]:
    """The corrected result becomes the next edition, frozen by the code that froze the first one.

    `seen` is the tag of the preview that was agreed to. Raises DomainError `version_stale` when the preview
    has changed since, `edition_correction_not_ready` with every unmet precondition, `pack_differs`, and
    `edition_correction_ended`.
    """
    period, found = await _open(connection, code, number)
    computed = await _computed(connection, code, found)
    acts = await corrections.read_correcting_acts(connection, found.id)
    _check_ready(found, acts, computed)
    changes = await _changes(connection, code, found, computed)
    if seen not in {ANY, entity_tag(changes)}:
        raise DomainError("version_stale")
    kept = await keep_edition(connection, computed, found.corrects + 1, at, office)
    await corrections.end_correction(
        connection, found, edition=kept["edition"], reason="", changes=changes, author=by.subject, at=at
    )
    await periods.update_period(
        connection,
        period.id,
        pinned_tally=found.tally_digest or period.pinned_tally,
        previous_edition=found.previous_edition or period.previous_edition,
    )
    told = {"edition": kept["edition"], "digest": kept["digest"]}
    await record(connection, by, "correction.finalized", code, number=number, **told)
    said = {"period": code, "correction": number, **told}
    await announce(connection, "correction.finalized", code, said)
    return {**kept, "correction": number, "corrects": found.corrects}


def _check_ready(found: Correction, acts: Sequence[Act], computed: Computation) -> None:
    """Raises DomainError `edition_correction_not_ready` with every unmet precondition."""
    faults = []
    if not acts and not found.tally_digest and found.previous_edition is None:
        faults.append(Fault("/decisions", "correction_empty", "đính chính chưa sửa điều gì"))
    faults += [
        Fault(f"/units/{unit}/{leaf}", "leaf_undecided", "Hội đồng chưa quyết định")
        for result in computed.results
        for unit, row in result.units.items()
        for leaf in row.score.undecided
    ]
    if faults:
        raise DomainError("edition_correction_not_ready", {"count": len(faults)}, tuple(faults))


async def _computed(connection: Reading, code: str, found: Correction) -> Computation:
    overlay = Overlay(tally=found.tally_digest, previous_edition=found.previous_edition, correction=found.id)
    return await compute(await read_inputs(connection, code, overlay=overlay))


async def _changes(connection: Reading, code: str, found: Correction, computed: Computation) -> bytes:
    """The corrected edition, as it was frozen, beside what is computed now; names and reasons with it."""
    await reading.read_pack_digest(connection, code, found.corrects, "full")
    content = await reading.read_pack(connection, code, found.corrects, "full")
    before = await read_inputs(connection, code)
    after = computed.inputs
    inputs = {place: stand.counting for place, stand in before.stands.items()}
    names = {unit.unit: unit.facts["name"] for unit in after.units}
    nodes = {
        unit.unit: version.parsed.nodes
        for unit in after.units
        for version in after.versions
        if version.id == unit.framework_id
    }
    latest = {
        (act.unit, act.leaf): act for act in await corrections.read_correcting_acts(connection, found.id)
    }
    units = await asyncio.to_thread(_compared, content, computed)
    return canonical_bytes(
        {
            "period": code,
            "edition": found.corrects + 1,
            "corrects": found.corrects,
            "correction": found.number,
            "reason": found.reason,
            "legal_basis": list(found.legal_basis),
            "tally": _moved(before.tally_digest, after.tally_digest) if found.tally_digest else None,
            "previous_edition": found.previous_edition,
            "acts": [
                {
                    "unit": unit,
                    "name": names[unit],
                    "leaf": leaf,
                    "leaf_name": nodes[unit][leaf].name,
                    "before": _content(inputs.get((unit, leaf))),
                    "after": _content(act),
                }
                for (unit, leaf), act in latest.items()
            ],
            "units": units,
        }
    )


def _compared(content: bytes, computed: Computation) -> list[dict[str, Any]]:
    before = read_document(content)["record"]
    after = read_document(canonical_bytes(result_record(computed.results)))
    return told_changes(computed.inputs, before, after)


def _moved(before: str, after: str) -> dict[str, str]:
    return {"before": before, "after": after}


def _content(act: Act | None) -> dict[str, Any] | None:
    if act is None:
        return None
    return {
        "value": act.value,
        "points": None if act.points is None else decimal_text(act.points),
        "not_applicable": act.not_applicable,
        "reason": act.reason,
    }
