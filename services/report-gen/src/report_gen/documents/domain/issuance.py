"""How a document is issued: head, number, day, signature and the line that says what it was made from."""

from dataclasses import dataclass
from datetime import date

from parindex.contracts.snapshots import PeriodFacts, ResultSnapshot
from report_gen.documents.domain.texts import day_in_full, local_day
from report_gen.rendering.blocks import Letterhead, Signature

COMMITTEE = "Ủy ban nhân dân"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """How a document is issued («thể thức ban hành»); what is empty is left for the clerk to write in.

    `number` is whole («27/BC-UBND»); without one the line keeps room before `symbol`. `note` is a reservation
    that every page repeats («Số liệu minh họa»).
    """

    number: str = ""
    symbol: str = "BC-UBND"
    day: date | None = None
    place: str = ""
    parent: str = ""
    issuer: str = ""
    authority: str = "TM. ỦY BAN NHÂN DÂN"
    signer_title: str = "CHỦ TỊCH"
    note: str = ""
    recipients: tuple[str, ...] = ("Các cơ quan, đơn vị được đánh giá", "Lưu: VT")


def issuing_body(name: str) -> tuple[str, ...]:
    """A body in the letterhead: unabbreviated, in capitals, its place on a line of its own.

    >>> issuing_body("UBND tỉnh Hải Dương"), issuing_body("Sở Nội vụ")
    (('ỦY BAN NHÂN DÂN', 'TỈNH HẢI DƯƠNG'), ('SỞ NỘI VỤ',))
    """
    whole = name.replace("UBND", COMMITTEE).upper()
    kind, committee, place = whole.partition(f"{COMMITTEE.upper()} ")
    lines = (kind + committee, place) if committee else (whole,)
    return tuple(line.strip() for line in lines if line.strip())


def place_name(province: str) -> str:
    """A province in the line of place and date: without the word for what it is.

    >>> place_name("tỉnh Hải Dương"), place_name("thành phố Hà Nội"), place_name("Sóc Trăng")
    ('Hải Dương', 'Hà Nội', 'Sóc Trăng')
    """
    return province.removeprefix("tỉnh ").removeprefix("thành phố ")


def place_and_date(place: str, day: date | None) -> str:
    when = day_in_full(day) if day else "ngày        tháng        năm        "
    return f"{place}, {when}" if place else when


def letterhead(
    issuance: Issuance, *, issuer: str, place: str, kind: str, abstract: str, draft: bool = False
) -> Letterhead:
    return Letterhead(
        parent=issuing_body(issuance.parent),
        issuer=issuing_body(issuance.issuer or issuer),
        number=f"Số: {issuance.number or f'        /{issuance.symbol}'}",
        place_and_date=place_and_date(issuance.place or place, issuance.day),
        kind=kind,
        abstract=abstract,
        draft=draft,
        note=issuance.note,
    )


def signature(issuance: Issuance) -> Signature:
    return Signature(
        authority=issuance.authority, title=issuance.signer_title, recipients=issuance.recipients
    )


def reference(issuance: Issuance, kind: str, issuer: str) -> str:
    """The line under an annex title («Kèm theo …»)."""
    number = issuance.number or f"     /{issuance.symbol}"
    when = day_in_full(issuance.day) if issuance.day else "ngày      tháng      năm     "
    return f"(Kèm theo {kind} số {number} {when} của {issuance.issuer or issuer})"


def document_day(issuance: Issuance, period: PeriodFacts) -> date:
    """The day a file carries: its issue, else the finalization, else the end of the year assessed."""
    if issuance.day:
        return issuance.day
    return local_day(period.finalized_at) if period.finalized_at else date(period.year, 12, 31)


def provenance(result: ResultSnapshot, digest: str) -> str:
    """What a document was made from («nguồn gốc»): the period, the edition and the digest of its snapshot."""
    status = "" if result.status == "final" else " (tạm thời, chưa chốt)"
    return f"Kỳ đánh giá {result.period.code}, lần công bố {result.edition}{status}, {digest}"


def noted(issuance: Issuance, source: str) -> str:
    """The footer: the reservation, if there is one, before what the document was made from.

    >>> noted(Issuance(note="Số liệu minh họa"), "Kỳ đánh giá 2022"), noted(Issuance(), "Kỳ đánh giá 2022")
    ('Số liệu minh họa. Kỳ đánh giá 2022', 'Kỳ đánh giá 2022')
    """
    return f"{issuance.note.rstrip(' .')}. {source}" if issuance.note else source
