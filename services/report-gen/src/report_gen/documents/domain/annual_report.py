"""The annual report on the index («báo cáo kết quả»): the order of its chapters; their words live apart."""

from collections.abc import Iterator, Sequence

from parindex.contracts.snapshots import PeriodFacts, ResultSnapshot
from parindex.kernel.text import listing, slug
from report_gen.documents.domain.issuance import (
    Issuance,
    document_day,
    letterhead,
    noted,
    place_name,
    provenance,
    reference,
    signature,
)
from report_gen.documents.domain.legal import legal_documents
from report_gen.documents.domain.outline import body, heading, numbered
from report_gen.documents.domain.report_annexes import annexes
from report_gen.documents.domain.report_heads import heads_chapter
from report_gen.documents.domain.report_method import method_chapter
from report_gen.documents.domain.report_remarks import plan_part, remarks_chapter
from report_gen.documents.domain.report_results import results_chapter
from report_gen.documents.domain.self_check import check_report
from report_gen.documents.domain.standings import Standing, standings
from report_gen.rendering.blocks import Block, Document, LegalBasis

KIND = "BÁO CÁO"


def annual_report(result: ResultSnapshot, digest: str, issuance: Issuance) -> Document:
    """The report of one edition. `digest` is the snapshot's own.

    Raises DomainError `document_contradicts` when the text does not agree with the result.
    """
    ranking = standings(result)
    document = Document(
        kind="report",
        title=f"Báo cáo {_abstract(result, ranking)}",
        file_stem=slug(f"bao-cao-chi-so-cchc-{result.period.code}-lan-{result.edition}"),
        author=issuance.issuer or result.period.owner_name,
        day=document_day(issuance, result.period),
        footer=noted(issuance, provenance(result, digest)),
        blocks=numbered(list(_blocks(result, ranking, issuance))),
    )
    check_report(document, result)
    return document


def _abstract(result: ResultSnapshot, ranking: Sequence[Standing]) -> str:
    assessed = listing(list(dict.fromkeys(standing.words.short for standing in ranking)))
    plan = f" và triển khai kế hoạch CCHC năm {result.plan.year}" if result.plan else ""
    return (
        f"Kết quả đánh giá, xác định Chỉ số cải cách hành chính của {assessed} năm {result.period.year}{plan}"
    )


def _blocks(result: ResultSnapshot, ranking: Sequence[Standing], issuance: Issuance) -> Iterator[Block]:
    period = result.period
    yield letterhead(
        issuance,
        issuer=period.owner_name,
        place=place_name(period.province),
        kind=KIND,
        abstract=_abstract(result, ranking),
        draft=result.status == "provisional",
    )
    yield from _opening(period)
    if result.plan:
        yield heading(1, f"Kết quả đánh giá, xác định Chỉ số CCHC năm {period.year}")
    yield from method_chapter(result, ranking)
    for standing in ranking:
        yield from results_chapter(result, standing)
    yield from heads_chapter(result, ranking)
    yield from remarks_chapter(result, ranking)
    if result.plan:
        yield heading(1, "Một số nhiệm vụ và giải pháp trong thời gian tới")
        yield from plan_part(result.plan)
    yield body(
        f"Trên đây là báo cáo kết quả đánh giá, xác định Chỉ số cải cách hành chính năm {period.year} của "
        f"{period.owner_name}./."
    )
    yield signature(issuance)
    yield from annexes(result, ranking, reference(issuance, "Báo cáo", period.owner_name))


def _opening(period: PeriodFacts) -> Iterator[Block]:
    if period.legal_basis:
        yield LegalBasis(
            tuple(f"Căn cứ {legal_documents([document], in_full=True)}" for document in period.legal_basis)
        )
    yield body(
        f"{period.owner_name} báo cáo kết quả đánh giá, xác định Chỉ số cải cách hành chính (sau đây viết "
        f"tắt là Chỉ số CCHC) năm {period.year} như sau:"
    )
