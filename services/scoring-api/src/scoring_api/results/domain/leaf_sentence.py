"""The one sentence that says where a leaf's points come from; its parts are found elsewhere."""

from collections.abc import Iterable

from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.measure_words import figure_text
from scoring_api.frameworks.domain.rules import BandTable, Linear
from scoring_api.results.domain.explanation import Explanation, Figure

_STATUSES = {
    "not_applicable": "được khai là không áp dụng",
    "not_arising": "không phát sinh",
    "missing": "chưa có giá trị",
}
_NO_SURVEY = "không có ô khảo sát nào đủ số câu trả lời tối thiểu"
_POLICIES = {
    "exclude": "loại khỏi mẫu số",
    "full": "tính đủ điểm chuẩn",
    "zero": "tính 0 điểm",
    "council": "chờ Hội đồng quyết định, tạm tính 0 điểm",
}
_AS_GIVEN = "điểm lấy nguyên như dữ liệu ghi"
"""Of a survey leaf whose counts are kept back, a pack may tell no line of the scale."""
_SURVEYS = {"survey", "sipas"}
_PLAIN_INPUTS = {"choice", "count", "points"}
"""Measures that are what was entered: to say them again would say nothing."""


def leaf_sentence(leaf: Leaf, told: Explanation) -> str:
    """«Tử số 8, mẫu số 11: tỷ lệ 72,73 %; bậc từ 50 % đến dưới 75 %: 0,25 điểm (điểm chuẩn 1).»"""
    if told.policy == "override":
        said = "Hội đồng quyết định"
    elif told.policy:
        said = _by_policy(leaf, told)
    else:
        said = "; ".join(part for part in (_measured(leaf, told), _line(leaf, told)) if part) or _AS_GIVEN
    outside = " không tính vào mẫu số" if told.policy == "exclude" else ""
    maximum = f"điểm chuẩn {figure_text(leaf.max_points)}{outside}"
    return f"{said[0].upper()}{said[1:]}: {figure_text(told.printed)} điểm ({maximum})."


def _listed(figures: Iterable[Figure]) -> str:
    """The figures one after the other; differences of single leaves and flags not set are left out."""
    return ", ".join(
        f"có {figure.label}"
        if figure.amount == "true"
        else " ".join(part for part in (figure.label, figure.printed, figure.unit) if part)
        for figure in figures
        if "/" not in figure.name and figure.amount != "false"
    )


def _given(leaf: Leaf, told: Explanation) -> str:
    figures = _listed(told.inputs)
    return f"với {figures}" if figures and leaf.rule.measure.kind == "formula" else figures


def _by_policy(leaf: Leaf, told: Explanation) -> str:
    surveyed = leaf.rule.measure.kind in _SURVEYS and told.status == "missing"
    why = _NO_SURVEY if surveyed else _STATUSES[told.status]
    figures = _given(leaf, told)
    if told.policy == "fallback":
        last_year = f"lấy giá trị năm trước ({_listed(told.fallback)})"
        then = last_year if told.fallback else "không có giá trị năm trước"
    else:
        then = _POLICIES[told.policy]
    return f"{figures}: {why}, {then}" if figures and told.status == "not_arising" else f"{why}, {then}"


def _measured(leaf: Leaf, told: Explanation) -> str:
    figures = _given(leaf, told)
    excess = f" ({told.excess})" if told.excess else ""
    if told.measure is None or leaf.rule.measure.kind in _PLAIN_INPUTS:
        return figures
    measured = " ".join(
        part for part in (told.measure.label, told.measure.printed, told.measure.unit) if part
    )
    return f"{figures}: {measured}{excess}" if figures else f"{measured}{excess}"


def _line(leaf: Leaf, told: Explanation) -> str:
    """The line of the scale; a chosen level, points as given and a serious violation are said already."""
    line, kind = told.line, leaf.rule.measure.kind
    if line is None or kind == "choice" or line.code == "serious":
        return ""
    if isinstance(leaf.rule.scale, BandTable):
        return f"bậc {line.reach}" + (f" ({line.label})" if line.label else "")
    if isinstance(leaf.rule.scale, Linear):
        if kind == "points" and leaf.rule.scale.full == leaf.max_points:
            return ""
        return line.gives if line.code == "line" else line.reach
    return f"{line.reach} {line.gives}"
