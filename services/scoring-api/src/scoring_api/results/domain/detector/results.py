"""A computed result as the report it is printed in, so that our own tables are held to the same rules."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from parindex.kernel.points import output
from scoring_api.frameworks.domain.framework import Framework, Node
from scoring_api.results.domain.detector.report import (
    PrintedBand,
    PrintedLevel,
    PrintedRatingGroup,
    PrintedRatingRule,
    PrintedReport,
)
from scoring_api.results.domain.detector.statements import (
    Figure,
    Percent,
    PrintedRanking,
    PrintedStanding,
    Relation,
    Sum,
)
from scoring_api.results.domain.outcome import IndexResult, PartScore, UnitResult, UnitScore

TOTAL_PLACES, PART_PLACES, PERCENT_PLACES = 2, 3, 2
NO_POINTS = Decimal(0)


def result_report(result: IndexResult, names: Mapping[str, str] | None = None) -> PrintedReport:
    """The index, bands, ratings and ranks as they are printed («bảng chỉ số»), each rounded once.

    `names` are those of the units. Places are `unit/node`, or the unit's or band's code.
    """
    figures: dict[str, Figure] = {}
    relations: list[Relation] = []
    for code, unit in result.units.items():
        figures.update(_figures(code, unit.score))
        relations += _relations(result.framework, code, unit.score)
    return PrintedReport(
        levels=(_level(result),),
        rating_rules=tuple(
            PrintedRatingRule(
                code=rating.code,
                place=rating.code,
                name=rating.name,
                total_from=rating.total_floor,
                total_below=None,
                area_from=rating.area_floor,
            )
            for rating in result.framework.ratings
        ),
        figures=figures,
        relations=tuple(relations),
        rankings=tuple(_rankings(result.units)),
        unit_names=names or {},
        unrounded=True,
    )


def _figures(code: str, score: UnitScore) -> Iterator[tuple[str, Figure]]:
    yield code, Figure(place=code, name=f"{code}: điểm", value=output(score.points, TOTAL_PLACES))
    for part in score.parts:
        key = f"{code}/{part.node.key}"
        name = f"{code}: {part.node.name}"
        yield key, Figure(place=key, name=name, value=output(part.points, PART_PLACES))
        if part.percent is None:
            continue
        counted = output(part.percent_points, PART_PLACES)
        yield f"{key}#đạt", Figure(place=key, name=f"{name}, điểm tính tỷ lệ", value=counted)
        whole = Figure(place=key, name=f"{name}, điểm tối đa", value=part.percent_max, exact=True)
        yield f"{key}#tối đa", whole
        rate = output(part.percent, PERCENT_PLACES)
        yield f"{key}#%", Figure(place=key, name=f"{name}, tỷ lệ", value=rate)


def _relations(framework: Framework, code: str, score: UnitScore) -> Iterator[Relation]:
    """Areas make up their group, groups the total, unless a bonus, a penalty or the cap moved it."""
    parts = {part.node.key: part for part in score.parts}
    whole = _summed(framework.roots, parts)
    if whole is not None and whole == score.points:
        yield Sum(tuple(f"{code}/{node.key}" for node in _plain(framework.roots)), code)
    for part in score.parts:
        key = f"{code}/{part.node.key}"
        if part.percent is not None:
            yield Percent(f"{key}#đạt", f"{key}#tối đa", f"{key}#%")
        if _summed(part.node.children, parts) is not None:
            yield Sum(tuple(f"{code}/{node.key}" for node in _plain(part.node.children)), key)


def _plain(nodes: tuple[Node, ...]) -> list[Node]:
    return [node for node in nodes if node.effect == "points"]


def _summed(nodes: tuple[Node, ...], parts: Mapping[str, PartScore]) -> Decimal | None:
    """Points of nodes that are all printed; None where one of them is a criterion, which is not."""
    plain = _plain(nodes)
    if not plain or not all(node.key in parts for node in plain):
        return None
    return sum((parts[node.key].points for node in plain), NO_POINTS)


def _level(result: IndexResult) -> PrintedLevel:
    framework = result.framework
    scores = [unit.score for unit in result.units.values()]
    groups: dict[str, list[str]] = {rating.code: [] for rating in framework.ratings}
    banded: dict[str, list[str]] = {band.code: [] for band in framework.bands}
    for score in scores:
        if score.band is not None:
            banded[score.band.code].append(score.unit.code)
        if score.rating is not None:
            groups[score.rating.rating.code].append(score.unit.code)
    return PrintedLevel(
        code=framework.level,
        name=framework.title,
        units=tuple(score.unit.code for score in scores if score.band is not None),
        stated_band_count=len(framework.bands),
        bands=_bands(framework, banded),
        rating_groups=tuple(
            PrintedRatingGroup(place=code, rule=code, stated_count=len(units), units=tuple(units))
            for code, units in groups.items()
        ),
    )


def _bands(framework: Framework, banded: Mapping[str, list[str]]) -> tuple[PrintedBand, ...]:
    """Bands stand best first, so that each ends where the one before it begins."""
    uppers = [None, *(band.floor for band in framework.bands)]
    return tuple(
        PrintedBand(
            place=band.code,
            name=band.name,
            lower=band.floor,
            upper=upper,
            stated_count=len(banded[band.code]),
            units=tuple(banded[band.code]),
        )
        for band, upper in zip(framework.bands, uppers, strict=False)
    )


def _rankings(units: Mapping[str, UnitResult]) -> Iterator[PrintedRanking]:
    lists: dict[str, list[PrintedStanding]] = {}
    for code, unit in units.items():
        score, standing = unit.score, unit.standing
        row = PrintedStanding(
            place=code,
            unit=code,
            points=output(score.points, TOTAL_PLACES),
            max_points=score.applicable_max,
            percent=output(score.percent, PERCENT_PLACES) if score.percent is not None else None,
            rank=standing.rank,
            previous_rank=standing.previous_rank,
            change=standing.change,
        )
        lists.setdefault(score.unit.rank_group, []).append(row)
    for group, rows in lists.items():
        yield PrintedRanking(name=group, rows=tuple(rows))
