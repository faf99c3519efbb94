"""A leaf explained: inputs, what they measure, the line of the scale, points; its words stand apart."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import EXACT, output, telling_places
from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.measure_words import figure_text, measure_noun, measure_unit
from scoring_api.frameworks.domain.rule_text import rule_text
from scoring_api.frameworks.domain.rules import Sipas, Survey
from scoring_api.frameworks.domain.scale_words import ScaleLine, scale_lines
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.results.domain.cell_explaining import cell_contributions
from scoring_api.results.domain.counting import cells_of_unit
from scoring_api.results.domain.explanation import Contribution, Explanation, Figure
from scoring_api.results.domain.inputs import LeafEntry, UnitInput
from scoring_api.results.domain.leaf_sentence import leaf_sentence
from scoring_api.results.domain.self_gap import SelfScored
from scoring_api.results.domain.value_figures import gap_figures, value_figures

PLACES = 3
"""Decimals of a leaf's points, more where they would print as nothing or as the maximum and are not."""


def explained_leaf(
    leaf: Leaf, score: LeafScore, given: UnitInput, gap: Sequence[SelfScored] | None = None
) -> Explanation:
    """The explanation of a leaf; `gap` are the self-scores a gap leaf compares with the final ones."""
    entry = given.entries.get(leaf.key, LeafEntry())
    places = telling_places(score.points, (EXACT, leaf.max_points), PLACES)
    explanation = Explanation(
        key=leaf.key,
        name=leaf.name,
        points=score.points,
        max_points=score.max_points,
        printed=output(score.points, places),
        status=score.status,
        policy=score.policy,
        decided_by=_decided_by(score),
        rule=rule_text(leaf.rule, leaf.max_points),
        inputs=gap_figures(gap) if gap else value_figures(leaf.rule, entry.value),
        fallback=_last_year(leaf, score, given),
        measure=_measured(leaf, score),
        line=_line(leaf, score),
        excess=_excess(entry.value) if score.excess else "",
        reason=entry.reason,
        contributions=_contributions(leaf, score, given, places),
    )
    return replace(explanation, sentence=leaf_sentence(leaf, explanation))


def _decided_by(score: LeafScore) -> str:
    if "council" in score.policy or score.policy == "override":
        return "council"
    return "appraiser" if score.status == "not_applicable" else "rule"


def _last_year(leaf: Leaf, score: LeafScore, given: UnitInput) -> tuple[Figure, ...]:
    """Last year's value where the score stands on it; an arising one, else nothing stood in."""
    if score.policy != "fallback" or given.previous is None or not leaf.rule.takes_value:
        return ()
    return value_figures(leaf.rule, given.previous.values.get(leaf.key))


def _measured(leaf: Leaf, score: LeafScore) -> Figure | None:
    if score.measure is None:
        return None
    measure, line = leaf.rule.measure, scale_lines(leaf.rule, leaf.max_points)
    bounds = tuple(row.lower for row in line if row.lower is not None)
    printed = figure_text(score.measure, telling_places(score.measure, bounds))
    return Figure(
        "measure", measure_noun(measure), decimal_text(score.measure), printed, measure_unit(measure)
    )


def _line(leaf: Leaf, score: LeafScore) -> ScaleLine | None:
    """The line that gave the points; a score by policy has none."""
    if score.policy or score.status != "scored":
        return None
    lines = scale_lines(leaf.rule, leaf.max_points)
    return next((line for line in lines if line.code == score.step), None)


def _excess(value: Mapping[str, Any] | None) -> str:
    """A part greater than its whole, said with its surplus: «314/283 vượt 31»."""
    if value is None or "second_denominator" in value:
        return "tích hai tỷ lệ vượt 100 %"
    part = NUMBERS.add(Decimal(value["numerator"]), Decimal(value.get("second_numerator", 0)))
    whole = Decimal(value["denominator"])
    return f"{figure_text(part)}/{figure_text(whole)} vượt {figure_text(NUMBERS.subtract(part, whole))}"


def _contributions(leaf: Leaf, score: LeafScore, given: UnitInput, places: int) -> tuple[Contribution, ...]:
    measure = leaf.rule.measure
    counted = score.status == "scored" and not score.policy and leaf.key not in given.withheld
    if isinstance(measure, (Survey, Sipas)) and counted:
        return cell_contributions(measure, cells_of_unit(given.cells), score.points, places)
    return (Contribution(leaf.key, leaf.name, score.points, output(score.points, places)),)
