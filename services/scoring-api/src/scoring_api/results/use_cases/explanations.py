"""Explaining a figure of a running period: as far as the asker may see, with the acts and files behind it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from parindex.auth.policy import Action, scope_of
from parindex.auth.principal import Principal, authorize_unit
from parindex.contracts.snapshots import TallySnapshot
from parindex.db import Reading
from parindex.kernel.canonical import decimal_text
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.domain.sight import Sight
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store.corrections import read_corrections
from scoring_api.assessment.store.evidence import EvidenceFile, read_evidence
from scoring_api.assessment.store.sessions import read_sessions
from scoring_api.assessment.use_cases.seeing import sight_of
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.results.domain.bundle import Bundle, compute_bundle
from scoring_api.results.domain.lineage import lineage
from scoring_api.results.domain.withholding import withhold
from scoring_api.results.use_cases.computing import PeriodInputs, bundle_of, read_inputs

_WRITERS = {
    "self": "unit_officer",
    "appraisal": "appraiser",
    "explanation": "unit_officer",
    "council": "council_clerk",
}


async def explain_node(
    connection: Reading, by: Principal, code: str, unit: str, node: str, at: datetime
) -> dict[str, Any]:
    """Where the points of a node come from, by what is stored now.

    A unit sees of itself what its assessment shows it: nothing before the explanation phase, then the
    appraised leaves, and sums and survey leaves once a complaint may be made against a provisional result.
    Counts of too few answers are the council's alone. Raises DomainError `explanation_not_open`,
    `foreign_unit`, `period_unknown`, `unit_not_in_period`, `criterion_unknown`.
    """
    authorize_unit(by, Action.ASSESSMENT_READ, unit)
    inputs = await read_inputs(connection, code, unit)
    own = unit in by.units
    sight = sight_of(by, inputs.period, unit, at)
    leaf = _sighted_leaf(inputs.versions[0].parsed, node, sight)
    public = own or scope_of(by.role, Action.COUNCIL_DECIDE) is None
    found = await asyncio.to_thread(_lineage, inputs, node, sight, public=public)
    acts = [
        act
        for act in await act_store.read_acts(connection, inputs.period.id, unit)
        if leaf is not None and act.leaf == node and sight.of_act(act, leaf)
    ]
    numbers = await _numbers(connection, inputs.period.id)
    named = {file for act in acts for file in act.evidence}
    files = await read_evidence(connection, inputs.period.id, unit) if named else []
    return {
        "period": code,
        "state": inputs.period.state,
        **found,
        "framework": {**found["framework"], "version": inputs.versions[0].version},
        "tally": _tally(inputs.tally, inputs.tally_digest) if found["cells"] else None,
        "acts": [_act(act, own=own) | _decided_in(act, numbers) for act in acts],
        "evidence": [_file(file) for file in files if file.id in named],
    }


def _sighted_leaf(framework: Framework, node: str, sight: Sight) -> Leaf | None:
    """The node's leaf, None for a sum; who does not see the result sees neither sums nor survey leaves."""
    found = framework.nodes.get(node)
    leaf = found.leaf if found is not None else None
    if not (sight.result if leaf is None else sight.of_leaf(leaf)):
        raise DomainError("explanation_not_open", {"node": node or "tổng điểm"})
    return leaf


def _lineage(inputs: PeriodInputs, node: str, sight: Sight, *, public: bool) -> dict[str, Any]:
    """Computed from what the asker sees; pure, for a thread."""
    if not sight.result:
        stands = {place: replace(stand, decided=None) for place, stand in inputs.stands.items()}
        inputs = replace(inputs, stands=stands)
    bundle = bundle_of(inputs)
    return lineage(_public(bundle, inputs) if public else bundle, node)


def _public(bundle: Bundle, inputs: PeriodInputs) -> Bundle:
    """Without small cells; not even their digests, which only a published pack can vouch for."""
    found = withhold(bundle, compute_bundle(bundle), inputs.period.publication_minimum, "")
    return replace(found, withheld_cells=())


def _tally(tally: TallySnapshot | None, digest: str) -> dict[str, Any] | None:
    if tally is None:
        return None
    return {"campaign": tally.campaign, "revision": tally.revision, "digest": digest}


def _act(act: Act, *, own: bool) -> dict[str, Any]:
    """Accounts are for those who judge; a unit sees its own."""
    return {
        "stage": act.stage,
        "role": _WRITERS[act.stage],
        "by": act.author if not own or act.stage in {"self", "explanation"} else "",
        "at": instant_text(act.at),
        "value": act.value,
        "points": None if act.points is None else decimal_text(act.points),
        "not_applicable": act.not_applicable,
        "reason": act.reason,
        "narrative": act.narrative,
        "evidence": [str(file) for file in act.evidence],
    }


async def _numbers(connection: Reading, period_id: UUID) -> dict[UUID, str | int]:
    """Sessions and corrections by their ids, as people call them."""
    sessions = await read_sessions(connection, period_id)
    corrections = await read_corrections(connection, period_id)
    return {row.id: row.number for row in sessions} | {row.id: row.number for row in corrections}


def _decided_in(act: Act, numbers: Mapping[UUID, str | int]) -> dict[str, Any]:
    """The session or the correction an act belongs to."""
    return {
        "session": numbers.get(act.session) if act.session else None,
        "correction": numbers.get(act.correction) if act.correction else None,
    }


def _file(file: EvidenceFile) -> dict[str, Any]:
    return {
        "id": str(file.id),
        "title": file.title,
        "file_name": file.file_name,
        "number": file.number,
        "issued_on": file.issued_on.isoformat() if file.issued_on else "",
        "digest": file.digest,
        "bytes": file.bytes,
        "media_type": file.media_type,
    }
