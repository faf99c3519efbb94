"""Taking a step of a period back («mở lại»), with its reason; what was signed off on top of it is undone."""

from collections.abc import Sequence
from typing import Any

from parindex.auth.principal import Principal
from parindex.db import Reading, Writing
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.closing import SIGN_OFFS, SignOff, reopening_faults, undone
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.sessions import read_signer
from scoring_api.schema import record

SIGNED_BY = {
    "provisional": "period.provisional",
    "council": "council.called",
    "tally": "council.called",
    "appraisal": "assessment.appraised",
}
"""The audited act that signed a step off."""


async def reopen_period(
    connection: Writing, by: Principal, code: str, to: str, *, reason: str, units: Sequence[str]
) -> list[dict[str, Any]]:
    """One step back: a provisional result to the council, the council's period to the units named.

    Acts and sessions stay what they were; a unit's appraisal is done again, and counts over what the council
    had decided of the same leaf before. Returns each sign-off undone, with who had given it and when.
    Raises DomainError `period_state`, `reopening_invalid`.
    """
    period = await store.open_for_transition(
        connection, code, "provisional" if to == "council" else "council"
    )
    known = [bound.unit for bound in await store.read_units(connection, period.id)]
    faults = reopening_faults(to, units, known)
    if faults:
        raise DomainError("reopening_invalid", {"count": len(faults)}, tuple(faults))
    signed = undone(to, units, surveyed=bool(period.pinned_tally))
    named = [await _named(connection, code, found) for found in signed]
    if to == "council":
        await store.update_period(connection, period.id, state="council", previous_edition=None)
    else:
        await store.update_period(connection, period.id, state="open", pinned_tally="")
        for unit in units:
            await store.update_unit(connection, period.id, unit, status="submitted")
    await record(connection, by, "period.reopened", code, to=to, reason=reason, undone=named)
    said = {"period": code, "to": to, "undone": [[found.kind, found.unit] for found in signed][:100]}
    await announce(connection, "period.reopened", code, said)
    return named


async def _named(connection: Reading, code: str, found: SignOff) -> dict[str, Any]:
    where = f"{code}/{found.unit}" if found.unit else code
    signer = await read_signer(connection, SIGNED_BY[found.kind], where)
    return {
        "kind": found.kind,
        "name": SIGN_OFFS[found.kind],
        "unit": found.unit,
        "by": signer[0] if signer else "",
        "at": instant_text(signer[1]) if signer else "",
    }
