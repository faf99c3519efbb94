"""How the notation of rules calls the measures, and an example of each of its forms; it is read elsewhere."""

from collections.abc import Mapping

MEASURES: Mapping[str, str] = {
    "ratio": "Tỷ lệ",
    "product": "Tích hai tỷ lệ",
    "complement": "Phần bù của tỷ lệ",
    "growth": "Tăng so với năm trước",
    "count": "Số lượng",
    "punctuality": "Báo cáo đúng hạn",
    "self_gap": "Chênh lệch tự chấm",
    "points": "Điểm được cho",
}
"""How a measure is called in the notation; all but the counts are percents."""
CHOICE = "Chọn mức"
COUNTED = {"count", "points"}
GUIDE = (
    "Chọn mức:\n- Ban hành đúng hạn: 1 điểm\n- [cham] Ban hành chậm: 0,5 điểm\n- Không ban hành: 0 điểm",
    "Tỷ lệ:\n- dưới 50%: 0 điểm\n- từ 50% đến dưới 80%: 0,5 điểm\n- từ 80% trở lên: 1 điểm",
    "Tỷ lệ × điểm tối đa",
    "Tỷ lệ × điểm tối đa; dưới 50%: 0 điểm",
    "Tỷ lệ × điểm tối đa; từ 90%: điểm tối đa",
    "Tăng so với năm trước:\n- dưới 5%: 0 điểm\n- từ 5% đến dưới 15%: 0,5 điểm\n- từ 15% trở lên: 1 điểm",
    "Số lượng:\n- dưới 1: 1 điểm\n- từ 1 trở lên: 0 điểm",
    "Mỗi mục được 0,5 điểm",
    "Mỗi vi phạm trừ 0,25 điểm",
    "Báo cáo đúng hạn, báo cáo muộn tính 0,5 × điểm tối đa",
    "Tích hai tỷ lệ × điểm tối đa",
    "Phần bù của tỷ lệ × điểm tối đa",
    "Chênh lệch tự chấm:\n- dưới 5%: 1 điểm\n- từ 5% trở lên: 0 điểm",
)
