"""What people read for the coded values of a framework; the codes stand in `framework`."""

from collections.abc import Iterable, Mapping

from scoring_api.frameworks.domain.framework import ABSENCE, EFFECTS, MISSING, ROLES, SOURCES

Labels = Mapping[str, str]


def _named(codes: Iterable[str], names: tuple[str, ...]) -> Labels:
    return dict(zip(codes, names, strict=True))


ROLE_NAMES = _named(ROLES, ("Nhóm", "Lĩnh vực", "Tiêu chí", "Tiêu chí thành phần"))
SOURCE_NAMES = _named(
    SOURCES,
    (
        "Tài liệu kiểm chứng",
        "Số liệu thống kê",
        "Phiếu điều tra",
        "Tính từ mục khác",
        "Đánh giá của lãnh đạo",
    ),
)
EFFECT_NAMES = _named(EFFECTS, ("Trong thang điểm", "Điểm cộng", "Điểm trừ"))
MISSING_NAMES = _named(MISSING, ("0 điểm", "Loại khỏi điểm tối đa", "Hội đồng quyết định"))
ABSENCE_NAMES = _named(ABSENCE, ("Loại khỏi điểm tối đa", "Điểm tối đa", "0 điểm", "Lấy số liệu năm trước"))
ORIGIN_NAMES = {"issued": "Đã ban hành", "reconstructed": "Dựng lại"}
