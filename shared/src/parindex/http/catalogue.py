"""Every problem code with its status and sentences. One row a code; a retired code is never used again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`detail` may name the error's parameters in braces; `english` answers Accept-Language: en."""

    code: str
    status: int
    title: str
    detail: str
    english: str


_ROWS = (
    # --- every service -----------------------------------------------------------------------------------
    Problem("internal_error", 500, "Lỗi hệ thống", "Hệ thống gặp lỗi; hãy gửi mã theo dõi cho quản trị.", "Internal error"),
    Problem("temporarily_unavailable", 503, "Tạm thời gián đoạn", "Chưa ghi gì; hãy gửi lại đúng yêu cầu này sau ít giây.", "Temporarily unavailable, nothing was stored"),
    Problem("route_not_found", 404, "Không có địa chỉ này", "Địa chỉ không tồn tại.", "No such route"),
    Problem("method_not_allowed", 405, "Phương thức không được phép", "Địa chỉ này không nhận phương thức đó.", "Method not allowed"),
    Problem("body_too_large", 413, "Nội dung quá lớn", "Nội dung gửi lên vượt giới hạn cho phép.", "Body too large"),
    Problem("malformed_request", 400, "Yêu cầu không đọc được", "Nội dung gửi lên không đọc được.", "Malformed request"),
    Problem("invalid_request", 422, "Dữ liệu không hợp lệ", "Có {count} lỗi trong dữ liệu gửi lên.", "Invalid request"),
    Problem("token_required", 401, "Cần mã truy cập", "Hãy gửi mã truy cập trong tiêu đề Authorization.", "Token required"),
    Problem("token_invalid", 401, "Mã truy cập không hợp lệ", "Mã truy cập sai, hết hạn hoặc không do hệ thống cấp.", "Token invalid"),
    Problem("forbidden", 403, "Không đủ quyền", "Vai trò {role} không được thực hiện việc {action}.", "Forbidden"),
    Problem("foreign_unit", 403, "Không phải đơn vị của mình", "Tài khoản không được làm việc thay đơn vị {unit}.", "Not your unit"),
    Problem("own_unit", 403, "Không được thẩm định đơn vị mình", "Không ai được thẩm định chính đơn vị {unit} của mình.", "Nobody appraises the own unit"),
    Problem("foreign_area", 403, "Ngoài lĩnh vực được giao", "Tài khoản không được giao lĩnh vực {area}.", "Not your area"),
    Problem("foreign_office", 403, "Ngoài bưu cục được giao", "Tài khoản không thuộc bưu cục {office}.", "Not your office"),
    Problem("idempotency_key_reused", 409, "Khóa lặp lại với nội dung khác", "Khóa {key} đã dùng cho một nội dung khác.", "Idempotency key reused with another body"),
    Problem("version_required", 428, "Thiếu If-Match", "Hãy gửi ETag của bản đang sửa trong tiêu đề If-Match.", "If-Match required"),
    Problem("version_stale", 412, "Bản đang sửa đã cũ", "Dữ liệu đã được người khác thay đổi; hãy tải lại.", "Stale version"),
    Problem("snapshot_digest_mismatch", 502, "Sai mã băm", "Nội dung nhận được không khớp mã băm {expected}.", "Snapshot digest mismatch"),
    Problem("snapshot_unreadable", 502, "Không đọc được bản chụp", "Bản chụp {kind} không đúng định dạng.", "Snapshot unreadable"),
    Problem("upstream_unavailable", 503, "Dịch vụ liên quan chưa sẵn sàng", "Chưa lấy được dữ liệu từ {url}; hãy thử lại.", "Upstream unavailable"),
)  # fmt: skip

CATALOGUE: dict[str, Problem] = {row.code: row for row in _ROWS}
