"""A framework made ready for many units: one function a leaf, the spans of its parts; nothing of a unit."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from parindex.kernel.points import leaf_points, total
from scoring_api.frameworks.domain.framework import Effect, Framework, Leaf, Node
from scoring_api.frameworks.domain.rules import Sipas, Survey
from scoring_api.frameworks.domain.scoring import (
    ZERO,
    LeafScore,
    Line,
    Scorer,
    Status,
    compile_rule,
    scale_line,
)
from scoring_api.results.domain.counting import UnitCells, percent_of
from scoring_api.results.domain.inputs import LeafEntry, PreviousYear
from scoring_api.results.domain.tallies import survey_plan

Settle = Callable[[LeafEntry | None, UnitCells, PreviousYear | None], LeafScore]


class LeafPlan(NamedTuple):
    """How a leaf is settled; `scorer` is None where no value is claimed."""

    leaf: Leaf
    settle: Settle
    scorer: Scorer | None


class PartPlan(NamedTuple):
    """A group or an area: its leaves, those its percent counts, and their maxima when all apply."""

    node: Node
    span: slice
    counted: tuple[int, ...] | None  # None: the same as the span
    max_points: Decimal
    counted_max: Decimal


@dataclass(frozen=True, slots=True)
class ScoringPlan:
    """A framework ready to score units."""

    framework: Framework
    leaves: tuple[LeafPlan, ...]
    steps: tuple[tuple[str, Settle], ...]  # key and function of every leaf: the hot path
    beside: tuple[int, ...]  # leaves beside the 100: bonus and penalty
    gaps: tuple[tuple[int, Line], ...]  # leaves that compare self scores with final ones
    parts: tuple[PartPlan, ...]
    adjustments: tuple[Node, ...]  # topmost bonus and penalty nodes
    max_points: Decimal


def scoring_plan(framework: Framework) -> ScoringPlan:
    leaves = tuple(_leaf_plan(leaf) for leaf in framework.leaves)
    return ScoringPlan(
        framework=framework,
        leaves=leaves,
        steps=tuple((row.leaf.key, row.settle) for row in leaves),
        beside=tuple(i for i, leaf in enumerate(framework.leaves) if leaf.effect != "points"),
        gaps=tuple(
            (i, scale_line(leaf.rule.scale, leaf.max_points))
            for i, leaf in enumerate(framework.leaves)
            if leaf.rule.measure.kind == "self_gap"
        ),
        parts=tuple(
            _part_plan(framework, node) for node in framework.nodes.values() if node.role in {"group", "area"}
        ),
        adjustments=adjustments(framework.roots),
        max_points=total([leaf.max_points for leaf in framework.leaves if leaf.effect == "points"]),
    )


def adjustments(nodes: tuple[Node, ...], effect: Effect = "points") -> tuple[Node, ...]:
    """The topmost bonus and penalty nodes («điểm thưởng, điểm trừ»): their effect is not their parent's."""
    found: list[Node] = []
    for node in nodes:
        if node.effect not in {effect, "points"}:
            found.append(node)
        found += adjustments(node.children, node.effect)
    return tuple(found)


def _part_plan(framework: Framework, node: Node) -> PartPlan:
    leaves = framework.leaves
    inside = [i for i in range(node.first, node.stop) if leaves[i].effect == "points"]
    counted = [i for i in inside if not node.percent_over or leaves[i].source in node.percent_over]
    return PartPlan(
        node,
        slice(node.first, node.stop),
        None if counted == inside else tuple(counted),
        total([leaves[i].max_points for i in inside]),
        total([leaves[i].max_points for i in counted]),
    )


def _leaf_plan(leaf: Leaf) -> LeafPlan:
    scorer = compile_rule(leaf.rule, leaf.max_points) if leaf.rule.takes_value else None
    measure = leaf.rule.measure
    if isinstance(measure, (Survey, Sipas)):
        return LeafPlan(leaf, _settle_tally(leaf, measure), None)
    return LeafPlan(leaf, _settle_value(leaf, scorer), scorer)


def overridden(leaf: Leaf, points: Decimal) -> LeafScore:
    """Points the council set, kept within the maximum."""
    within = leaf_points(min(leaf.max_points, max(ZERO, points)))
    return LeafScore(within, leaf.max_points, "scored", "override")


def settled(leaf: Leaf, status: Status, score: LeafScore | None) -> LeafScore:
    """A leaf that was not scored, by its policy; `score` is last year's where it falls back on that.

    Declared not applicable, not arising (denominator 0) and missing are three cases with a policy each:
    Nam Định 2016 excludes 2,5 points that were not measured: 70,46 / 97,5 = 72,27 %.
    """
    policies: dict[str, str] = {
        "not_applicable": leaf.not_applicable,
        "not_arising": leaf.not_arising,
        "missing": leaf.missing,
    }
    policy = policies[status]
    if policy == "exclude":
        return LeafScore(ZERO, ZERO, status, policy)
    if policy == "full":
        return LeafScore(leaf.max_points, leaf.max_points, status, policy)
    points = score.points if policy == "fallback" and score is not None else ZERO
    return LeafScore(points, leaf.max_points, status, policy)


def _settle_value(leaf: Leaf, scorer: Scorer | None) -> Settle:
    key = leaf.key

    def last_year(previous: PreviousYear | None) -> LeafScore | None:
        value = previous.values.get(key) if previous is not None else None
        return scorer(value) if scorer is not None and value is not None else None

    def settle(entry: LeafEntry | None, _: UnitCells, previous: PreviousYear | None) -> LeafScore:
        if entry is None:
            return settled(leaf, "missing", None)
        if entry.override is not None:
            return overridden(leaf, entry.override)
        if entry.not_applicable:
            return settled(leaf, "not_applicable", last_year(previous))
        if entry.value is None or scorer is None:
            return settled(leaf, "missing", None)
        score = scorer(entry.value)
        return score if score.status == "scored" else settled(leaf, "not_arising", last_year(previous))

    return settle


def _settle_tally(leaf: Leaf, measure: Survey | Sipas) -> Settle:
    plan, line = survey_plan(measure), scale_line(leaf.rule.scale, leaf.max_points)

    def settle(entry: LeafEntry | None, cells: UnitCells, _: PreviousYear | None) -> LeafScore:
        if entry is not None and entry.override is not None:
            return overridden(leaf, entry.override)
        if entry is not None and entry.not_applicable:
            return settled(leaf, "not_applicable", None)
        percent = percent_of(plan.blocks(cells), plan.unit)
        if percent is None:
            return settled(leaf, "missing", None)
        points, step = line(percent)
        return LeafScore(points, leaf.max_points, "scored", "", percent, step)

    return settle
