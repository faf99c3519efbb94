"""Parameters of a problem in the words of its sentence; in `params` they stay as programs know them."""

import re
from collections.abc import Mapping

from parindex.auth.policy import Role
from parindex.kernel.clocks import instant_said, parse_instant

ROLES: Mapping[str, str] = {
    Role.ADMINISTRATOR: "quản trị hệ thống (Sở Nội vụ)",
    Role.UNIT_OFFICER: "công chức của đơn vị được đánh giá",
    Role.APPRAISER: "thành viên Tổ thư ký",
    Role.COUNCIL_CLERK: "thư ký Hội đồng đánh giá",
    Role.SURVEY_MANAGER: "phụ trách điều tra xã hội học (Sở Nội vụ)",
    Role.ENTRY_CLERK: "nhân viên nhập phiếu (Bưu điện)",
    Role.ENTRY_SUPERVISOR: "giám sát nhập phiếu (Bưu điện)",
    Role.READER: "hệ thống khác, người chỉ xem",
    Role.SERVICE: "dịch vụ nội bộ",
    Role.PUBLIC: "không cần mã truy cập",
}
_STATES = {
    "draft": "dự thảo",
    "open": "đang mở",
    "sealed": "đã niêm phong và tổng hợp",
    "handed_over": "đã bàn giao",
    "closed": "đã đóng",
    "council": "Hội đồng xem xét",
    "provisional": "có kết quả tạm thời",
    "finalized": "đã chốt",
    "submitted": "đã nộp",
    "appraised": "đã thẩm định",
    "explained": "đã giải trình",
    "final_appraised": "đã thẩm định lần cuối",
    "valid": "hợp lệ",
    "invalid": "không hợp lệ",
    "held": "tạm giữ",
    "done": "đã nhập xong",
    "refused": "bị từ chối",
    "cancelled": "đã hủy",
}
_PHASES = {
    "self_assessment": "tự chấm điểm",
    "appraisal": "thẩm định",
    "explanation": "giải trình",
    "final_appraisal": "thẩm định lần cuối",
    "complaint": "kiến nghị",
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "role": ROLES,
    "state": _STATES,
    "status": _STATES,
    "allowed": _STATES,
    "phase": _PHASES,
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def said(name: str, value: object) -> str:
    """A parameter as its sentence says it.

    >>> said("at", "2023-01-31T17:00:00.5+00:00"), said("state", "handed_over"), said("serial", "draft")
    ('00:00:00 ngày 01/02/2023', 'đã bàn giao', 'draft')
    """
    text = str(value)
    if words := _WORDS.get(name):
        return ", ".join(words.get(part, part) for part in text.split(", "))
    return instant_said(parse_instant(text)) if _INSTANT.fullmatch(text) else text
