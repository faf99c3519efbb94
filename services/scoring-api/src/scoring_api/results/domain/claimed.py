"""Sums of what a unit claims («tổng điểm tự chấm»), added up as the engine adds what is confirmed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from parindex.kernel.points import total
from scoring_api.frameworks.domain.framework import Framework, Leaf, Node
from scoring_api.results.domain.explanation import Explanation
from scoring_api.results.domain.plan import adjustments

_ZERO = Decimal(0)
Told = Mapping[str, Explanation]
"""The claims that can be scored, explained, by leaf."""


def claimed_of(node: Node, told: Told) -> Decimal:
    """What the claims under a node give to it: leaves of its own effect, capped if it stands beside the 100.

    Bonus and penalty leaves («điểm thưởng, điểm trừ») add to the total alone, not to the area they lie in.
    """
    if node.leaf is not None:
        return told[node.key].points if node.key in told else _ZERO
    inside = total([claimed_of(child, told) for child in node.children if child.effect == node.effect])
    return inside if node.effect == "points" else min(node.max_points, inside)


def claimed_total(framework: Framework, told: Told, most: Decimal) -> Decimal:
    """Σ leaves + capped bonus − capped penalty, from 0 to `most`, unless the set does not cap its total."""
    within = [claimed_of(node, told) for node in framework.roots if node.effect == "points"]
    beside = [(node.effect, claimed_of(node, told)) for node in adjustments(framework.roots)]
    signed = [points if effect == "bonus" else points.copy_negate() for effect, points in beside]
    reached = max(_ZERO, total([*within, *signed]))
    return min(reached, most) if framework.cap_total else reached


def claimed_most(leaves: Iterable[Leaf], told: Told) -> Decimal:
    """What could be had of these leaves within the 100; a leaf that leaves the denominator is not in it."""
    within = [leaf for leaf in leaves if leaf.effect == "points"]
    return total([told[leaf.key].max_points if leaf.key in told else leaf.max_points for leaf in within])
