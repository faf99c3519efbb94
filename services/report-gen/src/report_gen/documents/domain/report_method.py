"""Chapter I of the report: what was assessed, by which method, survey and timetable; no results."""

from collections.abc import Iterable, Sequence

from parindex.contracts.snapshots import FrameworkPart, FrameworkSummary, ResultSnapshot
from parindex.kernel.points import parse_decimal, total
from report_gen.documents.domain.legal import legal_documents
from report_gen.documents.domain.outline import body, bullet, heading, sub_bullet
from report_gen.documents.domain.report_survey import survey_blocks
from report_gen.documents.domain.standings import Standing
from report_gen.documents.domain.texts import counted, day_in_short, figure, local_day, upper_first, window
from report_gen.rendering.blocks import Block, Run

_SOURCES = {
    "documents": "tài liệu kiểm chứng",
    "statistics": "tài liệu kiểm chứng",
    "survey": "điều tra xã hội học",
    "leader": "đánh giá của lãnh đạo",
}


def method_chapter(result: ResultSnapshot, standings: Sequence[Standing]) -> list[Block]:
    return [
        heading(2, "Công tác triển khai đánh giá, xác định Chỉ số cải cách hành chính"),
        *_objects(standings),
        *_methods(standings),
        *survey_blocks(result, standings),
        *_process(result),
    ]


def _objects(standings: Sequence[Standing]) -> list[Block]:
    lines = [
        f"{standing.words.tier}: {counted(len(standing.units), 'cơ quan, đơn vị')} ({standing.words.every})"
        for standing in standings
    ]
    return [
        heading(3, "Đối tượng đánh giá, xác định Chỉ số CCHC"),
        *[bullet(line) for line in closed(lines)],
    ]


def closed(lines: Sequence[str]) -> list[str]:
    """Items of an enumeration with their closing marks.

    >>> closed(["một", "hai"])
    ['một;', 'hai.']
    """
    return [line + ("." if line is lines[-1] else ";") for line in lines]


def _methods(standings: Sequence[Standing]) -> Iterable[Block]:
    yield heading(3, "Phương pháp xác định")
    for standing in standings:
        yield heading(4, f"Đối với Chỉ số CCHC của {standing.words.every}")
        yield body(_method_sentence(standing.framework))
        for part in standing.framework.parts:
            yield _part(standing.framework, part)


def _method_sentence(framework: FrameworkSummary) -> str:
    tops = [part for part in framework.parts if "/" not in part.key]
    points = [figure(part.max_points) for part in tops]
    whole = figure(str(total([parse_decimal(part.max_points) for part in tops])))
    parts = f", gồm {counted(len(tops), 'phần')} ({' + '.join(points)} điểm)" if len(tops) > 1 else ""
    basis = legal_documents(framework.legal_basis) or framework.title
    return f"Thực hiện {basis}; tổng số điểm tối đa là {whole} điểm{parts}:"


def _part(framework: FrameworkSummary, part: FrameworkPart) -> Block:
    if "/" in part.key:
        return sub_bullet(f"{part.name}: {figure(part.max_points)} điểm.")
    has_children = any(other.key.startswith(f"{part.key}/") for other in framework.parts)
    ending = " điểm, gồm:" if has_children else " điểm."
    return bullet(Run(f"{part.name}{_means(part)}: "), Run(figure(part.max_points), bold=True), Run(ending))


def _means(part: FrameworkPart) -> str:
    """How a part is measured, unless its name says so already."""
    words = list(dict.fromkeys(_SOURCES[source] for source in part.sources if source in _SOURCES))
    if not words or "thông qua" in part.name.lower():
        return ""
    return f" (thông qua {' và '.join(words)})"


def _process(result: ResultSnapshot) -> Iterable[Block]:
    period = result.period
    yield heading(3, "Quy trình đánh giá, chấm điểm")
    yield body(
        "Các cơ quan, đơn vị tự rà soát, thu thập tài liệu kiểm chứng, tự đánh giá, chấm điểm theo từng tiêu "
        f"chí, tiêu chí thành phần; {period.secretariat_name or 'cơ quan thường trực'} tổ chức "
        "thẩm định; Hội đồng đánh giá tổng hợp kết quả thẩm định và kết quả điều tra xã hội học (nếu có). "
        "Thời gian thực hiện:"
    )
    phases = [
        f"{upper_first(phase.name)}: {window(phase.opens_at, phase.closes_at)}" for phase in period.phases
    ]
    yield from [bullet(line) for line in closed(phases)]
    if sentence := _decided(period.council_session, period.finalized_at):
        yield body(sentence)


def _decided(council_session: str, finalized_at: str) -> str:
    session = f" tại phiên họp có biên bản số {council_session}" if council_session else ""
    day = f", chốt ngày {day_in_short(local_day(finalized_at))}" if finalized_at else ""
    return f"Kết quả được Hội đồng đánh giá thống nhất{session}{day}." if session or day else ""
