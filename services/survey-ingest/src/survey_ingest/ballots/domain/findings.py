"""The catalogue of what can be found in a ballot: faults refuse it, warnings want an explanation."""

from dataclasses import dataclass
from typing import Literal

from parindex.kernel.errors import Fault


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that can be found («lỗi», «cảnh báo»); a number once given is never used for another."""

    number: str
    code: str
    severity: Literal["fault", "warning"]
    title: str
    explanation: str
    remedy: str


def _fault(number: str, code: str, title: str, explanation: str, remedy: str) -> Finding:
    return Finding(number, code, "fault", title, explanation, remedy)


def _warning(number: str, code: str, title: str, explanation: str, remedy: str) -> Finding:
    return Finding(number, code, "warning", title, explanation, remedy)


OUTSIDE_ISSUE, MANY_BLANKS, ALL_EQUAL, ENTERED_LATE, QUOTA_FULL, WRITTEN_OFF = (
    f"W00{n}" for n in range(1, 7)
)

FINDINGS = (
    _fault("F001", "answer_count", "Sai số câu trả lời", "Số câu trả lời khác số câu của mẫu phiếu; phiếu chấm nhiều đơn vị có đủ câu cho từng đơn vị.", "Tải lại mẫu phiếu và nhập đủ các câu, câu bỏ trống ghi 0."),
    _fault("F002", "answer_out_of_scale", "Câu trả lời ngoài phương án", "Câu trả lời không phải số thứ tự của một phương án, cũng không phải 0 (bỏ trống) hay -1 (đánh dấu nhiều ô).", "Xem lại phiếu giấy tại câu được chỉ ra."),
    _fault("F003", "unit_unknown", "Đơn vị không có trong danh sách", "Đơn vị ghi trên phiếu không thuộc danh sách đã chốt của đợt điều tra.", "Chọn đơn vị từ danh sách của mẫu phiếu."),
    _fault("F004", "unit_of_matrix", "Phiếu nhiều đơn vị không ghi đơn vị", "Mẫu phiếu này chấm mọi đơn vị trên cùng một phiếu.", "Bỏ trống đơn vị."),
    _fault("F005", "group_unknown", "Đối tượng không có trong mẫu phiếu", "Mẫu phiếu không hỏi nhóm đối tượng này.", "Chọn đối tượng từ danh sách của mẫu phiếu."),
    _fault("F006", "group_of_other_batch", "Đối tượng của túi khác", "Túi phiếu chỉ nhận một nhóm đối tượng khác.", "Kiểm tra mã túi ghi trên bì và đối tượng ghi trên phiếu."),
    _fault("F007", "questionnaire_of_other_batch", "Mẫu phiếu của túi khác", "Túi phiếu chỉ nhận một mẫu phiếu khác.", "Kiểm tra mã túi ghi trên bì và mẫu phiếu."),
    _fault("F008", "serial_not_issued", "Số phiếu chưa phát cho túi", "Đợt điều tra chỉ nhận số phiếu nằm trong dải số đã phát cho túi.", "Kiểm tra số phiếu; nếu số đúng, đề nghị giám sát ghi dải số phát cho túi."),
    _fault("F009", "collected_outside_window", "Ngày thu phiếu ngoài thời gian điều tra", "Ngày thu phiếu trước ngày bắt đầu hoặc sau ngày kết thúc điều tra.", "Kiểm tra ngày thu ghi trên phiếu."),
    _fault("F010", "collected_in_future", "Ngày thu phiếu ở tương lai", "Ngày thu phiếu sau ngày nhập.", "Kiểm tra ngày thu ghi trên phiếu."),
    _fault("F011", "comment_unknown", "Câu không nhận ý kiến", "Ý kiến ghi cho một câu không phải câu hỏi mở của mẫu phiếu.", "Bỏ ý kiến hoặc ghi vào đúng câu hỏi mở."),
    _fault("F012", "explanation_unknown", "Giải thích cho cảnh báo không có", "Mã cảnh báo được giải thích không có trong danh mục.", "Chỉ giải thích các mã W… mà hệ thống đã nêu."),
    _fault("F013", "serial_not_printed", "Số phiếu chưa từng in", "Loại số phiếu này có ghi dải đã in, nhưng số trên phiếu nằm ngoài mọi dải đã in.", "Xem lại số phiếu trên phiếu giấy; nếu số đúng, đề nghị phụ trách điều tra ghi đủ dải số đã in."),
    _warning(OUTSIDE_ISSUE, "serial_outside_issue", "Số phiếu ngoài dải đã phát", "Số phiếu không nằm trong dải số nào đã phát cho túi.", "Kiểm tra số phiếu; nếu đúng, ghi rõ vì sao phiếu nằm trong túi này."),
    _warning(MANY_BLANKS, "many_blanks", "Nhiều câu bỏ trống", "Quá nửa số câu của phiếu bỏ trống hoặc đánh dấu nhiều ô (xét phiếu có từ 5 câu, không kể câu chọn nhiều phương án).", "Đối chiếu phiếu giấy; nếu đúng, ghi rõ phiếu gốc như vậy."),
    _warning(ALL_EQUAL, "all_answers_equal", "Mọi câu cùng một phương án", "Mọi câu của phiếu cùng chọn một phương án (xét phiếu có từ 5 câu, không kể câu chọn nhiều phương án).", "Đối chiếu phiếu giấy; nếu đúng, ghi rõ phiếu gốc như vậy."),
    _warning(ENTERED_LATE, "entered_late", "Nhập chậm", "Phiếu nhập sau ngày thu quá 7 ngày.", "Ghi rõ vì sao phiếu nhập chậm."),
    _warning(QUOTA_FULL, "quota_full", "Đối tượng đã đủ phiếu", "Chỉ tiêu của đối tượng đã đủ; phiếu sẽ được tạm giữ, chưa tính.", "Kiểm tra đối tượng, đơn vị; nếu đúng, ghi rõ vì sao có phiếu dôi dư."),
    _warning(WRITTEN_OFF, "serial_written_off", "Phiếu đã ghi hỏng hoặc thất lạc", "Danh mục số phiếu ghi phiếu này là hỏng hoặc thất lạc. Cảnh báo này luôn phải giải thích.", "Kiểm tra số phiếu; nếu đúng, ghi rõ phiếu thu lại thế nào: danh mục sẽ ghi phiếu đã thu về."),
)  # fmt: skip

_NUMBERS = {finding.code: finding.number for finding in FINDINGS}
WARNINGS = {finding.number: finding for finding in FINDINGS if finding.severity == "warning"}


def fault(pointer: str, code: str, detail: str) -> Fault:
    """A fault of a ballot under its number in the catalogue."""
    return Fault(pointer, code, detail, _NUMBERS[code])


def not_issued(serial: str) -> Fault:
    detail = f"số phiếu {serial} không nằm trong dải số nào đã phát cho túi"
    return fault("/serial", "serial_not_issued", detail)


def not_printed(serial: str) -> Fault:
    return fault("/serial", "serial_not_printed", f"số phiếu {serial} nằm ngoài mọi dải số đã in")


def unexplained(number: str) -> Fault:
    """A warning that nobody has explained, pointed at where its explanation belongs."""
    found = WARNINGS[number]
    return Fault(f"/explanations/{number}", found.code, f"{found.explanation} {found.remedy}", number)
