"""The points that a unit's claims would give, confirmed as they are, and how; nothing is stored."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Reading
from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import Act, LeafStand, self_scored
from scoring_api.assessment.domain.claims import claims_of
from scoring_api.frameworks.domain.framework import Framework, Leaf, Node
from scoring_api.frameworks.domain.values import check_value
from scoring_api.results.domain.bundle import compute_bundle
from scoring_api.results.domain.claimed import claimed_most, claimed_of, claimed_total
from scoring_api.results.domain.explaining import explain
from scoring_api.results.domain.explanation import Explanation
from scoring_api.results.use_cases.computing import PeriodInputs, bundle_of, read_inputs


async def claimed_points(
    connection: Reading, by: Principal, code: str, unit: str, leaf: str = ""
) -> dict[str, Any]:
    """What every claim would give, or that of one leaf; one whose figures are not all there gives nothing.

    Raises DomainError `foreign_unit`, `period_unknown`, `unit_not_in_period`, `criterion_unknown`.
    """
    authorize_unit(by, Action.ASSESSMENT_READ, unit)
    inputs = await read_inputs(connection, code, unit)
    framework = inputs.versions[0].parsed
    scored = [found for found in framework.leaves if self_scored(found) and leaf in {"", found.key}]
    if not scored:
        raise DomainError("criterion_unknown", {"key": leaf})
    claims = claims_of(stand.claimed for stand in inputs.stands.values() if stand.claimed)
    told, most = await asyncio.to_thread(_explained, inputs, scored, claims)
    return {
        "period": code,
        "unit": unit,
        "version": inputs.units[0].version,
        "points": decimal_text(claimed_total(framework, told, most)),
        "max_points": decimal_text(claimed_most(scored, told)),
        "areas": [
            {
                "key": area.key,
                "name": area.name,
                "points": decimal_text(claimed_of(area, told)),
                "max_points": decimal_text(claimed_most(inside, told)),
            }
            for area in framework.nodes.values()
            if area.role == "area" and (inside := _inside(framework, area, scored))
        ],
        "leaves": [_row(found, told.get(found.key)) for found in scored],
    }


def _explained(
    inputs: PeriodInputs, scored: Iterable[Leaf], claims: dict[str, Act]
) -> tuple[dict[str, Explanation], Decimal]:
    """The claims that can be scored, explained as if each were confirmed; the maximum of the total."""
    unit = inputs.units[0].unit
    whole = {
        leaf.key: claims[leaf.key]
        for leaf in scored
        if leaf.key in claims and not check_value(leaf.rule, leaf.max_points, claims[leaf.key].value)
    }
    stands = {(unit, key): LeafStand(None, claim, None) for key, claim in whole.items()}
    (result,) = compute_bundle(bundle_of(replace(inputs, stands=stands, tally=None)))
    told = {key: explain(result, unit, key) for key in whole}
    return told, result.units[unit].score.applicable_max


def _inside(framework: Framework, area: Node, scored: Iterable[Leaf]) -> list[Leaf]:
    keys = {leaf.key for leaf in framework.leaves[area.first : area.stop]}
    return [leaf for leaf in scored if leaf.key in keys]


def _row(leaf: Leaf, told: Explanation | None) -> dict[str, Any]:
    return {
        "leaf": leaf.key,
        "code": leaf.code,
        "name": leaf.name,
        "max_points": decimal_text(leaf.max_points),
        "points": decimal_text(told.points) if told else None,
        "printed": decimal_text(told.printed) if told else None,
        "status": told.status if told else "missing",
        "sentence": told.sentence if told else "",
    }
