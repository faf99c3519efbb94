"""Where a figure comes from, node by node of the tree; computed when asked. A leaf is told next door."""

from dataclasses import replace
from decimal import Decimal, localcontext
from itertools import starmap

from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import DomainError
from parindex.kernel.points import apportion, output, telling_places
from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.framework import Effect, Framework, Node, Source
from scoring_api.frameworks.domain.measure_words import figure_text
from scoring_api.frameworks.domain.scoring import ZERO, LeafScore
from scoring_api.results.domain.explanation import Contribution, Explanation, Figure
from scoring_api.results.domain.inputs import UnitInput
from scoring_api.results.domain.leaf_explaining import explained_leaf
from scoring_api.results.domain.outcome import IndexResult, UnitScore
from scoring_api.results.domain.plan import adjustments, scoring_plan
from scoring_api.results.domain.self_gap import SelfScored, self_scored

_SOURCES: dict[Source, str] = {
    "documents": "tài liệu kiểm chứng",
    "statistics": "số liệu thống kê",
    "survey": "khảo sát",
    "derived": "hệ thống tính",
    "leader": "lãnh đạo đánh giá",
}
_EFFECTS: dict[Effect, tuple[str, int]] = {
    "points": ("", 1),
    "bonus": ("Điểm thưởng: ", 1),
    "penalty": ("Điểm trừ: ", -1),
}
Part = tuple[str, str, Decimal]
"""Key, label and exact points of one part."""


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
            given = result.inputs[unit]
            own = score.leaves[node.first]
            return explained_leaf(node.leaf, own, given, _gap(framework, node, given, score.leaves))
        return _branch(framework, node, score)


def _gap(
    framework: Framework, node: Node, given: UnitInput, outcomes: tuple[LeafScore, ...]
) -> list[SelfScored]:
    """The self-scores a gap leaf compares; nothing for every other leaf."""
    if node.leaf is None or node.leaf.rule.measure.kind != "self_gap":
        return []
    return self_scored(scoring_plan(framework), given, outcomes)


def _sum_of(framework: Framework, score: UnitScore, node: Node) -> Decimal:
    """What a node gives to its parent: leaves of its own effect, capped when it stands beside the 100."""
    if node.leaf is not None:
        return score.leaves[node.first].points
    inside = sum([_sum_of(framework, score, child) for child in _same(node)], ZERO)
    return inside if node.effect == "points" else min(node.max_points, inside)


def _same(node: Node) -> list[Node]:
    return [child for child in node.children if child.effect == node.effect]


def _branch(framework: Framework, node: Node, score: UnitScore) -> Explanation:
    parts = [(child.key, child.name, _sum_of(framework, score, child)) for child in _same(node)]
    points = _sum_of(framework, score, node)
    maxima = [
        score.leaves[index].max_points
        for index in range(node.first, node.stop)
        if framework.leaves[index].effect == "points"
    ]
    whole = sum(maxima, ZERO) if node.effect == "points" else node.max_points
    part = next((part for part in score.parts if part.node.key == node.key), None)
    if part is None or part.percent is None:
        return _summed(node.key, node.name, (points, whole), parts, places=3)
    places = telling_places(part.percent, _bounds(framework))
    explanation = _summed(node.key, node.name, (points, whole), parts, places=max(3, places))
    counted = " + ".join(_SOURCES[source] for source in node.percent_over)
    reckoned = f" ({counted})" if counted else ""
    return _rated(explanation, (part.percent_points, part.percent_max, part.percent), reckoned, places)


def _bounds(framework: Framework) -> list[Decimal]:
    """Every percent that decides something: a figure must not print on the other side of it."""
    floors = [floor for row in framework.ratings for floor in (row.total_floor, row.area_floor)]
    threshold = framework.review.threshold if framework.review is not None else None
    known = (*(band.floor for band in framework.bands), *floors, threshold)
    return [bound for bound in known if bound is not None]


def _rated(
    explanation: Explanation, percent: tuple[Decimal, Decimal, Decimal], reckoned: str, places: int
) -> Explanation:
    """The same with its percent, over the leaves that count for it («chỉ số»)."""
    points, whole, reached = percent
    printed = figure_text(reached, places)
    said = f"{figure_text(points, max(3, places))}/{figure_text(whole)}{reckoned} = {printed} %"
    return replace(
        explanation,
        measure=Figure("percent", "chỉ số", decimal_text(reached), printed, "%"),
        sentence=f"{explanation.sentence.removesuffix('.')}; chỉ số: {said}.",
    )


def _total(framework: Framework, score: UnitScore) -> Explanation:
    """Σ roots + bonus − penalty, each under its own key, kept between 0 and the applicable maximum."""
    within = [node for node in framework.roots if node.effect == "points"]
    parts = []
    for node in (*within, *adjustments(framework.roots)):
        said, sign = _EFFECTS[node.effect]
        parts.append((node.key, f"{said}{node.name}", sign * _sum_of(framework, score, node)))
    reached = (score.points, score.applicable_max)
    if score.percent is None:
        return _summed("", "Tổng điểm", reached, parts, places=2)
    places = telling_places(score.percent, _bounds(framework))
    explanation = _summed("", "Tổng điểm", reached, parts, places=places)
    return _rated(explanation, (*reached, score.percent), "", places)


def _summed(
    key: str, name: str, points: tuple[Decimal, Decimal], parts: list[Part], *, places: int
) -> Explanation:
    """A sum with the limit, if it bit, as a contribution of its own.

    Parts print at the precision of their sum: 46,4863 + 28,0267 print 46,48 + 28,03 = 74,51.
    """
    reached, whole = points
    over = reached - sum([part for _, _, part in parts], ZERO)
    if over:
        parts.append(("limit", "giới hạn từ 0 đến mức tối đa", over))
    printed = apportion([part for _, _, part in parts], places)
    shown = [(*part, rounded) for part, rounded in zip(parts, printed, strict=True)]
    said = " ".join(
        f"{'−' if part < 0 else '+'} {figure_text(abs(part))} ({label})" for _, label, _, part in shown
    )
    rounded = output(reached, places)
    return Explanation(
        key=key,
        name=name,
        points=reached,
        max_points=whole,
        printed=rounded,
        sentence=f"{said.removeprefix('+ ')} = {figure_text(rounded)} điểm (tối đa {figure_text(whole)}).",
        contributions=tuple(starmap(Contribution, shown)),
    )
