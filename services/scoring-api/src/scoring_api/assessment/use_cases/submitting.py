"""Submission of a self-assessment: what was claimed becomes what was handed in, with a receipt."""

from datetime import datetime
from typing import Any

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Writing
from parindex.kernel.canonical import digest
from parindex.kernel.clocks import instant_text
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.acts import check_complete, stands
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases.opening import open_unit
from scoring_api.schema import record


async def submit(connection: Writing, by: Principal, code: str, unit: str, at: datetime) -> dict[str, Any]:
    """Close the self-assessment of a unit; the receipt holds the instant and the digest of what was claimed.

    Raises DomainError `assessment_incomplete`, `assessment_state`, `window_closed`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, _, framework = await open_unit(connection, code, unit, "self_assessment", at, "draft")
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
    said = {"period": code, "unit": unit, "digest": receipt["digest"]}
    await announce(connection, "assessment.submitted", f"{code}/{unit}", said)
    return receipt
