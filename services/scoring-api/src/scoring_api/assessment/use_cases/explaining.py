"""Explanation («giải trình»): a unit replies on its appraised leaves and hands the replies in."""

from collections.abc import Sequence
from datetime import datetime

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Writing
from parindex.kernel.errors import DomainError
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.acts import Entry, act_of, stands
from scoring_api.assessment.domain.explanations import check_explanations
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.evidence import read_evidence
from scoring_api.assessment.use_cases.opening import open_unit
from scoring_api.schema import record


async def write_explanations(
    connection: Writing,
    by: Principal,
    code: str,
    unit: str,
    entries: Sequence[Entry],
    at: datetime,
    *,
    held: int | None,
) -> int:
    """What the unit replies on these leaves; a later reply follows the former. None counts.

    `held` is the version the replies were made on, None for whichever there is. Returns the version now.
    Raises DomainError `explanation_invalid` with every fault, `version_stale`, `assessment_state`,
    `window_closed`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, bound, _ = await open_unit(connection, code, unit, "explanation", at, "appraised")
    if held is not None and held != bound.version:
        raise DomainError("version_stale")
    made = await act_store.read_acts(connection, period.id, unit)
    files = {file.id for file in await read_evidence(connection, period.id, unit) if not file.is_inspection}
    check_explanations(entries, {leaf: stand for (_, leaf), stand in stands(made).items()}, files)
    acts = [act_of(unit, entry, "explanation", by.subject, at) for entry in entries]
    await act_store.insert_acts(connection, period.id, acts)
    await store.update_unit(connection, period.id, unit)
    return bound.version + 1


async def complete_explanation(connection: Writing, by: Principal, code: str, unit: str, at: datetime) -> int:
    """The unit has said what it has to say, which may be nothing; the replies go to the secretariat.

    Returns how many leaves it replied on. Raises DomainError `assessment_state`, `window_closed`,
    `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, _, _ = await open_unit(connection, code, unit, "explanation", at, "appraised")
    made = await act_store.read_acts(connection, period.id, unit)
    leaves = len({act.leaf for act in made if act.stage == "explanation"})
    await store.update_unit(connection, period.id, unit, status="explained")
    await record(connection, by, "assessment.explained", f"{code}/{unit}", leaves=leaves)
    said = {"period": code, "unit": unit, "leaves": leaves}
    await announce(connection, "explanation.submitted", f"{code}/{unit}", said)
    return leaves
