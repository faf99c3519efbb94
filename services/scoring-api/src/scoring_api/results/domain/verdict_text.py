"""What was proved of a pack, in words for whoever checks it; the proof itself stands next door."""

from collections.abc import Iterator, Sequence

from scoring_api.results.domain.differences import Difference
from scoring_api.results.domain.pack_verdict import Verdict

SHOWN = 50
_LEVELS = {"full": "đầy đủ", "public": "công khai"}
_FIGURES = {
    "points": "điểm",
    "max_points": "điểm tối đa",
    "applicable_max": "điểm tối đa áp dụng",
    "percent": "chỉ số",
    "rank": "xếp hạng",
    "previous_rank": "hạng năm trước",
    "change": "tăng, giảm hạng",
    "band": "nhóm điểm",
    "rating": "mức xếp loại",
    "status": "tình trạng",
    "measure": "kết quả đo",
    "edition_digest": "mã băm của lần công bố",
}


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """The verdict line by line («kết luận»), most important last, as a reader of a terminal looks there."""
    yield f"Gói kết quả kỳ {verdict.period}, lần công bố {verdict.edition}, mức {_LEVELS[verdict.level]}"
    yield f"Mã băm của gói: {verdict.digest}"
    yield f"Mã băm của lần công bố: {verdict.edition_digest}{_edition(verdict)}"
    yield f"Chữ ký: {_signature(verdict)}"
    yield from _recomputed(verdict)
    for fault in verdict.faults[:SHOWN]:
        yield f"  {fault.pointer or '/'}: {fault.detail}"
    yield from _more(len(verdict.faults))
    for found in verdict.differences[:SHOWN]:
        yield f"  {difference_text(found)}"
    yield from _more(len(verdict.differences))
    yield f"Kết luận: {_conclusion(verdict)}"


def pair_lines(found: Sequence[Difference]) -> Iterator[str]:
    """Whether a public pack is the one the full pack gives, small cells included («đối chiếu hai gói»)."""
    for difference in found[:SHOWN]:
        yield f"  {difference_text(difference)}"
    yield from _more(len(found))
    if found:
        yield "Đối chiếu: gói công khai KHÔNG phải là gói rút ra từ gói đầy đủ"
    else:
        yield "Đối chiếu: gói công khai đúng là gói rút ra từ gói đầy đủ, kể cả mọi ô được giữ lại"


def difference_text(found: Difference) -> str:
    """One figure that differs, as a sentence.

    >>> difference_text(Difference("so-y-te", "I/1/1.1", "points", "2", "1.5"))
    'so-y-te, I/1/1.1, điểm: ghi 2, tính lại 1.5'
    """
    name = _FIGURES.get(found.figure, found.figure)
    place = ", ".join(part for part in (found.unit, found.leaf, name) if part)
    return f"{place}: ghi {found.stated}, tính lại {found.found}"


def _edition(verdict: Verdict) -> str:
    return " (đã đối chiếu từng số với tệp lần công bố)" if verdict.edition_checked else ""


def _signature(verdict: Verdict) -> str:
    if not verdict.signed:
        return f"SAI: nội dung gói không phải nội dung đã ký bằng khóa {verdict.key_id}"
    if verdict.trusted is None:
        return f"đúng với khóa {verdict.key_id} ghi trong gói; chưa biết khóa của ai (dùng --key)"
    if verdict.trusted:
        return f"đúng, khóa {verdict.key_id} là khóa của dịch vụ"
    return f"SAI KHÓA: khóa {verdict.key_id} ghi trong gói không có trong danh sách khóa của dịch vụ"


def _recomputed(verdict: Verdict) -> Iterator[str]:
    if verdict.faults:
        yield "Tính lại: không tính được hoặc không đúng quy cách, dữ liệu của gói có lỗi:"
        return
    yield f"Tính lại: {verdict.units} đơn vị, {verdict.leaves} điểm tiêu chí"
    if verdict.given:
        yield (
            f"  {len(verdict.given)} điểm lấy nguyên như gói ghi, vì dựa trên ô phiếu được giữ lại (ô dưới"
            f" {verdict.minimum} phiếu, và ô giúp tính ngược ra ô đó); gói đầy đủ mới chứng minh được:"
        )
        for unit, leaf in verdict.given[:SHOWN]:
            yield f"    {unit}, {leaf}"
        yield from _more(len(verdict.given))


def _more(number: int) -> Iterator[str]:
    if number > SHOWN:
        yield f"    … và {number - SHOWN} chỗ nữa"


def _conclusion(verdict: Verdict) -> str:
    if not verdict.proven:
        return "KHÔNG ĐÚNG"
    origin = "" if verdict.trusted else "; CHƯA chứng minh gói là của dịch vụ (thiếu --key)"
    if verdict.given:
        return f"ĐÚNG, trừ các điểm lấy nguyên nêu trên là không kiểm được ở mức công khai{origin}"
    return f"ĐÚNG, mọi kết quả tính lại được từ dữ liệu trong gói{origin}"
