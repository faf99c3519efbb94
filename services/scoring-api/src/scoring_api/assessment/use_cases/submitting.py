"""Submission of a self-assessment: what was claimed becomes what was handed in; it may be taken back."""

from datetime import datetime
from typing import Any

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Writing
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.claims import check_complete, claims_of
from scoring_api.assessment.domain.submissions import Submission, content_digest, submitted_content
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import evidence as evidence_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import submissions as submission_store
from scoring_api.assessment.store.periods import Period
from scoring_api.assessment.store.supplements import read_supplements
from scoring_api.assessment.use_cases.opening import open_unit
from scoring_api.schema import record


async def submit(
    connection: Writing, by: Principal, code: str, unit: str, at: datetime, *, held: int | None = None
) -> dict[str, Any]:
    """Close the self-assessment of a unit; the receipt has its number, the instant and the digest.

    `held` is the version of the assessment that is meant, None for whichever there is. Raises DomainError
    `assessment_incomplete` with every open point, `version_stale`, `assessment_state`, `window_closed`,
    `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, bound, framework = await open_unit(connection, code, unit, "self_assessment", at, "draft")
    if held is not None and held != bound.version:
        raise DomainError("version_stale")
    check_complete(framework, claims_of(await act_store.read_latest(connection, period.id, unit)))
    receipt = await hand_in(connection, by, period, unit, at)
    what = {"number": receipt["number"], "digest": receipt["digest"]}
    await record(connection, by, "assessment.submitted", f"{code}/{unit}", **what)
    await announce(
        connection, "assessment.submitted", f"{code}/{unit}", {"period": code, "unit": unit, **what}
    )
    return receipt


async def hand_in(
    connection: Writing, by: Principal, period: Period, unit: str, at: datetime
) -> dict[str, Any]:
    """Keep the claims as they stand as the unit's next submission, and give its receipt.

    The first time and after each supplement; that they are complete has been seen to.
    """
    made = [act for act in await act_store.read_latest(connection, period.id, unit) if act.stage == "self"]
    claims = claims_of(made)
    files = {file.id: file.digest for file in await evidence_store.read_evidence(connection, period.id, unit)}
    content = submitted_content(period.code, unit, claims, files)
    earlier = await submission_store.read_submissions(connection, period.id, unit)
    submission = Submission(
        number=len(earlier) + 1,
        last_act=max((act.sequence for act in made), default=0),
        leaves=len(claims),
        files=len(content["files"]),
        digest=content_digest(content),
        author=by.subject,
        at=at,
    )
    await submission_store.insert_submission(connection, period.id, unit, submission)
    receipt = receipt_of(period.code, unit, submission)
    await store.update_unit(connection, period.id, unit, status="submitted", receipt=receipt)
    return receipt


async def withdraw(connection: Writing, by: Principal, code: str, unit: str, at: datetime) -> dict[str, Any]:
    """Take the submission back while the window is open: the assessment is a draft again.

    What was handed in stays on record. Returns the receipt of the withdrawal. Raises DomainError
    `appraisal_begun` once somebody appraised a leaf of it or returned one, `assessment_state`,
    `window_closed`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, _, _ = await open_unit(connection, code, unit, "self_assessment", at, "submitted")
    begun = any(act.stage != "self" for act in await act_store.read_acts(connection, period.id, unit))
    if begun or await read_supplements(connection, period.id, unit):
        raise DomainError("appraisal_begun", {"unit": unit})
    latest = (await submission_store.read_submissions(connection, period.id, unit))[-1]
    await submission_store.insert_withdrawal(connection, period.id, unit, latest.number, by.subject, at)
    await store.update_unit(connection, period.id, unit, status="draft", receipt=None)
    what = {"number": latest.number, "digest": latest.digest}
    await record(connection, by, "assessment.withdrawn", f"{code}/{unit}", **what)
    await announce(
        connection, "assessment.withdrawn", f"{code}/{unit}", {"period": code, "unit": unit, **what}
    )
    return {
        "unit": unit,
        "period": code,
        "number": latest.number,
        "submitted_at": instant_text(latest.at),
        "withdrawn_at": instant_text(at),
        "digest": latest.digest,
    }


def receipt_of(code: str, unit: str, submission: Submission) -> dict[str, Any]:
    """The receipt of a submission («biên nhận»)."""
    return {
        "unit": unit,
        "period": code,
        "number": submission.number,
        "submitted_at": instant_text(submission.at),
        "leaves": submission.leaves,
        "files": submission.files,
        "digest": submission.digest,
    }
