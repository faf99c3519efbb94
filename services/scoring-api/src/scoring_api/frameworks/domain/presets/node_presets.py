"""Patterns that are attributes of nodes, as parts of a framework's definition; rules stand next door."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import total

Definition = dict[str, Any]
"""A node of the JSON definition of a framework."""


def _leaf(code: str, name: str, max_points: str, source: str) -> Definition:
    return {
        "code": code,
        "role": "sub_criterion",
        "name": name,
        "max_points": max_points,
        "source": source,
    }


def _met(max_points: str) -> Definition:
    levels = [
        {"code": "dat", "label": "Đạt", "points": max_points},
        {"code": "khong-dat", "label": "Không đạt", "points": "0"},
    ]
    return {"measure": {"kind": "choice"}, "scale": {"kind": "table", "levels": levels}}


def composite(code: str, name: str, parts: Mapping[str, str]) -> Definition:
    """P12: several conditions with points of their own («tiêu chí nhiều ý»): a criterion with children.

    `parts` are the conditions and their points. QĐ 2948/QĐ-BNV, Sóc Trăng 2017: one of three bodies within
    its number of deputies is 33,33 % of the points (three equal parts are our reading).

    >>> from parindex.kernel.points import output, share
    >>> from scoring_api.frameworks.domain.reading import Cursor, Findings
    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> from scoring_api.frameworks.domain.tree_parsing import parse_tree
    >>> node = composite("4.2", "Số lượng cấp phó", {"Sở A": "0.5", "Sở B": "0.5", "Sở C": "0.5"})
    >>> leaves = parse_tree(Cursor({"nodes": [node]}, "", Findings()))[1].leaves
    >>> given = [{"level": "dat"}, {"level": "khong-dat"}, {"level": "khong-dat"}]
    >>> points = [score_value(leaf.rule, leaf.max_points, value).points for leaf, value in zip(leaves, given)]
    >>> output(share(total(points), Decimal(node["max_points"])))
    Decimal('33.33')
    """
    children = [
        {**_leaf(f"{code}.{number}", condition, points, "documents"), "rule": _met(points)}
        for number, (condition, points) in enumerate(parts.items(), 1)
    ]
    whole = decimal_text(total([Decimal(points) for points in parts.values()]))
    return {"code": code, "role": "criterion", "name": name, "max_points": whole, "children": children}


def bonus_group(code: str, name: str, most: str, children: Sequence[Definition]) -> Definition:
    """P16: bonus points beside the 100, capped together («điểm thưởng»).

    QĐ 5666/QĐ-UBND Hà Nội (2025) has bonus and penalty as its part 9; its annex is not in our sources. A most
    of each is what software of provinces keeps. The figures are ours.

    >>> from scoring_api.frameworks.domain.reading import Cursor, Findings
    >>> from scoring_api.frameworks.domain.tree_parsing import parse_tree
    >>> node = bonus_group("IX.1", "Điểm thưởng", "2", [leader_score("1", "Sáng kiến nổi bật", "3")])
    >>> (group,), tree = parse_tree(Cursor({"nodes": [node]}, "", Findings()))
    >>> group.max_points, tree.leaves[0].effect
    (Decimal('2'), 'bonus')
    """
    return _beside(code, name, most, children, "bonus")


def penalty_group(code: str, name: str, most: str, children: Sequence[Definition]) -> Definition:
    """P16: penalty points taken off the total, capped together («điểm phạt»); sources as for the bonus.

    >>> from scoring_api.frameworks.domain.reading import Cursor, Findings
    >>> from scoring_api.frameworks.domain.tree_parsing import parse_tree
    >>> node = penalty_group("IX.2", "Điểm phạt", "3", [leader_score("1", "Để xảy ra vi phạm", "5")])
    >>> parse_tree(Cursor({"nodes": [node]}, "", Findings()))[1].leaves[0].effect
    'penalty'
    """
    return _beside(code, name, most, children, "penalty")


def _beside(code: str, name: str, most: str, children: Sequence[Definition], effect: str) -> Definition:
    return {
        "code": code,
        "role": "group",
        "name": name,
        "max_points": most,
        "effect": effect,
        "children": list(children),
    }


def leader_score(code: str, name: str, max_points: str) -> Definition:
    """P17: points a leader of the province gives («lãnh đạo UBND tỉnh đánh giá»).

    Part VI of Phú Thọ's form: the unit does not score itself. Points as given, up to the maximum:

    >>> from scoring_api.frameworks.domain.reading import Cursor, Findings
    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> from scoring_api.frameworks.domain.tree_parsing import parse_tree
    >>> node = leader_score("VI", "Đánh giá của Chủ tịch UBND tỉnh", "5")
    >>> (leaf,) = parse_tree(Cursor({"nodes": [node]}, "", Findings()))[1].leaves
    >>> score_value(leaf.rule, leaf.max_points, {"points": "4.25"}).points.normalize()
    Decimal('4.25')
    """
    return _leaf(code, name, max_points, "leader")


def monitored(code: str, name: str, rule: Definition) -> Definition:
    """P18: shown, never scored («chỉ theo dõi»): maximum 0.

    QĐ 766/QĐ-TTg follows petitions by class without points.

    >>> from scoring_api.frameworks.domain.reading import Cursor, Findings
    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> from scoring_api.frameworks.domain.tree_parsing import parse_tree
    >>> ratio = {"measure": {"kind": "ratio"}, "scale": {"kind": "linear"}}
    >>> node = monitored("5.1", "Phản ánh, kiến nghị về thủ tục", ratio)
    >>> (leaf,) = parse_tree(Cursor({"nodes": [node]}, "", Findings()))[1].leaves
    >>> score = score_value(leaf.rule, leaf.max_points, {"numerator": "3", "denominator": "4"})
    >>> leaf.monitor, score.points.normalize(), score.measure.normalize()
    (True, Decimal('0'), Decimal('75'))
    """
    return {**_leaf(code, name, "0", "statistics"), "rule": rule}
