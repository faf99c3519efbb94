"""The notation of common rules in a table's cell «Cách tính điểm», read; it is printed next door.

A civil servant writes one of these, figures with a comma, lines also joined by «;»; `notation_words` shows
each form.

    Chọn mức:                                Tỷ lệ:
    - Ban hành đúng hạn: 1 điểm              - dưới 50: 0 điểm
    - [cham] Ban hành chậm: 0,5 điểm         - từ 50 đến dưới 80: 0,5 điểm
    - Không ban hành: 0 điểm                 - từ 80 trở lên: 1 điểm

    Tỷ lệ × điểm tối đa; dưới 50%: 0 điểm; từ 90%: điểm tối đa
    Mỗi sáng kiến được 0,5 điểm              Mỗi vi phạm trừ 0,25 điểm
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from parindex.kernel.text import nfc, slug
from scoring_api.frameworks.domain.notation_words import CHOICE, MEASURES

Json = dict[str, Any]

_NUMBER = r"[+-]?[0-9]+(?:[.,][0-9]+)?"
_NAMES = "|".join(re.escape(name) for name in sorted(MEASURES.values(), key=len, reverse=True))
_LATE = rf"(?:,? báo cáo muộn tính (?P<late>{_NUMBER}))?"
_HEAD = re.compile(rf"(?P<name>{CHOICE}|{_NAMES})(?: \(%\))?{_LATE} ?:(?P<rest>.*)", re.IGNORECASE)
_LINE = re.compile(rf"(?P<name>{_NAMES})(?: \(%\))?{_LATE} ?[×x*] ?điểm (?:tối đa|chuẩn)", re.IGNORECASE)
_FLOOR = re.compile(rf"dưới (?P<figure>{_NUMBER}) ?%? ?: ?0 điểm", re.IGNORECASE)
_FULL = re.compile(rf"từ (?P<figure>{_NUMBER}) ?%?(?: trở lên)? ?: ?điểm (?:tối đa|chuẩn)", re.IGNORECASE)
_EACH = re.compile(rf"mỗi [^:;]*?(?P<verb>được|trừ):? (?P<points>{_NUMBER}) điểm", re.IGNORECASE)
_OFF = re.compile(rf"trừ (?P<points>{_NUMBER}) điểm (?:cho )?mỗi [^:;]+", re.IGNORECASE)
_GIVES = re.compile(rf"(?P<what>.*?) ?: ?(?P<points>{_NUMBER})(?: điểm)?", re.IGNORECASE)
_LEVEL = re.compile(r"\[(?P<code>[^\]]+)\] ?(?P<label>.*)")
_STEP = re.compile(
    rf"(?:(?P<all>mọi kết quả)|dưới (?P<below>{_NUMBER}) ?%?"
    rf"|từ (?P<lower>{_NUMBER}) ?%?(?: trở lên| đến dưới (?P<upper>{_NUMBER}) ?%?)?)(?: \((?P<label>.+)\))?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")


class NotationError(ValueError):
    """The text is no rule in the notation; the message says why, in Vietnamese."""


def figure_text(written: str) -> str:
    """A figure as people write it, with a comma or a dot, in the definition's form.

    >>> figure_text("0,25"), figure_text("1.5")
    ('0.25', '1.5')

    Raises NotationError for «1.000», which is a thousand to one reader and one to another.
    """
    if _THOUSANDS.fullmatch(written):
        whole = written.replace(".", "")
        raise NotationError(
            f"«{written}» có thể hiểu hai cách, hãy ghi «{whole}» hoặc «{written.replace('.', ',')}»"
        )
    return written.replace(",", ".")


def parse_notation(text: str) -> Json:
    """The rule a cell says, as the definition holds it. Raises NotationError.

    >>> parse_notation("Mỗi sáng kiến được 0,5 điểm")
    {'measure': {'kind': 'count'}, 'scale': {'kind': 'per_item', 'points_each': '0.5'}}
    """
    lines = [line for line in (_bare(line) for line in text.splitlines()) if line]
    if not lines:
        raise NotationError("chưa ghi cách tính điểm")
    head = _HEAD.fullmatch(lines[0])
    if head is not None:
        return _table(head, [*_parted(head["rest"]), *lines[1:]])
    return _sentence([part for line in lines for part in _parted(line)])


def _bare(line: str) -> str:
    """A line without its bullet and its closing mark."""
    return re.sub(r"^[-–+•*] ", "", nfc(line)).rstrip(";.")


def _parted(line: str) -> list[str]:
    return [part for part in (_bare(part) for part in line.split(";")) if part]


def _sentence(parts: Sequence[str]) -> Json:
    first = parts[0] if parts else ""
    if line := _LINE.fullmatch(first):
        return {"measure": _measure(line), "scale": _linear(parts[1:])}
    each = _EACH.fullmatch(first) or _OFF.fullmatch(first)
    if each is None or len(parts) > 1:
        raise NotationError(
            "không hiểu cách tính điểm; xem trang «Hướng dẫn», hoặc xoá ô này và ghi cột «Quy tắc (JSON)»"
        )
    kind = "per_item" if each.groupdict().get("verb", "trừ").lower() == "được" else "deduct"
    return {"measure": {"kind": "count"}, "scale": {"kind": kind, "points_each": figure_text(each["points"])}}


def _measure(found: re.Match[str]) -> Json:
    kind = next(kind for kind, name in MEASURES.items() if name.lower() == found["name"].lower())
    if found["late"] is None:
        return {"kind": kind}
    if kind != "punctuality":
        raise NotationError("«báo cáo muộn tính» chỉ dùng với «Báo cáo đúng hạn»")
    return {"kind": kind, "late_share": figure_text(found["late"])}


def _linear(bounds: Sequence[str]) -> Json:
    scale = {"kind": "linear", "floor": "0", "full": "100"}
    for bound in bounds:
        floor, full = _FLOOR.fullmatch(bound), _FULL.fullmatch(bound)
        if floor:
            scale["floor"] = figure_text(floor["figure"])
        elif full:
            scale["full"] = figure_text(full["figure"])
        else:
            raise NotationError(
                f"không hiểu «{bound}»: phải là «dưới 50%: 0 điểm» hoặc «từ 90%: điểm tối đa»"
            )
    return scale


def _table(head: re.Match[str], items: Sequence[str]) -> Json:
    if not items:
        raise NotationError("thiếu các mức hoặc các bậc sau dấu hai chấm")
    if head["name"].lower() == CHOICE.lower():
        if head["late"] is not None:
            raise NotationError("«báo cáo muộn tính» chỉ dùng với «Báo cáo đúng hạn»")
        return {
            "measure": {"kind": "choice"},
            "scale": {"kind": "table", "levels": [_level(item) for item in items]},
        }
    return {"measure": _measure(head), "scale": {"kind": "table", "bands": _steps(items)}}


def _gives(item: str) -> tuple[str, str]:
    """What a line is about, and the points it gives."""
    found = _GIVES.fullmatch(item)
    if found is None:
        raise NotationError(f"«{item}» phải kết thúc bằng số điểm, ví dụ «: 0,5 điểm»")
    return found["what"], figure_text(found["points"])


def _level(item: str) -> Json:
    what, points = _gives(item)
    named = _LEVEL.fullmatch(what)
    code, label = (named["code"], named["label"]) if named else (slug(what), what)
    if not code:
        raise NotationError(f"«{item}» chưa có tên mức")
    return {"code": code, **({"label": label} if label else {}), "points": points}


def _steps(items: Sequence[str]) -> list[Json]:
    """The steps, lowest first; each one that says where it ends ends where the next begins."""
    found = sorted((_step(item) for item in items), key=lambda step: step[0])
    for (_, upper, _), (lower, _, _) in pairwise(found):
        if upper is not None and upper != lower:
            raise NotationError(f"bậc dưới {_shown(upper)} và bậc từ {_shown(lower)} không nối liền nhau")
    if found[-1][1] is not None:
        raise NotationError(f"thiếu bậc từ {_shown(found[-1][1])} trở lên")
    return [step for _, _, step in found]


def _step(item: str) -> tuple[Decimal, Decimal | None, Json]:
    """Where a step begins and ends, and the step; what has no lower bound begins at -∞."""
    what, points = _gives(item)
    found = _STEP.fullmatch(what)
    if found is None:
        raise NotationError(f"không hiểu bậc «{what}»: «dưới 50», «từ 50 đến dưới 80», «từ 80 trở lên»")
    lower, upper = found["lower"], found["upper"] or found["below"]
    step = {"from": figure_text(lower) if lower else None, "points": points}
    if found["label"]:
        step["label"] = found["label"]
    return (
        Decimal(figure_text(lower)) if lower else Decimal("-Infinity"),
        Decimal(figure_text(upper)) if upper else None,
        step,
    )


def _shown(figure: Decimal) -> str:
    return str(figure).replace(".", ",")
