"""Self-assessment and appraisal: acts inside windows, submission with a receipt."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_area, authorize_unit
from parindex.db import Writing
from parindex.kernel.canonical import digest
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import (
    Act,
    Entry,
    act_of,
    check_claims,
    check_complete,
    self_scored,
    stands,
)
from scoring_api.assessment.domain.decisions import check_appraisals, confirmed
from scoring_api.assessment.domain.evidence import EvidenceFacts, detect_type
from scoring_api.assessment.domain.period import require_window
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.acts import EvidenceFile
from scoring_api.assessment.store.files import keep_file
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.schema import record


async def _open_unit(
    connection: Writing, code: str, unit: str, phase: str, at: datetime, *statuses: str
) -> tuple[Period, PeriodUnit, Framework]:
    """The unit's assessment, locked, inside its window. Raises DomainError `assessment_state` and others."""
    period = await store.open_for_write(connection, code, "open")
    require_window(period.windows, phase, unit, at)
    bound = await store.read_unit(connection, period.id, unit, lock=True)
    if bound.status not in statuses:
        raise DomainError("assessment_state", {"state": bound.status, "allowed": ", ".join(statuses)})
    version = (await frameworks.read_by_ids(connection, [bound.framework_id]))[0]
    return period, bound, version.parsed


async def add_evidence(
    connection: Writing,
    by: Principal,
    code: str,
    unit: str,
    *,
    folder: Path,
    content: bytes,
    file_name: str,
    facts: EvidenceFacts,
    at: datetime,
) -> tuple[EvidenceFile, int]:
    """Keep a file for the unit; the same bytes again give the row they already have, and change nothing.

    Returns it with the version of the assessment it now belongs to.

    Raises DomainError `evidence_refused`, `window_closed`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    media_type = await asyncio.to_thread(detect_type, content)
    period, bound, _ = await _open_unit(connection, code, unit, "self_assessment", at, "draft")
    file_digest = await keep_file(folder, content)
    for known in await act_store.read_evidence(connection, period.id, unit):
        if known.digest == file_digest:
            return known, bound.version
    found = act_store.new_evidence(file_digest, len(content), media_type, file_name, facts)
    await act_store.insert_evidence(connection, period.id, unit, found, by.subject)
    await store.update_unit(connection, period.id, unit)
    return found, bound.version + 1


async def write_claims(
    connection: Writing, by: Principal, code: str, unit: str, entries: Sequence[Entry], at: datetime
) -> int:
    """Store what the unit claims for these leaves; unchanged claims make no new act. Returns how many did.

    Raises DomainError `assessment_invalid`, `assessment_state`, `window_closed`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, _, framework = await _open_unit(connection, code, unit, "self_assessment", at, "draft")
    files = frozenset(file.id for file in await act_store.read_evidence(connection, period.id, unit))
    check_claims(framework, entries, files)
    known = stands(await act_store.read_acts(connection, period.id, unit))
    changed = [
        act
        for entry in entries
        if not _same(act := act_of(unit, entry, "self", by.subject, at), known.get((unit, entry.leaf)))
    ]
    await act_store.insert_acts(connection, period.id, changed)
    await store.update_unit(connection, period.id, unit)
    return len(changed)


def _same(act: Act, stand: Any) -> bool:
    claimed = stand.claimed if stand else None
    return claimed is not None and (
        (claimed.value, claimed.narrative, claimed.evidence) == (act.value, act.narrative, act.evidence)
    )


async def submit(connection: Writing, by: Principal, code: str, unit: str, at: datetime) -> dict[str, Any]:
    """Close the self-assessment of a unit; the receipt holds the instant and the digest of what was claimed.

    Raises DomainError `assessment_incomplete`, `assessment_state`, `window_closed`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, _, framework = await _open_unit(connection, code, unit, "self_assessment", at, "draft")
    latest = stands(await act_store.read_acts(connection, period.id, unit))
    claims = {leaf: stand.claimed for (_, leaf), stand in latest.items() if stand.claimed}
    check_complete(framework, frozenset(claims))
    files = await act_store.read_evidence(connection, period.id, unit)
    claimed = {
        leaf: {
            "value": dict(claim.value or {}),
            "narrative": claim.narrative,
            "evidence": sorted(map(str, claim.evidence)),
        }
        for leaf, claim in claims.items()
    }
    receipt = {
        "unit": unit,
        "period": code,
        "submitted_at": instant_text(at),
        "leaves": len(claims),
        "files": len(files),
        "digest": digest({"claims": claimed, "files": sorted(file.digest for file in files)}),
    }
    await store.update_unit(connection, period.id, unit, status="submitted", receipt=receipt)
    await record(connection, by, "assessment.submitted", f"{code}/{unit}", digest=receipt["digest"])
    return receipt


async def write_appraisals(
    connection: Writing, by: Principal, code: str, unit: str, entries: Sequence[Entry], at: datetime
) -> int:
    """The secretariat's view of these leaves: confirmed as claimed, or another value with its reason.

    Who ever claimed a leaf does not appraise it. Raises DomainError `appraisal_invalid`, `assessment_state`,
    `window_closed`, `own_unit`, `foreign_area`, `author_appraises`.
    """
    authorize_unit(by, Action.ASSESSMENT_APPRAISE, unit)
    period, _, framework = await _open_unit(connection, code, unit, "appraisal", at, "submitted")
    made = await act_store.read_acts(connection, period.id, unit)
    claims = {leaf: stand.claimed for (_, leaf), stand in stands(made).items() if stand.claimed}
    check_appraisals(framework, entries, claims)
    own = {act.leaf for act in made if act.stage == "self" and act.author == by.subject}
    for entry in entries:
        authorize_area(by, Action.ASSESSMENT_APPRAISE, _area_of(framework, entry.leaf))
        if entry.leaf in own:
            raise DomainError("author_appraises", {"leaf": entry.leaf})
    acts = [
        act_of(unit, confirmed(entry, claims.get(entry.leaf)), "appraisal", by.subject, at)
        for entry in entries
    ]
    await act_store.insert_acts(connection, period.id, acts)
    await store.update_unit(connection, period.id, unit)
    return len(acts)


def _area_of(framework: Framework, leaf: str) -> str:
    parts = leaf.split("/")
    keys = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return next((key for key in keys if framework.nodes[key].role == "area"), keys[0])


async def complete_appraisal(connection: Writing, by: Principal, code: str, unit: str, at: datetime) -> None:
    """Every self-scored leaf has an appraisal: the unit goes to the council.

    Only who may appraise every area of it can say so. Raises DomainError `appraisal_incomplete` naming the
    leaves, and what writing an appraisal raises.
    """
    authorize_unit(by, Action.ASSESSMENT_APPRAISE, unit)
    period, _, framework = await _open_unit(connection, code, unit, "appraisal", at, "submitted")
    scored = [leaf.key for leaf in framework.leaves if self_scored(leaf)]
    for area in dict.fromkeys(_area_of(framework, leaf) for leaf in scored):
        authorize_area(by, Action.ASSESSMENT_APPRAISE, area)
    latest = stands(await act_store.read_acts(connection, period.id, unit))
    missing = [leaf for leaf in scored if not ((unit, leaf) in latest and latest[unit, leaf].appraised)]
    if missing:
        raise DomainError("appraisal_incomplete", {"unit": unit, "leaves": ", ".join(missing[:20])})
    await store.update_unit(connection, period.id, unit, status="appraised")
    await record(connection, by, "assessment.appraised", f"{code}/{unit}")
