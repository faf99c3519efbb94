"""What a percent means for a unit: band, rating of its head, duties to review; all total functions."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from scoring_api.frameworks.domain.framework import Band, RatingClass, ReviewRule
from scoring_api.results.domain.outcome import BlockedBy, HeadRating, ReviewDuty

AreaPercent = tuple[str, str, Decimal]
"""Key, name and percent of an area that applied to a unit («chỉ số lĩnh vực»)."""


def band_of(bands: Sequence[Band], percent: Decimal) -> tuple[Band, Band | None]:
    """The band of a percent and the one above it, if any; bands stand best first and end at 0.

    >>> bands = [Band(code, "", Decimal(floor)) for code, floor in (("A", 90), ("B", 80), ("C", 0))]
    >>> [band.code for band in band_of(bands, Decimal("89.996")) if band]
    ['B', 'A']
    """
    above = None
    for band in bands[:-1]:
        if percent >= band.floor:
            return band, above
        above = band
    return bands[-1], above


def head_rating(
    classes: Sequence[RatingClass], percent: Decimal, areas: Sequence[AreaPercent]
) -> HeadRating | None:
    """The first class whose floors are all met (QĐ 13/2016/QĐ-UBND, QĐ 29/2018/QĐ-UBND Hải Dương).

    The text names upper bounds and so leaves open 85 % with an area at 60 %; the floors alone decide:

    >>> floors = (("xuat-sac", 90, 80), ("tot", 80, 70), ("hoan-thanh", 65, 50))
    >>> classes = [RatingClass(code, "", Decimal(total), Decimal(area)) for code, total, area in floors]
    >>> classes.append(RatingClass("khong-hoan-thanh", "", None, None))
    >>> rating = head_rating(classes, Decimal(85), [("I/3", "Cải cách TTHC", Decimal(60))])
    >>> rating.rating.code, rating.blocked_by.kind, rating.blocked_by.key, rating.by_fall_through
    ('hoan-thanh', 'area', 'I/3', True)
    """
    by_total = None
    blocked: BlockedBy | None = None
    for rating in classes:
        unmet = _unmet(rating, percent, areas)
        if by_total is None and (unmet is None or unmet.kind == "area"):
            by_total = rating
        if unmet is None:
            return HeadRating(rating, blocked, rating is not by_total)
        blocked = unmet
    return None


def _unmet(rating: RatingClass, percent: Decimal, areas: Sequence[AreaPercent]) -> BlockedBy | None:
    """The first floor of a class that is not met: the total, then the areas in tree order."""
    if rating.total_floor is not None and percent < rating.total_floor:
        return BlockedBy("total", "", "", percent, rating.total_floor)
    if rating.area_floor is not None:
        for key, name, reached in areas:
            if reached < rating.area_floor:
                return BlockedBy("area", key, name, reached, rating.area_floor)
    return None


def review_duties(
    rule: ReviewRule | None, areas: Sequence[AreaPercent], years: Mapping[str, int]
) -> tuple[ReviewDuty, ...]:
    """Areas under the threshold that oblige to a review, with the years in a row («kiểm điểm»).

    >>> rule = ReviewRule(("I/3",), Decimal(75), "", "")
    >>> duty, = review_duties(rule, [("I/3", "", Decimal("74.99"))], {"I/3": 1})
    >>> duty.consecutive_years
    2
    """
    if rule is None:
        return ()
    return tuple(
        ReviewDuty(key, name, percent, rule.threshold, years.get(key, 0) + 1)
        for key, name, percent in areas
        if key in rule.areas and percent < rule.threshold
    )
