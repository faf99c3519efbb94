"""What changes between two results of a period, unit by unit, from points to duties to review."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from parindex.kernel.points import output, vietnamese
from scoring_api.frameworks.domain.framework import Framework

_FIGURES = (
    "points",
    "applicable_max",
    "bonus",
    "penalty",
    "percent",
    "rank",
    "previous_rank",
    "change",
    "previous_percent",
    "percent_change",
    "comparability",
    "band",
)
_OF_OTHERS = frozenset({"rank", "change"})
"""What moves when another unit passes by."""
_DUTIES = {
    "arises": "phải kiểm điểm",
    "falls_away": "không còn phải kiểm điểm",
    "continues": "đổi số năm liên tiếp phải kiểm điểm",
}

Change = dict[str, Any]


def record_changes(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    frameworks: Mapping[str, Framework],
    names: Mapping[str, str],
) -> list[Change]:
    """The units of which anything differs between two records («thay đổi kết quả»), in the records' order.

    A change is `{unit, name, rank_only, figures, rating, reviews, areas, leaves, sentence}`; figures are
    exact texts as `{before, after}`. `rank_only`: nothing of the unit itself changed, others passed it. Both
    records are of the same units.
    """
    found = []
    for old, new in zip(before["sets"], after["sets"], strict=True):
        framework = frameworks[new["framework"]]
        for code, unit in new["units"].items():
            change = unit_change(old["units"][code], unit, framework)
            if change:
                found.append({"unit": code, "name": names[code], **change})
    return found


def unit_change(before: Mapping[str, Any], after: Mapping[str, Any], framework: Framework) -> Change:
    """What changes of one unit; empty when nothing does."""
    figures = {name: _pair(before[name], after[name]) for name in _FIGURES if before[name] != after[name]}
    rating = _rating(before, after, framework)
    reviews = _reviews(before["reviews"], after["reviews"], framework)
    areas = [*_parts(before["areas"], after["areas"], framework, ("points", "percent"))]
    leaves = [*_parts(before["leaves"], after["leaves"], framework, ("points", "max_points", "status"))]
    if not (figures or rating or reviews or areas or leaves):
        return {}
    return {
        "rank_only": set(figures) <= _OF_OTHERS and not (rating or reviews or areas or leaves),
        "figures": figures,
        "rating": rating,
        "reviews": reviews,
        "areas": areas,
        "leaves": leaves,
        "sentence": _sentence(figures, rating, reviews, framework),
    }


def _pair(before: object, after: object) -> dict[str, object]:
    return {"before": before, "after": after}


def _rating(before: Mapping[str, Any], after: Mapping[str, Any], framework: Framework) -> Change | None:
    """The class of the head's rating, or whether a text covers it."""
    names = {rating.code: rating.name for rating in framework.ratings}
    old, new = ((row["rating"] or {}) for row in (before, after))
    codes = [row.get("code", "") for row in (old, new)]
    fell = [row.get("by_fall_through", False) for row in (old, new)]
    if len(set(codes)) == len(set(fell)) == 1:
        return None
    return {
        **_pair(*codes),
        "names": _pair(*(names.get(code, "") for code in codes)),
        "by_fall_through": _pair(*fell),
    }


def _reviews(before: Mapping[str, Any], after: Mapping[str, Any], framework: Framework) -> list[Change]:
    """Duties to review («kiểm điểm») that arise, fall away, or stand in another year in a row."""
    found = []
    for key in dict.fromkeys((*before, *after)):
        years = [side[key]["consecutive_years"] if key in side else 0 for side in (before, after)]
        if years[0] != years[1]:
            duty = "continues" if all(years) else "arises" if years[1] else "falls_away"
            name = framework.nodes[key].name
            found.append({"area": key, "name": name, "duty": duty, "consecutive_years": _pair(*years)})
    return found


def _parts(
    before: Mapping[str, Any], after: Mapping[str, Any], framework: Framework, figures: tuple[str, ...]
) -> Iterator[Change]:
    for key, new in after.items():
        old = before[key]
        changed = {name: _pair(old[name], new[name]) for name in figures if old[name] != new[name]}
        if changed:
            yield {"key": key, "name": framework.nodes[key].name, **changed}


def _sentence(
    figures: Mapping[str, Mapping[str, Any]],
    rating: Change | None,
    reviews: list[Change],
    framework: Framework,
) -> str:
    """The change in words («điểm 84,50 → 85,25; xếp hạng 4 → 3»)."""
    said = [
        f"{word} {moved(figures[name]['before'], figures[name]['after'])}"
        for name, word in (("points", "điểm"), ("percent", "chỉ số (%)"))
        if name in figures
    ]
    if "rank" in figures:
        said.append(f"xếp hạng {_place(figures['rank']['before'])} → {_place(figures['rank']['after'])}")
    if "band" in figures:
        bands = {band.code: band.name for band in framework.bands}
        old, new = (bands.get(figures["band"][side], "không có") for side in ("before", "after"))
        said.append(f"nhóm {old} → {new}")
    if rating:
        old, new = (rating["names"][side] or "không có" for side in ("before", "after"))
        said.append(f"xếp loại {old} → {new}")
    said += [f"{_DUTIES[row['duty']]} {row['name']}" for row in reviews]
    return "; ".join(said) or "thay đổi ở từng tiêu chí, tổng điểm giữ nguyên"


def moved(before: str | None, after: str | None) -> str:
    """A figure before and after, printed with as many decimals as tell them apart.

    >>> moved("84.5", "85.25"), moved("84.5012", "84.5049"), moved(None, "84.5")
    ('84,50 → 85,25', '84,501 → 84,505', 'không có → 84,50')
    """
    figures = [None if text is None else Decimal(text) for text in (before, after)]
    places = 2
    while places < 20 and len({_at(figure, places) for figure in figures}) == 1:
        places += 1
    return " → ".join("không có" if figure is None else vietnamese(figure, places) for figure in figures)


def _at(figure: Decimal | None, places: int) -> Decimal | None:
    return None if figure is None else output(figure, places)


def _place(rank: int | None) -> str:
    return "không xếp" if rank is None else str(rank)
