"""Where a figure comes from: inputs → measure → line of the scale → points; computed when asked."""

from collections.abc import Sequence
from decimal import Decimal, localcontext

from parindex.kernel.errors import DomainError
from parindex.kernel.points import leaf_points, vietnamese
from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.framework import Framework, Leaf, Node
from scoring_api.frameworks.domain.rules import LevelTable, Sipas, Survey
from scoring_api.frameworks.domain.scoring import ZERO, LeafScore
from scoring_api.results.domain.counting import cells_of_unit, parts_of
from scoring_api.results.domain.explanation import Contribution, Explanation
from scoring_api.results.domain.inputs import UnitInput
from scoring_api.results.domain.outcome import IndexResult, UnitScore
from scoring_api.results.domain.tallies import survey_plan

_POLICIES = {
    "override": "điểm do Hội đồng quyết định",
    "exclude": "loại khỏi mẫu số",
    "full": "tính đủ điểm chuẩn",
    "zero": "tính 0 điểm",
    "fallback": "lấy giá trị năm trước",
    "council": "chờ Hội đồng quyết định, tạm tính 0 điểm",
}
_STEPS = {
    "under_floor": "dưới mức sàn: 0 điểm",
    "line": "tính theo tỷ lệ",
    "full": "đạt mức tối đa",
    "per_item": "tính theo từng mục, không quá điểm chuẩn",
    "deduct": "trừ theo từng vi phạm, không dưới 0",
    "serious": "vi phạm nghiêm trọng: 0 điểm",
}


def explain(result: IndexResult, unit: str, key: str) -> Explanation:
    """The explanation of one node of one unit; the empty key is the total of the unit.

    Raises DomainError `unit_unknown` or `criterion_unknown`.
    """
    if unit not in result.units:
        raise DomainError("unit_unknown", {"unit": unit})
    framework, score = result.framework, result.units[unit].score
    with localcontext(NUMBERS):
        if key == "":
            return _total(framework, score)
        node = framework.nodes.get(key)
        if node is None:
            raise DomainError("criterion_unknown", {"key": key})
        if node.leaf is not None:
            return _leaf(node.leaf, score.leaves[node.first], result.inputs[unit])
        return _branch(framework, node, score)


def _leaf(leaf: Leaf, score: LeafScore, given: UnitInput) -> Explanation:
    entry = given.entries.get(leaf.key)
    surveyed = (
        isinstance(leaf.rule.measure, (Survey, Sipas)) and score.status == "scored" and not score.policy
    )
    return Explanation(
        key=leaf.key,
        name=leaf.name,
        points=score.points,
        max_points=score.max_points,
        status=score.status,
        policy=score.policy,
        inputs=entry.value or {} if entry is not None else {},
        measure=score.measure,
        line=_line(leaf, score),
        excess=score.excess,
        reason=entry.reason if entry is not None else "",
        contributions=_cells(leaf, score, given)
        if surveyed
        else (Contribution(leaf.key, leaf.name, score.points),),
    )


def _line(leaf: Leaf, score: LeafScore) -> str:
    """The line of the scale, or the policy, in words."""
    if score.policy:
        return _POLICIES[score.policy]
    if isinstance(leaf.rule.scale, LevelTable):
        return next(level.label or level.code for level in leaf.rule.scale.levels if level.code == score.step)
    if score.step in _STEPS:
        return _STEPS[score.step]
    if not score.step:
        return "bậc thấp nhất"
    return f"bậc từ {vietnamese(Decimal(score.step))} trở lên"


def _cells(leaf: Leaf, score: LeafScore, given: UnitInput) -> tuple[Contribution, ...]:
    """What each question and group gave, in proportion to its part of the percent."""
    measure = leaf.rule.measure
    assert isinstance(measure, (Survey, Sipas))
    plan = survey_plan(measure)
    parts = parts_of(plan.blocks(cells_of_unit(given.cells)), plan.unit)
    spread = _spread(score.points, [part.part for part in parts])
    return tuple(
        Contribution(
            f"{part.question}/{part.group}" if part.group else part.question,
            f"{part.answered} câu trả lời được tính",
            points,
        )
        for part, points in zip(parts, spread, strict=True)
    )


def _spread(points: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
    """Points in proportion to the parts, adding up exactly: the last digits go to the first part."""
    whole = sum(parts, ZERO)
    if not whole:
        return [points, *[ZERO] * (len(parts) - 1)]
    spread = [leaf_points(points * part / whole) for part in parts]
    spread[0] += points - sum(spread, ZERO)
    return spread


def _sum_of(framework: Framework, score: UnitScore, node: Node) -> Decimal:
    """What a node gives to its parent: leaves of its own effect, capped when it stands beside the 100."""
    if node.leaf is not None:
        return score.leaves[node.first].points
    inside = sum([_sum_of(framework, score, child) for child in _same(node)], ZERO)
    return inside if node.effect == "points" else min(node.max_points, inside)


def _same(node: Node) -> list[Node]:
    return [child for child in node.children if child.effect == node.effect]


def _branch(framework: Framework, node: Node, score: UnitScore) -> Explanation:
    parts = [Contribution(child.key, child.name, _sum_of(framework, score, child)) for child in _same(node)]
    points = _sum_of(framework, score, node)
    maxima = [
        row.max_points
        for leaf, row in zip(framework.leaves, score.leaves, strict=True)
        if leaf.key.startswith(f"{node.key}/") and leaf.effect == "points"
    ]
    whole = sum(maxima, ZERO) if node.effect == "points" else node.max_points
    return _summed(node.key, node.name, (points, whole), parts, "không quá mức tối đa")


def _total(framework: Framework, score: UnitScore) -> Explanation:
    """Σ roots + bonus − penalty, kept between 0 and the applicable maximum."""
    parts = [
        Contribution(node.key, node.name, _sum_of(framework, score, node))
        for node in framework.roots
        if node.effect == "points"
    ]
    if score.bonus:
        parts.append(Contribution("bonus", "Điểm thưởng", score.bonus))
    if score.penalty:
        parts.append(Contribution("penalty", "Điểm trừ", -score.penalty))
    said = "giới hạn từ 0 đến tổng điểm tối đa áp dụng"
    return _summed("", "Tổng điểm", (score.points, score.applicable_max), parts, said)


def _summed(
    key: str, name: str, points: tuple[Decimal, Decimal], parts: list[Contribution], limit: str
) -> Explanation:
    """A sum with the limit, if it bit, as a contribution of its own."""
    reached, whole = points
    over = reached - sum([part.points for part in parts], ZERO)
    if over:
        parts.append(Contribution("limit", limit, over))
    return Explanation(
        key=key,
        name=name,
        points=reached,
        max_points=whole,
        status="scored",
        policy="",
        inputs={},
        measure=None,
        line=f"tổng {len(parts)} phần",
        excess=False,
        reason="",
        contributions=tuple(parts),
    )
