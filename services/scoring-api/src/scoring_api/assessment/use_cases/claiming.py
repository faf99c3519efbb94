"""Self-assessment («tự chấm»): what a unit claims for its leaves, saved as it goes; no submission here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Writing
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.acts import Act, Entry, act_of
from scoring_api.assessment.domain.claims import (
    all_open,
    check_claims,
    check_complete,
    claims_of,
    shortfall_warnings,
)
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import evidence as evidence_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases.opening import open_claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What saving did: acts made, the version now, and what the assessment still needs, by leaf."""

    changed: int
    version: int
    open_leaves: Mapping[str, tuple[Fault, ...]]
    warnings: tuple[Fault, ...]


async def write_claims(
    connection: Writing,
    by: Principal,
    code: str,
    unit: str,
    entries: Sequence[Entry],
    at: datetime,
    *,
    held: int | None,
) -> Saved:
    """Store what the unit claims for these leaves, finished or not; unchanged claims make no new act.

    After the submission it claims anew just what was returned to it for supplement, and finished. `held` is
    the version the claims were made on, None for whichever there is. Of writers who hold the same version one
    wins. Raises DomainError `assessment_invalid`, `assessment_incomplete`, `version_stale`,
    `assessment_state`, `window_closed`, `leaf_not_returned`, `supplement_closed`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    leaves = [entry.leaf for entry in entries]
    period, bound, framework = await open_claims(connection, code, unit, leaves, at)
    if held is not None and held != bound.version:
        raise DomainError("version_stale")
    files = await evidence_store.read_evidence(connection, period.id, unit)
    check_claims(framework, entries, frozenset(file.id for file in files if not file.is_inspection))
    known = claims_of(await act_store.read_latest(connection, period.id, unit))
    changed = [
        act
        for entry in entries
        if _content(act := act_of(unit, entry, "self", by.subject, at)) != _content(known.get(entry.leaf))
    ]
    claims = claims_of([*known.values(), *changed])
    if bound.status != "draft":  # what lies with the secretariat stays complete
        check_complete(framework, claims)
    if changed:
        await act_store.insert_acts(connection, period.id, changed)
        await store.update_unit(connection, period.id, unit)
    return Saved(
        changed=len(changed),
        version=bound.version + bool(changed),
        open_leaves=all_open(framework, claims),
        warnings=tuple(
            warning
            for leaf in framework.leaves
            if leaf.key in claims
            for warning in shortfall_warnings(leaf, claims[leaf.key])
        ),
    )


def _content(claim: Act | None) -> tuple[object, ...]:
    """What a claim says; nothing and no claim at all say the same."""
    if claim is None:
        return ({}, "", (), ())
    return (dict(claim.value or {}), claim.narrative, claim.evidence, claim.shortfall)
