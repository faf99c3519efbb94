"""The hand-over minutes («biên bản bàn giao phiếu điều tra»): bags, seals and counts; no answers."""

from collections.abc import Iterator

from parindex.contracts.snapshots import HandoverRecord
from parindex.kernel.points import vietnamese
from parindex.kernel.text import slug
from report_gen.documents.domain.ballot_counts import ballots_by_group, summed
from report_gen.documents.domain.issuance import Issuance, letterhead, noted
from report_gen.documents.domain.outline import body, bullet, heading, numbered
from report_gen.documents.domain.texts import (
    counted,
    day_in_full,
    local_day,
    moment,
    upper_first,
)
from report_gen.rendering.blocks import (
    Block,
    Column,
    Document,
    JointSignature,
    Signatory,
    Table,
)

KIND = "BIÊN BẢN"
ABSTRACT = "Bàn giao phiếu điều tra xã hội học"
GIVING, RECEIVING = "Bên giao", "Bên nhận"
_BAG_COLUMNS = (
    Column("STT", 6, "center"),
    Column("Mã túi", 15),
    Column("Bưu cục", 22),
    Column("Số niêm phong", 14),
    Column("Số phiếu", 9, "right"),
    Column("Thời điểm niêm phong", 17),
    Column("Mã ghi sổ", 17),
)


def handover_minutes(record: HandoverRecord, digest: str, issuance: Issuance) -> Document:
    """The minutes of one hand-over. `digest` is the record's own; parties stand as bodies, never people."""
    return Document(
        kind="minutes",
        title=f"Biên bản bàn giao phiếu điều tra xã hội học ({record.campaign_title})",
        file_stem=slug(f"bien-ban-ban-giao-{record.campaign}-lan-{record.tally_revision}"),
        author=issuance.issuer or record.to_party,
        day=issuance.day or local_day(record.received_at),
        footer=noted(
            issuance, f"Đợt điều tra {record.campaign}, bản tổng hợp lần {record.tally_revision}, {digest}"
        ),
        blocks=numbered(list(_blocks(record, issuance))),
    )


def _blocks(record: HandoverRecord, issuance: Issuance) -> Iterator[Block]:
    yield letterhead(issuance, issuer=record.to_party, place="", kind=KIND, abstract=ABSTRACT)
    yield body(
        f"Hôm nay, {day_in_full(local_day(record.received_at))}, {record.from_party} bàn giao phiếu điều tra "
        f"xã hội học của đợt «{record.campaign_title}» cho {record.to_party}, cụ thể như sau:"
    )
    yield from _parties(record)
    yield heading(2, "Nội dung bàn giao")
    yield from _bags(record)
    yield from _groups(record)
    yield from _state(record)
    yield body(
        "Biên bản được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản; hai bên đã đọc lại, thống "
        "nhất và cùng ký tên./."
    )
    yield JointSignature((Signatory(GIVING, record.from_party), Signatory(RECEIVING, record.to_party)))


def _parties(record: HandoverRecord) -> Iterator[Block]:
    yield heading(2, "Thành phần")
    yield bullet(f"{GIVING}: {record.from_party}.")
    yield bullet(f"{RECEIVING}: {record.to_party}.")
    yield bullet(
        f"Thời điểm giao: {moment(record.delivered_at)}; thời điểm nhận: {moment(record.received_at)}."
    )


def _bags(record: HandoverRecord) -> Iterator[Block]:
    ballots = sum(batch.ballots for batch in record.batches)
    yield heading(3, "Túi phiếu")
    yield body(
        f"Số túi phiếu bàn giao: {counted(len(record.batches), 'túi')}, gồm {counted(ballots, 'phiếu')}."
    )
    if not record.batches:
        return
    rows = [
        (
            str(number),
            batch.batch,
            batch.office,
            batch.bag_seal,
            vietnamese(batch.ballots),
            upper_first(moment(batch.sealed_at)),
            short_digest(batch.entry),
        )
        for number, batch in enumerate(record.batches, start=1)
    ]
    whole = ("", "Tổng cộng", "", "", vietnamese(ballots), "", "")
    yield Table("Danh sách túi phiếu", _BAG_COLUMNS, (*rows, whole), total=True)


def short_digest(digest: str) -> str:
    """The head of a digest, enough to find its line in the ledger.

    >>> short_digest("sha256:0123456789abcdef0123456789abcdef")
    '0123456789ab…'
    """
    bare = digest.removeprefix("sha256:")
    return f"{bare[:12]}…" if len(bare) > 12 else bare


def _groups(record: HandoverRecord) -> Iterator[Block]:
    groups = ballots_by_group(record.ballots, record.group_names)
    whole = summed(record.ballots)
    yield heading(3, "Phiếu theo đối tượng lấy ý kiến")
    yield Table(
        "Số phiếu theo đối tượng",
        (
            Column("Đối tượng lấy ý kiến", 40),
            Column("Theo kế hoạch", 12, "right"),
            Column("Thu về", 12, "right"),
            Column("Hợp lệ", 12, "right"),
            Column("Không hợp lệ", 12, "right"),
            Column("Ngoài chỉ tiêu", 12, "right"),
        ),
        tuple(
            (
                row.name,
                *map(vietnamese, (row.quota, row.collected, row.valid, row.invalid, row.held)),
            )
            for row in [*groups, whole]
        ),
        total=True,
    )
    difference = sum(batch.ballots for batch in record.batches) - whole.collected
    if difference:
        yield body(
            f"Số phiếu trong túi {'nhiều' if difference > 0 else 'ít'} hơn số phiếu thu về theo đối tượng "
            f"{counted(abs(difference), 'phiếu')}; hai bên ghi nhận để đối chiếu."
        )


def _state(record: HandoverRecord) -> Iterator[Block]:
    seals = "còn nguyên vẹn" if record.seals_intact else "KHÔNG còn nguyên vẹn"
    yield heading(3, "Tình trạng niêm phong và dữ liệu")
    yield bullet(f"Niêm phong các túi phiếu tại thời điểm giao nhận: {seals}.")
    yield bullet(f"Ghi chú: {record.note.strip().rstrip('.') or 'không có'}.")
    yield Table(
        "Mã đối chiếu",
        (Column("Nội dung", 35), Column("Mã băm", 65)),
        (
            (f"Bản tổng hợp lần {record.tally_revision} kèm theo", record.tally_digest),
            ("Dòng cuối của sổ niêm phong", record.ledger_head),
        ),
    )
