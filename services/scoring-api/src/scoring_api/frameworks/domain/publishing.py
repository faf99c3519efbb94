"""What keeps a framework that adds up from being published, what is worth a look, which years it is for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from parindex.kernel.canonical import decimal_text
from parindex.kernel.errors import Fault
from scoring_api.frameworks.domain.cases import failing_cases
from scoring_api.frameworks.domain.framework import SOURCES, Framework, Leaf, Node
from scoring_api.frameworks.domain.rules import BandTable, LevelTable, Measure, Survey
from scoring_api.frameworks.domain.scoring import scale_line

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class AreaSummary:
    """A group or an area in numbers («nhóm, lĩnh vực»)."""

    key: str
    name: str
    max_points: Decimal
    leaves: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A criteria set in numbers («tóm tắt bộ tiêu chí»); `sources` counts the points of each leaf source."""

    nodes: int
    leaves: int
    areas: tuple[AreaSummary, ...]
    sources: Mapping[str, Decimal]


def in_force(framework: Framework, year: int) -> bool:
    """Whether a period of that year may use the set («hiệu lực»): its years, or its own year alone.

    Hải Dương's sets of 15/12/2022 hold for 2022 - 2030 (QĐ 3396/QĐ-UBND).
    """
    if framework.valid_from is None and framework.valid_to is None:
        return year == framework.year
    first = framework.valid_from if framework.valid_from is not None else framework.year
    return first <= year and (framework.valid_to is None or year <= framework.valid_to)


def hindrances(framework: Framework) -> tuple[Fault, ...]:
    """What stops publishing («chưa công bố được»), each under its JSON pointer into the definition."""
    pointers = _pointers(framework)
    return (
        *_basis_faults(framework),
        *(
            Fault(pointers[leaf.key], "unattributed_leaf", f"còn điểm chưa rõ tiêu chí: «{leaf.name}»")
            for leaf in framework.leaves
            if leaf.unattributed
        ),
        *_classes_never_awarded(framework),
        *(
            fault
            for leaf in framework.leaves
            for fault in failing_cases(leaf, f"{pointers[leaf.key]}/rule/cases")
        ),
    )


def _basis_faults(framework: Framework) -> Iterator[Fault]:
    if framework.origin == "issued" and not framework.legal_basis:
        yield Fault("/legal_basis", "framework_without_basis", "bộ tiêu chí ban hành phải nêu căn cứ")
    if not in_force(framework, framework.year):
        yield Fault("/year", "year_outside_validity", "năm của bộ tiêu chí nằm ngoài thời gian hiệu lực")


def _highest_percent(framework: Framework) -> Decimal | None:
    """The highest total percent; None where a bonus may lead beyond 100."""
    bonus = any(leaf.effect == "bonus" and leaf.max_points for leaf in framework.leaves)
    return None if bonus and not framework.cap_total else HUNDRED


def _classes_never_awarded(framework: Framework) -> Iterator[Fault]:
    highest = _highest_percent(framework)
    for index, rating in enumerate(framework.ratings):
        floors = (("total_floor", rating.total_floor, highest), ("area_floor", rating.area_floor, HUNDRED))
        for name, floor, most in floors:
            if floor is not None and most is not None and floor > most:
                detail = f"không đơn vị nào đạt {decimal_text(floor)} %, mức này không bao giờ được xếp"
                yield Fault(f"/ratings/classes/{index}/{name}", "class_never_awarded", detail)


def notices(framework: Framework) -> tuple[Fault, ...]:
    """What may be meant so, but is worth a look before publishing («lưu ý»)."""
    pointers = _pointers(framework)
    return (
        *(
            notice
            for leaf in framework.leaves
            for notice in _leaf_notices(leaf, f"{pointers[leaf.key]}/rule")
        ),
        *_part_notices(framework),
        *_band_notices(framework),
    )


def _leaf_notices(leaf: Leaf, pointer: str) -> Iterator[Fault]:
    measure, best = leaf.rule.measure, _best_points(leaf)
    if best < leaf.max_points:
        said = f"cao nhất là {decimal_text(best)} điểm, điểm tối đa là {decimal_text(leaf.max_points)}"
        yield Fault(f"{pointer}/scale", "maximum_unreachable", said)
    if isinstance(measure, Survey) and measure.combine != "weighted_groups":
        weights = set(measure.groups.values())
        if len(weights) > 1:
            said = "trọng số các nhóm không được dùng với cách gộp này"
            yield Fault(f"{pointer}/measure/groups", "weights_unused", said)


def _best_points(leaf: Leaf) -> Decimal:
    """The most points the leaf's rule can give."""
    scale, highest = leaf.rule.scale, _highest_measure(leaf.rule.measure)
    if isinstance(scale, LevelTable):
        return max(level.points for level in scale.levels)
    if isinstance(scale, BandTable):
        within = (s for s in scale.steps if s.lower is None or highest is None or s.lower <= highest)
        return max(step.points for step in within)
    if highest is None:
        return leaf.max_points
    return scale_line(scale, leaf.max_points)(highest)[0]


def _highest_measure(measure: Measure) -> Decimal | None:
    """The most that can be measured: a part of a whole is 100 %, a survey the best of its options."""
    if isinstance(measure, Survey):
        weights = (weight for question in measure.questions for weight in question.options.values())
        return max(weight for weight in weights if weight is not None)
    return HUNDRED if measure.kind in {"sipas", "complement", "punctuality", "self_gap"} else None


def _part_notices(framework: Framework) -> Iterator[Fault]:
    areas = framework.review.areas if framework.review else ()
    for index, key in enumerate(areas):
        if not framework.nodes[key].rated:
            said = f"lĩnh vực «{key}» không dùng để xếp loại nhưng vẫn xét kiểm điểm"
            yield Fault(f"/review/areas/{index}", "review_area_not_rated", said)
    has_floor = any(rating.area_floor is not None for rating in framework.ratings)
    if has_floor and not any(node.rated for node in framework.nodes.values()):
        yield Fault("/ratings/classes", "no_rated_area", "không có lĩnh vực nào để xét cận dưới của lĩnh vực")


def _band_notices(framework: Framework) -> Iterator[Fault]:
    highest = _highest_percent(framework)
    for index, band in enumerate(framework.bands):
        if highest is not None and band.floor > highest:
            said = f"không đơn vị nào đạt {decimal_text(band.floor)} %"
            yield Fault(f"/bands/{index}/floor", "band_never_reached", said)


def summary(framework: Framework) -> Summary:
    return Summary(
        nodes=len(framework.nodes),
        leaves=len(framework.leaves),
        areas=tuple(
            AreaSummary(node.key, node.name, node.max_points, node.stop - node.first)
            for node in framework.nodes.values()
            if node.role in {"group", "area"}
        ),
        sources={
            source: sum((leaf.max_points for leaf in _inside(framework, source)), Decimal(0))
            for source in SOURCES
        },
    )


def _inside(framework: Framework, source: str) -> Iterator[Leaf]:
    return (leaf for leaf in framework.leaves if leaf.source == source and leaf.effect == "points")


def _pointers(framework: Framework) -> dict[str, str]:
    """Where each node stands in the definition, as a JSON pointer."""
    found: dict[str, str] = {}

    def walk(nodes: tuple[Node, ...], prefix: str) -> None:
        for index, node in enumerate(nodes):
            found[node.key] = f"{prefix}/{index}"
            walk(node.children, f"{prefix}/{index}/children")

    walk(framework.roots, "/nodes")
    return found
