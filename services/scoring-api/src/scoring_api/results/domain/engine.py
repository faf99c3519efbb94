"""The index of units, one by one: leaves, parts, total, percent; what a percent means is told in standing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext

from parindex.kernel.points import COMPARED, HUNDRED, compared, share
from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.framework import Band, Framework, Node
from scoring_api.frameworks.domain.scoring import ZERO, LeafScore
from scoring_api.results.domain.counting import cells_of_unit
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear, TallyCell, UnitInput
from scoring_api.results.domain.outcome import (
    IndexResult,
    PartScore,
    UnitResult,
    UnitScore,
)
from scoring_api.results.domain.plan import PartPlan, ScoringPlan, scoring_plan
from scoring_api.results.domain.ranks import rank_row, ranks, standing
from scoring_api.results.domain.self_gap import self_gap, settle_gap
from scoring_api.results.domain.standing import AreaPercent, band_of, head_rating, review_duties


def compute_index(
    framework: Framework,
    units: Iterable[AssessedUnit],
    values: Mapping[str, Mapping[str, LeafEntry]],
    tallies: Iterable[TallyCell],
    previous: Mapping[str, PreviousYear],
    withheld: Mapping[str, Mapping[str, LeafScore]] | None = None,
) -> IndexResult:
    """The index of every unit of a framework («xác định chỉ số»), ranked; total over checked values.

    `values` are the entries of each unit by leaf key, `previous` what last year says of a unit, `withheld`
    the leaf scores that are taken as given.
    """
    taken = withheld or {}
    cells: dict[str, list[TallyCell]] = {}
    for cell in tallies:
        cells.setdefault(cell.unit, []).append(cell)
    inputs = {
        unit.code: UnitInput(
            unit=unit,
            entries=values.get(unit.code, {}),
            cells=cells.get(unit.code, ()),
            previous=previous.get(unit.code),
            withheld=taken.get(unit.code, {}),
        )
        for unit in units
    }
    scores = list(score_units(framework, inputs.values()))
    places = ranks(map(rank_row, scores))
    results = {
        code: UnitResult(score, standing(places[code], score.percent, previous.get(code)))
        for code, score in ((score.unit.code, score) for score in scores)
    }
    return IndexResult(framework, inputs, results)


def score_units(framework: Framework, inputs: Iterable[UnitInput]) -> Iterator[UnitScore]:
    """Scores one unit at a time: memory does not grow with their number. Rank the rows afterwards."""
    plan = scoring_plan(framework)
    for given in inputs:
        yield score_unit(plan, given)


def score_unit(plan: ScoringPlan, given: UnitInput) -> UnitScore:
    """The score of one unit: total = Σ leaves + capped bonus − capped penalty, from 0 to the maximum."""
    with localcontext(NUMBERS):
        outcomes = _outcomes(plan, given)
        points = [outcome.points for outcome in outcomes]
        for index in plan.beside:
            points[index] = ZERO
        policies = {outcome.policy for outcome in outcomes}
        maxima = _maxima(plan, outcomes) if "exclude" in policies else None
        undecided = _undecided(plan.framework, outcomes) if "council" in policies else ()
        parts = tuple([_part_score(part, points, maxima) for part in plan.parts])
        bonus, penalty = _adjustment(plan, outcomes, "bonus"), _adjustment(plan, outcomes, "penalty")
        applicable = plan.max_points if maxima is None else sum(maxima, ZERO)
        reached = max(ZERO, sum(points, ZERO) + bonus - penalty)
        if plan.framework.cap_total:
            reached = min(reached, applicable)
        percent = compared(share(reached, applicable)) if applicable else None
        totals = (reached, applicable, bonus, penalty, percent)
        return _unit_score(plan.framework, given, tuple(outcomes), parts, totals, undecided)


def _outcomes(plan: ScoringPlan, given: UnitInput) -> list[LeafScore]:
    entry_of, previous = given.entries.get, given.previous
    cells = cells_of_unit(given.cells)
    outcomes = [settle(entry_of(key), cells, previous) for key, settle in plan.steps]
    if given.withheld:
        for index, (key, _) in enumerate(plan.steps):
            outcomes[index] = given.withheld.get(key, outcomes[index])
    if plan.gaps:
        measure = self_gap(plan, given, outcomes)
        for index, line in plan.gaps:
            leaf = plan.leaves[index].leaf
            outcomes[index] = settle_gap(leaf, line, given.entries.get(leaf.key), measure)
    return outcomes


def _maxima(plan: ScoringPlan, outcomes: Sequence[LeafScore]) -> list[Decimal]:
    """Applicable maxima of the leaves within the 100."""
    maxima = [outcome.max_points for outcome in outcomes]
    for index in plan.beside:
        maxima[index] = ZERO
    return maxima


def _part_score(part: PartPlan, points: Sequence[Decimal], maxima: Sequence[Decimal] | None) -> PartScore:
    reached = sum(points[part.span], ZERO)
    whole = part.max_points if maxima is None else sum(maxima[part.span], ZERO)
    if part.counted is None:
        counted, of = reached, whole
    else:
        counted = sum([points[i] for i in part.counted], ZERO)
        of = part.counted_max if maxima is None else sum([maxima[i] for i in part.counted], ZERO)
    percent = (counted * HUNDRED / of).quantize(COMPARED) if of else None
    return PartScore(part.node, reached, whole, counted, of, percent)


def _adjustment(plan: ScoringPlan, outcomes: Sequence[LeafScore], effect: str) -> Decimal:
    """Bonus or penalty points, capped at every node («điểm thưởng, điểm trừ tối đa»)."""
    return sum([_capped(node, outcomes) for node in plan.adjustments if node.effect == effect], ZERO)


def _capped(node: Node, outcomes: Sequence[LeafScore]) -> Decimal:
    if node.leaf is not None:
        return outcomes[node.first].points
    inside = sum([_capped(child, outcomes) for child in node.children if child.effect == node.effect], ZERO)
    return min(node.max_points, inside)


def _unit_score(
    framework: Framework,
    given: UnitInput,
    outcomes: tuple[LeafScore, ...],
    parts: tuple[PartScore, ...],
    totals: tuple[Decimal, Decimal, Decimal, Decimal, Decimal | None],
    undecided: tuple[str, ...],
) -> UnitScore:
    points, applicable, bonus, penalty, percent = totals
    areas = [part for part in parts if part.node.role == "area"]
    rated = [part for part in areas if part.node.rated]
    band, above = band_of(framework.bands, percent) if percent is not None else (None, None)
    return UnitScore(
        unit=given.unit,
        leaves=outcomes,
        parts=parts,
        points=points,
        applicable_max=applicable,
        bonus=bonus,
        penalty=penalty,
        percent=percent,
        band=band,
        next_band=above,
        next_band_distance=_distance(above, percent),
        rating=head_rating(framework.ratings, percent, _applied(rated)) if percent is not None else None,
        reviews=review_duties(framework.review, _applied(areas), given.review_years),
        undecided=undecided,
        skipped_areas=_skipped(framework, areas),
        tie_values=_tie_values(framework, parts) if framework.tie_breaks else (),
    )


def _skipped(framework: Framework, areas: Iterable[PartScore]) -> tuple[str, ...]:
    watched = framework.review.areas if framework.review is not None else ()
    return tuple(
        [
            area.node.key
            for area in areas
            if area.percent is None and (area.node.rated or area.node.key in watched)
        ]
    )


def _distance(above: Band | None, percent: Decimal | None) -> Decimal | None:
    return above.floor - percent if above is not None and percent is not None else None


def _applied(areas: Iterable[PartScore]) -> list[AreaPercent]:
    """Areas that have a percent; one of which nothing applied bears on nothing."""
    return [(area.node.key, area.node.name, area.percent) for area in areas if area.percent is not None]


def _tie_values(framework: Framework, parts: Iterable[PartScore]) -> tuple[Decimal | None, ...]:
    percents = {part.node.key: part.percent for part in parts}
    return tuple(percents[key] for key in framework.tie_breaks)


def _undecided(framework: Framework, outcomes: Sequence[LeafScore]) -> tuple[str, ...]:
    """Leaves without a score that the council must settle («chờ Hội đồng quyết định»)."""
    rows = zip(framework.leaves, outcomes, strict=True)
    return tuple(leaf.key for leaf, outcome in rows if outcome.policy == "council")
