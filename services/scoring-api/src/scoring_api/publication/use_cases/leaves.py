"""A unit's sheet, node by node in tree order: what was claimed, what was given, what counts, and why."""

from decimal import Decimal

from parindex.contracts.snapshots import LeafResult
from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import total
from scoring_api.results.domain.disputes import act_points
from scoring_api.results.domain.outcome import IndexResult
from scoring_api.results.use_cases.computing import PeriodInputs


def leaf_rows(result: IndexResult, inputs: PeriodInputs, unit: str) -> tuple[LeafResult, ...]:
    """Every node of the tree, leaves with their points, inner nodes with the sums of their leaves."""
    framework = result.framework
    score = result.units[unit].score
    stands = [inputs.stands.get((unit, leaf.key)) for leaf in framework.leaves]
    rows_of = list(zip(framework.leaves, stands, strict=True))
    claimed = [act_points(leaf, stand.claimed if stand else None) for leaf, stand in rows_of]
    appraised = [act_points(leaf, stand.appraised if stand else None) for leaf, stand in rows_of]
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


def _sum(points: list[Decimal | None]) -> str:
    found = [value for value in points if value is not None]
    return decimal_text(total(found)) if found else ""
