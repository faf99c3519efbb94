"""How units, their heads and their levels are named in prose; says nothing about their results."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parindex.contracts.snapshots import FrameworkSummary, UnitResult
from parindex.kernel.text import match_key
from report_gen.documents.domain.texts import NONE, counted

_NOUNS = ("thị xã", "thị trấn", "thành phố", "đặc khu", "huyện", "quận", "phường", "xã", "sở", "ban")
SPELLED_OUT = 3  # up to so many units stand by their full names


@dataclass(frozen=True, slots=True)
class LevelWords:
    """How the units of one level are spoken of («cấp»)."""

    every: str
    heads: str
    tier: str
    short: str


_LEVELS = {
    "department": LevelWords(
        every="các sở, ban, ngành tỉnh",
        heads="Thủ trưởng các sở, ban, ngành tỉnh",
        tier="Cấp tỉnh",
        short="các sở, ban, ngành",
    ),
    "district": LevelWords(
        every="UBND các huyện, thị xã, thành phố",
        heads="Chủ tịch UBND các huyện, thị xã, thành phố",
        tier="Cấp huyện",
        short="UBND cấp huyện",
    ),
    "commune": LevelWords(
        every="UBND cấp xã",
        heads="Chủ tịch UBND cấp xã",
        tier="Cấp xã",
        short="UBND cấp xã",
    ),
}
_OTHER = LevelWords(
    every="các cơ quan, đơn vị",
    heads="Thủ trưởng các cơ quan, đơn vị",
    tier="Các cơ quan, đơn vị",
    short="các cơ quan, đơn vị",
)


def level_words(level: str) -> LevelWords:
    return _LEVELS.get(level, _OTHER)


def framework_words(framework: FrameworkSummary, frameworks: Sequence[FrameworkSummary]) -> LevelWords:
    """The words for a framework's units; its title tells it apart from another one of the same level."""
    words = level_words(framework.level)
    if sum(other.level == framework.level for other in frameworks) == 1:
        return words
    mark = f" ({framework.title})"
    return LevelWords(
        every=words.every + mark, heads=words.heads + mark, tier=words.tier + mark, short=words.short
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A name in prose («tên gọi»): in full, and short under a common head word."""

    full: str
    short: str


def unit_name(unit: UnitResult) -> Named:
    return Named(unit.name, unit.short_name)


def head_name(unit: UnitResult) -> Named:
    """The head of a unit by office; people never appear by name.

    A unit whose head has no recorded title is spoken of as «Người đứng đầu …».
    """
    return Named(unit.head_title or f"Người đứng đầu {unit.name}", unit.short_name)


def _plural_head(name: Named) -> str | None:
    """The common head word of a name, in the plural; None when the name stands alone.

    >>> _plural_head(Named("Giám đốc Sở Giáo dục & Đào tạo", "Giáo dục và Đào tạo"))
    'Giám đốc các Sở'
    """
    words, short = name.full.split(), match_key(name.short)
    starts = (i for i in range(len(words) - 1, 0, -1) if match_key(" ".join(words[i:])) == short)
    head = " ".join(words[: next(starts, 0)])
    noun = next((noun for noun in _NOUNS if f" {head.casefold()}".endswith(f" {noun}")), None)
    return None if noun is None else f"{head[: -len(noun)]}các {head[-len(noun) :]}"


def roll_call(names: Sequence[Named]) -> str:
    """Names in a row: few in full, many under their common head word, in the order given.

    >>> names = [Named("Sở Nội vụ", "Nội vụ"), Named("Thanh tra tỉnh", "Thanh tra tỉnh")]
    >>> names += [Named("Sở Y tế", "Y tế"), Named("UBND huyện Nam Sách", "Nam Sách")]
    >>> roll_call(names), roll_call(names[:2])
    ('các Sở: Nội vụ, Y tế; Thanh tra tỉnh; UBND huyện Nam Sách', 'Sở Nội vụ; Thanh tra tỉnh')
    """
    if len(names) <= SPELLED_OUT:
        return "; ".join(name.full for name in names)
    groups: dict[str, list[Named]] = {}
    for name in names:
        groups.setdefault(_plural_head(name) or name.full, []).append(name)
    return "; ".join(_group(head, members) for head, members in groups.items())


def _group(head: str, members: Sequence[Named]) -> str:
    if len(members) == 1:
        return members[0].full
    return f"{head}: {', '.join(member.short for member in members)}"


def counted_roll(names: Sequence[Named], noun: str = "đơn vị") -> str:
    """The count and the names it counts.

    >>> counted_roll([Named("Sở Y tế", "Y tế")]), counted_roll([])
    ('Có 01 đơn vị (Sở Y tế)', 'Không có')
    """
    if not names:
        return NONE
    lead = "gồm: " if len(names) > 1 else ""
    return f"Có {counted(len(names), noun)} ({lead}{roll_call(names)})"


def form_span(units: Iterable[UnitResult]) -> str:
    """The annex sheets of some units: «từ biểu số A1 đến A18»."""
    forms = sorted((unit.form for unit in units), key=form_order)
    if len(forms) < 2:
        return f"biểu số {forms[0]}" if forms else ""
    return f"từ biểu số {forms[0]} đến {forms[-1]}"


def form_order(form: str) -> tuple[str, int, str]:
    """A10 after A9.

    >>> sorted(["A10", "B1", "A9"], key=form_order)
    ['A9', 'A10', 'B1']
    """
    digits = "".join(letter for letter in form if letter.isdecimal())
    return form.rstrip("0123456789"), int(digits or 0), form
