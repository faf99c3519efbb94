"""What the council has to look at: disputed leaves with both sides, ratings that no printed rule covers."""

import asyncio
from collections.abc import Mapping
from typing import Any

from parindex.db import Reading
from parindex.kernel.canonical import decimal_text
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods
from scoring_api.assessment.store.complaints import read_complaints
from scoring_api.results.domain.disputes import CAUSES, DisputedLeaf, disputed_leaves
from scoring_api.results.domain.outcome import IndexResult, UnitResult
from scoring_api.results.use_cases.computing import PeriodInputs, compute_period, read_inputs


async def read_disputes(
    connection: Reading, code: str, *, unit: str = "", undecided: bool = False
) -> dict[str, Any]:
    """Disputes unit by unit, of one unit if named; `undecided` leaves out what the council has decided.

    Raises DomainError `period_unknown`, `unit_not_in_period`.
    """
    inputs = await read_inputs(connection, code)
    if unit:
        await periods.read_unit(connection, inputs.period.id, unit)
    explained: dict[str, dict[str, Act]] = {}
    for act in await act_store.read_acts(connection, inputs.period.id):
        if act.stage == "explanation":
            explained.setdefault(act.unit, {})[act.leaf] = act
    complained: dict[str, set[str]] = {}
    for filed in (await read_complaints(connection, inputs.period.id)).values():
        complained.setdefault(filed.unit, set()).update(filed.leaves)
    results = await asyncio.to_thread(compute_period, inputs)
    rows = [
        {"unit": member, "name": _name(inputs, member), **told}
        for result in results
        for member, found in result.units.items()
        if unit in {"", member}
        for told in _of_unit(
            inputs, result, member, found, explained.get(member, {}), frozenset(complained.get(member, ()))
        )
    ]
    if undecided:
        rows = [row for row in rows if not row["decided"]]
    return {"code": code, "state": inputs.period.state, "disputes": rows}


def _name(inputs: PeriodInputs, member: str) -> str:
    return next(str(bound.facts["name"]) for bound in inputs.units if bound.unit == member)


def _of_unit(
    inputs: PeriodInputs,
    result: IndexResult,
    member: str,
    found: UnitResult,
    explained: Mapping[str, Act],
    complained: frozenset[str],
) -> list[dict[str, Any]]:
    stands = {leaf: stand for (unit, leaf), stand in inputs.stands.items() if unit == member}
    rows = [
        _row(dispute, explained.get(dispute.leaf.key))
        for dispute in disputed_leaves(result.framework, found, stands, explained, complained)
    ]
    rating = found.score.rating
    if rating is not None and rating.by_fall_through:
        blocked = rating.blocked_by
        rows.append(
            _plain("", "", ["fall_through"])
            | {
                "rating": rating.rating.code,
                "rating_name": rating.rating.name,
                "blocked_by": blocked and blocked.name,
            }
        )
    return rows


def _plain(leaf: str, name: str, causes: list[str]) -> dict[str, Any]:
    return {
        "leaf": leaf,
        "leaf_name": name,
        "max_points": None,
        "causes": [{"code": cause, "name": CAUSES[cause]} for cause in causes],
        "claimed": None,
        "appraised": None,
        "explained": None,
        "decided": None,
        "rating": None,
        "rating_name": None,
        "blocked_by": None,
    }


def _row(dispute: DisputedLeaf, explained: Act | None) -> dict[str, Any]:
    leaf = dispute.leaf
    return _plain(leaf.key, leaf.name, list(dispute.causes)) | {
        "max_points": decimal_text(leaf.max_points),
        "claimed": _side(dispute.claimed, dispute.claimed_points),
        "appraised": _side(dispute.appraised, dispute.appraised_points),
        "explained": explained
        and {
            "narrative": explained.narrative,
            "evidence": [str(file) for file in explained.evidence],
            "at": instant_text(explained.at),
        },
        "decided": _side(dispute.decided, dispute.decided and dispute.decided.points),
    }


def _side(act: Act | None, points: Any) -> dict[str, Any] | None:
    if act is None:
        return None
    return {
        "value": act.value,
        "points": None if points is None else decimal_text(points),
        "not_applicable": act.not_applicable,
        "reason": act.reason or act.narrative,
        "evidence": [str(file) for file in act.evidence],
        "by": act.author,
        "at": instant_text(act.at),
    }
