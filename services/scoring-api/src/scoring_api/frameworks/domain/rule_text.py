"""A rule as the sentence a civil servant reads («cách tính điểm»); the tables' notation is elsewhere."""

from decimal import Decimal

from scoring_api.frameworks.domain.measure_words import measure_text
from scoring_api.frameworks.domain.rules import Deduct, Rule
from scoring_api.frameworks.domain.scale_words import ScaleLine, scale_lines


def rule_text(rule: Rule, max_points: Decimal) -> str:
    """What is measured, then every line of the scale.

    Sóc Trăng 2017, one-stop units of districts (QĐ 2948/QĐ-BNV):

    >>> from scoring_api.frameworks.domain.presets import ratio_steps
    >>> print(rule_text(ratio_steps([(None, "0"), ("50", "0.25"), ("100", "1")]), Decimal(1)))
    Tỷ lệ tử số trên mẫu số. Dưới 50 %: 0 điểm; từ 50 % đến dưới 100 %: 0,25 điểm; từ 100 % trở lên: 1 điểm.
    """
    lines = "; ".join(line.text for line in scale_lines(rule, max_points) if not _evident(line))
    measured = "Số vi phạm" if isinstance(rule.scale, Deduct) else measure_text(rule.measure)
    return f"{measured}. {lines[0].upper()}{lines[1:]}."


def _evident(line: ScaleLine) -> bool:
    """A straight line gives nothing for nothing: that needs no words."""
    return line.code == "under_floor" and line.upper == 0
