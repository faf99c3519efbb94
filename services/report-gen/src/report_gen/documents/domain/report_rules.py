"""The rules of the chapter on heads of units: what each rating class and a review require; no results."""

from collections.abc import Hashable, Iterator, Sequence
from typing import TypeVar

from parindex.contracts.snapshots import FrameworkSummary, RatingRule
from report_gen.documents.domain.legal import legal_documents
from report_gen.documents.domain.outline import body, bullet
from report_gen.documents.domain.report_method import closed
from report_gen.documents.domain.standings import Standing
from report_gen.documents.domain.texts import counted, figure
from report_gen.rendering.blocks import Block

REVIEW = "phải tổ chức kiểm điểm"
H = TypeVar("H", bound=Hashable)


def rating_rules(standings: Sequence[Standing]) -> Iterator[Block]:
    """The classes with their floors, once for all levels that share them."""
    rated = [standing for standing in standings if standing.framework.ratings]
    basis = dict.fromkeys(document for standing in rated for document in standing.framework.rating_basis)
    lead = f"Theo {legal_documents(list(basis))}, m" if basis else "M"
    yield body(
        f"{lead}ức độ hoàn thành nhiệm vụ của người đứng đầu cơ quan, đơn vị về công tác CCHC được xét trên "
        "chỉ số tổng hợp và chỉ số của từng lĩnh vực so với điểm tối đa, lần lượt từ mức cao xuống mức thấp:"
    )
    groups = _grouped([(standing.framework.ratings, standing.words.heads) for standing in rated])
    for ratings, heads in groups.items():
        if len(groups) > 1:
            yield body(f"Đối với {'; '.join(heads)}, có {counted(len(ratings), 'mức')}:")
        yield from [bullet(line) for line in closed(definitions(ratings))]
    yield body(
        "Trường hợp quy định không nêu trực tiếp, khi chỉ số tổng hợp thuộc một mức nhưng có lĩnh vực chưa "
        "đạt tỷ lệ của mức đó, được xét ở mức thấp hơn."
    )


def definitions(ratings: Sequence[RatingRule]) -> list[str]:
    """What each class requires, best first («mức xếp loại»).

    >>> best = RatingRule(code="a", name="Xuất sắc", total_floor="90", area_floor="80")
    >>> good = RatingRule(code="b", name="Tốt", total_floor="72.5", area_floor="")
    >>> rest = RatingRule(code="c", name="Không hoàn thành", total_floor="", area_floor="")
    >>> for line in definitions([best, good, rest]):
    ...     print(line)
    Xuất sắc: chỉ số tổng hợp đạt từ 90% trở lên; từng lĩnh vực đều đạt từ 80% trở lên
    Tốt: chỉ số tổng hợp đạt từ 72,5% đến dưới 90%
    Không hoàn thành: các trường hợp còn lại
    """
    lines = []
    above = ""
    for rule in ratings:
        total = f"chỉ số tổng hợp đạt {_span(rule.total_floor, above)}" if rule.total_floor else ""
        area = f"từng lĩnh vực đều đạt từ {figure(rule.area_floor)}% trở lên" if rule.area_floor else ""
        required = "; ".join(part for part in (total, area) if part)
        lines.append(f"{rule.name}: {required or 'các trường hợp còn lại'}")
        above = rule.total_floor
    return lines


def _span(floor: str, above: str) -> str:
    """From a floor up to the class above; classes that differ by their areas alone share the span."""
    upper = f"đến dưới {figure(above)}%" if above and above != floor else "trở lên"
    return f"từ {figure(floor)}% {upper}"


def review_rules(standings: Sequence[Standing]) -> Iterator[Block]:
    """Which areas are watched, from what percent on, and what follows."""
    watched = [standing.framework for standing in standings if standing.framework.review_threshold]
    yield from [body(sentence) for sentence in dict.fromkeys(_review(framework) for framework in watched)]


def _review(framework: FrameworkSummary) -> str:
    names = [part.name for part in framework.parts if part.key in framework.review_areas]
    several = f"một trong {counted(len(names), 'lĩnh vực')} ({'; '.join(names)})"
    areas = several if len(names) > 1 else " ".join(["lĩnh vực", *names])
    lead = f"Theo {framework.review_basis}, c" if framework.review_basis else "C"
    return (
        f"{lead}ơ quan, đơn vị có {areas} đạt dưới {figure(framework.review_threshold)}% "
        f"{framework.review_consequence or REVIEW}."
    )


def _grouped(pairs: Sequence[tuple[H, str]]) -> dict[H, list[str]]:
    groups: dict[H, list[str]] = {}
    for key, name in pairs:
        groups.setdefault(key, []).append(name)
    return groups
