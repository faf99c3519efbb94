"""Evidence of a unit («tài liệu kiểm chứng»): the file on disk first, then its row."""

import asyncio
from datetime import datetime
from pathlib import Path

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Writing
from scoring_api.assessment.domain.evidence import EvidenceFacts, detect_type
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.acts import EvidenceFile
from scoring_api.assessment.store.files import keep_file
from scoring_api.assessment.use_cases.opening import open_unit


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
    period, bound, _ = await open_unit(connection, code, unit, "self_assessment", at, "draft")
    file_digest = await keep_file(folder, content)
    for known in await act_store.read_evidence(connection, period.id, unit):
        if known.digest == file_digest:
            return known, bound.version
    found = act_store.new_evidence(file_digest, len(content), media_type, file_name, facts)
    await act_store.insert_evidence(connection, period.id, unit, found, by.subject)
    await store.update_unit(connection, period.id, unit)
    return found, bound.version + 1
