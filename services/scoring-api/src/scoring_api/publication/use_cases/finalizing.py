"""The last step of a period: its provisional result becomes edition 1 for good."""

from datetime import datetime
from typing import Any

from parindex.auth.principal import Principal
from parindex.db import Writing
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.closing import check_finalize
from scoring_api.assessment.store import periods
from scoring_api.publication.store import editions
from scoring_api.publication.use_cases.freezing import Office, compute, keep_edition
from scoring_api.results.use_cases.computing import read_inputs
from scoring_api.results.use_cases.outstanding import before_finalize
from scoring_api.schema import record


async def finalize_period(
    connection: Writing, by: Principal, code: str, at: datetime, office: Office
) -> dict[str, Any]:
    """Compute once more under the lock, freeze the result as edition 1, announce it.

    No write of the period is under way while this runs and none is taken afterwards. Raises DomainError
    `finalize_not_ready` with every unmet precondition, `period_state`, `pack_differs`.
    """
    period = await periods.open_for_transition(connection, code, "provisional")
    check_finalize(await before_finalize(connection, period), at)
    found = await compute(await read_inputs(connection, code))
    kept = await keep_edition(connection, found, await editions.next_number(connection, code), at, office)
    await periods.update_period(connection, period.id, state="finalized")
    await record(connection, by, "period.finalized", code, edition=kept["edition"], digest=kept["digest"])
    said = {name: kept[name] for name in ("period", "edition", "digest")}
    await announce(connection, "period.finalized", code, said)
    return kept
