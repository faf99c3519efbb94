"""How legal documents are cited in a sentence; no facts of its own."""

import re
from collections.abc import Sequence

from parindex.contracts.snapshots import LegalDocument
from parindex.kernel.text import listing
from report_gen.documents.domain.texts import stated_day

_KINDS = {
    "QĐ": "Quyết định",
    "KH": "Kế hoạch",
    "NQ": "Nghị quyết",
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
    "CT": "Chỉ thị",
    "HD": "Hướng dẫn",
    "BC": "Báo cáo",
    "TB": "Thông báo",
    "KL": "Kết luận",
    "CTr": "Chương trình",
    "ĐA": "Đề án",
}
_ISSUED = re.compile(r"(quy định|quy chế|chương trình|đề án|kế hoạch|bộ chỉ số|bộ tiêu chí)\b", re.IGNORECASE)
_CONNECTED = re.compile(r"(về|ban hành|phê duyệt|công bố|quy định|sửa đổi|triển khai|thực hiện)\b")


def document_kind(number: str) -> str:
    """The kind of document that its symbol says («ký hiệu»).

    >>> document_kind("13/2016/QĐ-UBND"), document_kind("508/UBND-VP")
    ('Quyết định', 'Văn bản')
    """
    return _KINDS.get(number.rpartition("/")[2].partition("-")[0], "Văn bản")


def _subject(text: str) -> str:
    if not text:
        return ""
    if _CONNECTED.match(text):
        return f" {text}"
    return f" ban hành {text}" if _ISSUED.match(text) else f" về {text}"


def legal_documents(documents: Sequence[LegalDocument], *, in_full: bool = False) -> str:
    """Legal documents as a sentence cites them; what was not printed is left out.

    Those of one issuer on one subject are named together.

    >>> first = LegalDocument(number="13/2016/QĐ-UBND", date="2016-06-17", issuer="UBND tỉnh", subject="")
    >>> second = LegalDocument(number="29/2018/QĐ-UBND", date="", issuer="UBND tỉnh", subject="")
    >>> legal_documents([first, second])
    'Quyết định số 13/2016/QĐ-UBND ngày 17/6/2016 và Quyết định số 29/2018/QĐ-UBND của UBND tỉnh'
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for document in documents:
        groups.setdefault((document.issuer, document.subject), []).append(_cited(document, in_full=in_full))
    return "; ".join(
        f"{listing(cited)}{f' của {issuer}' if issuer else ''}{_subject(subject)}"
        for (issuer, subject), cited in groups.items()
    )


def _cited(document: LegalDocument, *, in_full: bool) -> str:
    number = f" số {document.number}" if document.number else ""
    when = f" {stated_day(document.date, in_full=in_full)}" if document.date else ""
    return f"{document_kind(document.number)}{number}{when}"
