"""Self-assessment («tự chấm»): what a unit claims for its leaves, saved as it goes; no submission here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Writing
from scoring_api.assessment.domain.acts import Act, Entry, act_of, check_claims, stands
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases.opening import open_unit


async def write_claims(
    connection: Writing, by: Principal, code: str, unit: str, entries: Sequence[Entry], at: datetime
) -> int:
    """Store what the unit claims for these leaves; unchanged claims make no new act. Returns how many did.

    Raises DomainError `assessment_invalid`, `assessment_state`, `window_closed`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, _, framework = await open_unit(connection, code, unit, "self_assessment", at, "draft")
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
