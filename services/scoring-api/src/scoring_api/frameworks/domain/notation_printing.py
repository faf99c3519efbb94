"""A rule printed in the notation of the tables, where the notation can say all of it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from parindex.kernel.text import slug
from scoring_api.frameworks.domain.notation import NotationError, parse_notation
from scoring_api.frameworks.domain.notation_words import CHOICE, COUNTED, MEASURES

_FIGURE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_CELL = 32_000  # characters a cell takes, and some room


def print_notation(rule: Mapping[str, Any]) -> str:
    """The rule as a cell «Cách tính điểm» says it; empty where the notation would lose or change anything.

    >>> print_notation({"measure": {"kind": "count"}, "scale": {"kind": "deduct", "points_each": "0.25"}})
    'Mỗi vi phạm trừ 0,25 điểm'
    """
    try:
        text = _printed(rule["measure"], rule["scale"])
        return text if len(text) < _CELL and parse_notation(text) == rule else ""
    except (KeyError, TypeError, NotationError):
        return ""


def _printed(measure: Mapping[str, Any], scale: Mapping[str, Any]) -> str:
    kind = measure["kind"]
    if kind == "choice":
        return "\n".join([f"{CHOICE}:", *(_level(level) for level in scale["levels"])])
    percent = "" if kind in COUNTED else "%"
    if scale["kind"] == "table":
        return "\n".join([f"{_named(measure)}:", *_steps(scale["bands"], percent)])
    if scale["kind"] == "linear":
        return _line(_named(measure), scale, percent)
    points = _figure(scale["points_each"])
    return {"per_item": f"Mỗi mục được {points} điểm", "deduct": f"Mỗi vi phạm trừ {points} điểm"}[
        scale["kind"]
    ]


def _figure(text: str) -> str:
    """The figure with its comma. Raises TypeError for one the notation cannot say."""
    if not _FIGURE.fullmatch(text):
        raise TypeError(text)
    return text.replace(".", ",")


def _named(measure: Mapping[str, Any]) -> str:
    late = f", báo cáo muộn tính {_figure(measure['late_share'])}" if "late_share" in measure else ""
    return MEASURES[measure["kind"]] + late


def _line(named: str, scale: Mapping[str, Any], percent: str) -> str:
    parts = [f"{named} × điểm tối đa"]
    if scale["floor"] != "0":
        parts.append(f"dưới {_figure(scale['floor'])}{percent}: 0 điểm")
    if scale["full"] != "100":
        parts.append(f"từ {_figure(scale['full'])}{percent}: điểm tối đa")
    return "; ".join(parts)


def _level(level: Mapping[str, Any]) -> str:
    label = level.get("label", "")
    code = "" if label and slug(label) == level["code"] else f"[{level['code']}]"
    named = " ".join(part for part in (code, label) if part)
    return f"- {named}: {_figure(level['points'])} điểm"


def _steps(steps: Sequence[Mapping[str, Any]], percent: str) -> list[str]:
    bounds = [None if step["from"] is None else _figure(step["from"]) + percent for step in steps]
    return [
        f"- {_reach(lower, upper)}{_label(step)}: {_figure(step['points'])} điểm"
        for step, lower, upper in zip(steps, bounds, [*bounds[1:], None], strict=True)
    ]


def _reach(lower: str | None, upper: str | None) -> str:
    if lower is None:
        return f"dưới {upper}" if upper is not None else "mọi kết quả"
    return f"từ {lower} đến dưới {upper}" if upper is not None else f"từ {lower} trở lên"


def _label(step: Mapping[str, Any]) -> str:
    return f" ({step['label']})" if step.get("label") else ""
