"""The hand-over minutes: parties, bags with seals, ballots by group, the ledger's head."""

from dataclasses import replace
from datetime import date

from parindex.contracts.snapshots import HandoverRecord
from report_gen.documents.domain.handover_minutes import handover_minutes
from report_gen.documents.domain.issuance import Issuance
from report_gen.rendering.blocks import Document, JointSignature, Letterhead, Table
from tests.unit.report import report_factory as made


def minutes(record: HandoverRecord | None = None) -> Document:
    return handover_minutes(
        record or made.handover(), made.DIGEST, Issuance(symbol="BB-SNV", place="Hải Dương")
    )


def texts(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs())


def tables(document: Document) -> dict[str, Table]:
    return {table.caption: table for table in document.tables()}


def test_parties_and_times_come_from_the_record() -> None:
    document = minutes()
    said = texts(document)
    assert "Hôm nay, ngày 09 tháng 02 năm 2023, Bưu điện tỉnh Hải Dương bàn giao" in said
    assert "Bên giao: Bưu điện tỉnh Hải Dương." in said
    assert "Thời điểm giao: 8 giờ ngày 09/02/2023; thời điểm nhận: 9 giờ 30 phút ngày 09/02/2023." in said
    assert document.day == date(2023, 2, 9)
    (signed,) = [block for block in document.blocks if isinstance(block, JointSignature)]
    assert [party.role for party in signed.parties] == ["Bên giao", "Bên nhận"]
    head = document.blocks[0]
    assert isinstance(head, Letterhead)
    assert (head.kind, head.issuer) == ("BIÊN BẢN", ("SỞ NỘI VỤ TỈNH HẢI DƯƠNG",))


def test_bags_are_listed_with_seals_and_summed() -> None:
    document = minutes()
    rows = tables(document)["Danh sách túi phiếu"].rows
    assert rows[0] == (
        "1",
        "L01",
        "Bưu điện huyện Nam Sách",
        "NS-001",
        "1.620",
        "16 giờ 05 phút ngày 08/02/2023",
        "cdcdcdcdcdcd…",
    )
    assert rows[-1][4] == "1.640"
    assert "Số túi phiếu bàn giao: 02 túi, gồm 1.640 phiếu." in texts(document)


def test_ballots_by_group_and_the_ledger_head() -> None:
    document = minutes()
    assert tables(document)["Số phiếu theo đối tượng"].rows[-1] == (
        "Tổng cộng",
        "1.640",
        "1.640",
        "1.621",
        "19",
        "0",
    )
    assert tables(document)["Mã đối chiếu"].rows[1] == ("Dòng cuối của sổ niêm phong", "sha256:" + "ab" * 32)
    assert "đối chiếu" not in texts(document)


def test_bags_and_groups_that_differ_are_told() -> None:
    record = made.handover()
    more = replace(record.batches[0], ballots=1622)
    said = texts(minutes(replace(record, batches=(more, record.batches[1]))))
    assert "Số phiếu trong túi nhiều hơn số phiếu thu về theo đối tượng 02 phiếu" in said


def test_broken_seals_and_notes_are_told() -> None:
    said = texts(minutes(replace(made.handover(), seals_intact=False, note="Túi NS-001 rách mép.")))
    assert "tại thời điểm giao nhận: KHÔNG còn nguyên vẹn." in said
    assert "Ghi chú: Túi NS-001 rách mép." in said


def test_a_hand_over_without_bags_holds() -> None:
    document = minutes(replace(made.handover(), batches=(), ballots=()))
    assert "00 túi" in texts(document)
    assert "Danh sách túi phiếu" not in tables(document)
