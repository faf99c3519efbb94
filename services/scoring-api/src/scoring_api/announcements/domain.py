"""Announcements («thông báo»): the closed list of topics, what each is called and who may ever hear of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from parindex.kernel.canonical import canonical_bytes

Audience = Literal["public", "staff"]
DATA_LIMIT = 16_000
"""Bytes of an announcement's data: ids and names, so that a reader knows what to fetch; never content."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of fact («loại thông báo»): its Vietnamese title, and whether it may ever be told in public."""

    title: str
    public: bool = False


TOPICS: dict[str, Topic] = {
    "unit.changed": Topic("Đơn vị thay đổi", public=True),
    "framework.published": Topic("Ban hành bộ tiêu chí", public=True),
    "plan.changed": Topic("Kế hoạch thay đổi", public=True),
    "period.opened": Topic("Mở kỳ đánh giá"),
    "period.changed": Topic("Kỳ đánh giá thay đổi"),
    "window.extended": Topic("Gia hạn"),
    "assessment.submitted": Topic("Đơn vị nộp tự chấm"),
    "assessment.withdrawn": Topic("Đơn vị rút bản tự chấm"),
    "supplement.requested": Topic("Yêu cầu bổ sung"),
    "supplement.answered": Topic("Đơn vị đã bổ sung"),
    "appraisal.completed": Topic("Thẩm định xong"),
    "explanation.submitted": Topic("Đơn vị giải trình"),
    "council.called": Topic("Chuyển Hội đồng"),
    "council.session_held": Topic("Hội đồng họp"),
    "tally.received": Topic("Nhận bản tổng hợp phiếu"),
    "handover.received": Topic("Nhận biên bản bàn giao phiếu"),
    "period.provisional": Topic("Kết quả dự kiến"),
    "period.reopened": Topic("Mở lại kỳ đánh giá"),
    "complaint.filed": Topic("Kiến nghị về kết quả"),
    "complaint.answered": Topic("Trả lời kiến nghị"),
    "period.finalized": Topic("Chốt kết quả"),
    "edition.published": Topic("Công bố kết quả", public=True),
    "correction.opened": Topic("Mở đính chính"),
    "correction.finalized": Topic("Chốt đính chính"),
    "correction.abandoned": Topic("Bỏ đính chính"),
    "document.ready": Topic("Tài liệu đã lập", public=True),
    "webhook.disabled": Topic("Ngừng gửi thông báo tới một địa chỉ"),
}
"""Every topic there is. One without `public` is never shown to the public, whatever its caller says."""


def check_announcement(topic: str, audience: Audience, data: Mapping[str, Any]) -> None:
    """Raises ValueError for what only a mistake in the code can bring: no fault of a caller.

    >>> check_announcement("edition.published", "public", {"period": "2022", "edition": 1})
    >>> check_announcement("period.finalized", "public", {"period": "2022"})
    Traceback (most recent call last):
    ...
    ValueError: period.finalized is never public
    """
    if topic not in TOPICS:
        raise ValueError(f"no such topic: {topic}")
    if audience == "public" and not TOPICS[topic].public:
        raise ValueError(f"{topic} is never public")
    if len(canonical_bytes(dict(data))) > DATA_LIMIT:
        raise ValueError(f"too much said with {topic}")
