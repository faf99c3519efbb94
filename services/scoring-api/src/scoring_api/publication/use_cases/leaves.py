"""A unit's sheet, node by node in tree order: what was claimed, what was given, what counts, and why."""

from decimal import Decimal

from parindex.contracts.snapshots import LeafResult
from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import total
from scoring_api.assessment.domain.acts import Act, LeafStand
from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.scoring import score_value
from scoring_api.results.domain.outcome import IndexResult
from scoring_api.results.use_cases.computing import PeriodInputs


def leaf_rows(result: IndexResult, inputs: PeriodInputs, unit: str) -> tuple[LeafResult, ...]:
    """Every node of the tree, leaves with their points, inner nodes with the sums of their leaves."""
    framework = result.framework
    score = result.units[unit].score
    stands = [inputs.stands.get((unit, leaf.key)) for leaf in framework.leaves]
    claimed = [_self_points(leaf, stand) for leaf, stand in zip(framework.leaves, stands, strict=True)]
    appraised = [_appraised_points(leaf, stand) for leaf, stand in zip(framework.leaves, stands, strict=True)]
    given = [outcome.points for outcome in score.leaves]
    rows = []
    for node in framework.nodes.values():
        span = slice(node.first, node.stop)
        outcome = score.leaves[node.first] if node.leaf else None
        stand = stands[node.first] if node.leaf else None
        rows.append(
            LeafResult(
                key=node.key,
                code=node.code,
                name=node.name,
                role=node.role,
                depth=node.depth,
                source=node.leaf.source if node.leaf else "",
                max_points=decimal_text(node.max_points),
                self_points=_sum(claimed[span]),
                appraised_points=_sum(appraised[span]),
                points=decimal_text(total(given[span])),
                reason=stand.counting.reason if stand and stand.counting else "",
                status=outcome.status if outcome else "",
            )
        )
    return tuple(rows)


def _self_points(leaf: Leaf, stand: LeafStand | None) -> Decimal | None:
    return _points(leaf, stand.claimed if stand else None)


def _appraised_points(leaf: Leaf, stand: LeafStand | None) -> Decimal | None:
    return _points(leaf, stand.appraised if stand else None)


def _points(leaf: Leaf, act: Act | None) -> Decimal | None:
    """Points of one act by the leaf's rule; None where there is no value to score."""
    if act is None or act.value is None:
        return None if act is None else act.points
    return score_value(leaf.rule, leaf.max_points, act.value).points


def _sum(points: list[Decimal | None]) -> str:
    found = [value for value in points if value is not None]
    return decimal_text(total(found)) if found else ""
