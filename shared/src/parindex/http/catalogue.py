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
    Problem("already_exists", 409, "Đã có", "Một yêu cầu khác vừa tạo đúng mục này; hãy tải lại.", "Already exists"),
    Problem("version_required", 428, "Thiếu If-Match", "Hãy gửi ETag của bản đang sửa trong tiêu đề If-Match.", "If-Match required"),
    Problem("version_stale", 412, "Bản đang sửa đã cũ", "Dữ liệu đã được người khác thay đổi; hãy tải lại.", "Stale version"),
    Problem("snapshot_digest_mismatch", 502, "Sai mã băm", "Nội dung nhận được không khớp mã băm {expected}.", "Snapshot digest mismatch"),
    Problem("snapshot_unreadable", 502, "Không đọc được bản chụp", "Bản chụp {kind} không đúng định dạng.", "Snapshot unreadable"),
    Problem("upstream_unavailable", 503, "Dịch vụ liên quan chưa sẵn sàng", "Chưa lấy được dữ liệu từ {url}; hãy thử lại.", "Upstream unavailable"),
    # --- scoring-api -------------------------------------------------------------------------------------
    Problem("grant_invalid", 422, "Không cấp được mã truy cập", "Vai trò, phạm vi hoặc thời hạn không hợp lệ.", "Token grant invalid"),
    Problem("unit_invalid", 422, "Đơn vị không hợp lệ", "Thông tin đơn vị {unit} có lỗi.", "Unit invalid"),
    Problem("unit_exists", 409, "Đơn vị đã có", "Mã đơn vị {unit} đã được đăng ký.", "Unit exists"),
    Problem("unit_unknown", 404, "Không có đơn vị", "Chưa có đơn vị {unit}.", "Unit unknown"),
    Problem("unit_had_no_name", 422, "Đơn vị chưa có tên", "Ngày {day} đơn vị chưa có tên có hiệu lực.", "The unit had no name that day"),
    Problem("unit_not_in_period", 404, "Đơn vị không thuộc kỳ đánh giá", "Đơn vị {unit} không thuộc kỳ đánh giá này.", "Unit not in the period"),
    Problem("framework_invalid", 422, "Bộ tiêu chí không hợp lệ", "Bộ tiêu chí có lỗi, xem từng mục.", "Framework invalid"),
    Problem("framework_unknown", 404, "Không có bộ tiêu chí", "Không có bộ tiêu chí {framework} phiên bản {version}.", "Framework unknown"),
    Problem("framework_cases_fail", 422, "Ví dụ kiểm tra không đúng", "Có {count} ví dụ không ra đúng điểm theo cách tính của tiêu chí.", "Worked cases of the framework fail"),
    Problem("framework_already_published", 409, "Bộ tiêu chí đã công bố", "Bộ tiêu chí {framework} phiên bản {version} đã công bố, không sửa được.", "Framework already published"),
    Problem("value_invalid", 422, "Giá trị không hợp lệ", "Giá trị có {count} lỗi.", "Value invalid"),
    Problem("leaf_takes_no_value", 422, "Mục này không nhận giá trị", "Điểm theo cách đo {measure} do hệ thống tính.", "The leaf takes no value"),
    Problem("criterion_unknown", 404, "Không có tiêu chí", "Bộ tiêu chí không có mục {key}.", "Criterion unknown"),
    Problem("period_invalid", 422, "Kỳ đánh giá không hợp lệ", "Thời hạn, đơn vị hoặc bộ tiêu chí của kỳ có lỗi.", "Period invalid"),
    Problem("period_exists", 409, "Kỳ đánh giá đã có", "Kỳ đánh giá {period} đã được lập.", "Period exists"),
    Problem("period_unknown", 404, "Không có kỳ đánh giá", "Không có kỳ đánh giá {period}.", "Period unknown"),
    Problem("period_state", 409, "Kỳ đánh giá không ở bước này", "Kỳ đang ở bước {state}; việc này chỉ làm được ở bước {allowed}.", "The period is in another state"),
    Problem("window_closed", 409, "Ngoài thời hạn", "Giai đoạn {phase} không nhận lúc {at}; hạn là trước {closes_at}.", "Outside the window"),
    Problem("assessment_state", 409, "Bài đánh giá không ở bước này", "Bài đánh giá đang ở bước {state}; việc này cần bước {allowed}.", "The assessment is in another state"),
    Problem("assessment_invalid", 422, "Tự chấm chưa hợp lệ", "Có {count} lỗi trong phần tự chấm.", "Claims invalid"),
    Problem("assessment_incomplete", 422, "Tự chấm chưa đủ", "Còn {count} tiêu chí chưa tự chấm.", "Claims incomplete"),
    Problem("evidence_refused", 422, "Không nhận tệp", "Không nhận tài liệu kiểm chứng: {reason}.", "Evidence refused"),
    Problem("evidence_unknown", 404, "Không có tài liệu kiểm chứng", "Đơn vị không có tài liệu kiểm chứng {file}.", "Evidence unknown"),
    Problem("appraisal_invalid", 422, "Thẩm định chưa hợp lệ", "Có {count} lỗi trong phần thẩm định.", "Appraisal invalid"),
    Problem("appraisal_incomplete", 409, "Chưa thẩm định xong", "Đơn vị {unit} còn tiêu chí chưa thẩm định: {leaves}.", "Appraisal incomplete"),
    Problem("author_appraises", 403, "Người khai không được thẩm định", "Người tự chấm {leaf} không được thẩm định chính mục đó.", "The author may not appraise"),
    Problem("council_not_ready", 409, "Chưa đủ điều kiện họp Hội đồng", "Còn {count} điều kiện chưa đạt.", "Council not ready"),
    Problem("council_not_held", 409, "Hội đồng chưa họp", "Kỳ {period} chưa có biên bản họp Hội đồng.", "No council session yet"),
    Problem("tally_unknown", 409, "Chưa có kết quả điều tra", "Chưa nhận được bản tổng hợp phiếu {digest}.", "Tally unknown"),
    Problem("computation_missing", 404, "Chưa tính chỉ số", "Kỳ {period} chưa có lần tính nào.", "Nothing computed yet"),
    Problem("leaves_undecided", 409, "Còn tiêu chí chờ Hội đồng", "Còn tiêu chí Hội đồng chưa quyết định ở: {units}.", "Leaves undecided"),
    Problem("edition_unknown", 404, "Không có lần công bố", "Kỳ {period} không có lần công bố {edition}.", "Edition unknown"),
    Problem("edition_not_publishable", 409, "Không công bố được", "Lần công bố {edition} của kỳ {period} không có hoặc đã công bố.", "Edition not publishable"),
    Problem("edition_of_own_period", 409, "Kỳ do hệ thống này tính", "Kỳ {period} do hệ thống này tính, không nhập từ ngoài.", "The period is computed here"),
    Problem("plan_invalid", 422, "Kế hoạch không hợp lệ", "Kế hoạch {plan} có lỗi.", "Plan invalid"),
    Problem("plan_unknown", 404, "Không có kế hoạch", "Không có kế hoạch {plan}.", "Plan unknown"),
    Problem("plan_missing", 409, "Chưa có kế hoạch", "Kỳ {period} dẫn kế hoạch {plan} nhưng chưa nhập kế hoạch đó.", "The plan of the period is missing"),
    Problem("edition_invalid", 422, "Kết quả nhập không hợp lệ", "Kết quả nhập cho kỳ {period} có {count} lỗi.", "Imported edition invalid"),
    Problem("edition_imported", 409, "Kết quả nhập từ ngoài", "Lần công bố {edition} của kỳ {period} nhập từ ngoài, không có phiếu điểm để đối chiếu.", "An imported edition has no sheets"),
    # --- survey-ingest -----------------------------------------------------------------------------------
    Problem("campaign_unknown", 404, "Không có đợt điều tra", "Không có đợt điều tra {campaign}.", "Campaign unknown"),
    Problem("campaign_exists", 409, "Đợt điều tra đã có", "Đợt điều tra {campaign} đã được lập.", "Campaign exists"),
    Problem("campaign_window", 422, "Thời gian điều tra không hợp lệ", "Thời điểm kết thúc phải sau thời điểm bắt đầu.", "Campaign window reversed"),
    Problem("campaign_window_closed", 409, "Ngoài thời gian điều tra", "Đợt điều tra {campaign} nhận phiếu từ {opens_at} đến trước {closes_at}; yêu cầu đến lúc {at}.", "Outside the campaign's window"),
    Problem("campaign_not_draft", 409, "Đợt điều tra đã mở", "Đợt điều tra {campaign} đang ở bước {state}, không sửa được nữa.", "Campaign is no draft"),
    Problem("campaign_not_open", 409, "Đợt điều tra không mở", "Đợt điều tra {campaign} đang ở bước {state}; việc này chỉ làm được khi đợt đang mở.", "Campaign not open"),
    Problem("campaign_state", 409, "Đợt điều tra không ở bước này", "Đợt điều tra {campaign} đang ở bước {state}; việc này không làm được ở bước đó.", "Campaign in another state"),
    Problem("campaign_without_units", 409, "Chưa chốt danh sách đơn vị", "Đợt điều tra {campaign} chưa chốt danh sách đơn vị của kỳ đánh giá.", "Unit list not frozen"),
    Problem("questionnaire_invalid", 422, "Mẫu phiếu không hợp lệ", "Có {count} lỗi trong các mẫu phiếu.", "Questionnaire invalid"),
    Problem("questionnaire_unknown", 404, "Không có mẫu phiếu", "Đợt điều tra không có mẫu phiếu {questionnaire}.", "Questionnaire unknown"),
    Problem("plan_does_not_fit", 409, "Kế hoạch phiếu không khớp danh sách đơn vị", "Có {count} chỗ kế hoạch phiếu không khớp danh sách đơn vị.", "Quota plan does not fit the units"),
    Problem("batch_unknown", 404, "Không có túi phiếu", "Đợt điều tra không có túi phiếu {batch}.", "Batch unknown"),
    Problem("batch_exists", 409, "Túi phiếu đã có", "Túi phiếu {batch} đã được phát.", "Batch exists"),
    Problem("batch_invalid", 422, "Túi phiếu không hợp lệ", "Mẫu phiếu hoặc đối tượng của túi phiếu không có trong đợt điều tra.", "Batch invalid"),
    Problem("batch_sealed", 409, "Túi phiếu đã niêm phong", "Túi phiếu {batch} đã niêm phong, không nhận thêm phiếu.", "Batch sealed"),
    Problem("ballot_invalid", 422, "Phiếu không hợp lệ", "Phiếu {serial} có {count} lỗi.", "Ballot invalid"),
    Problem("ballot_conflict", 409, "Phiếu đã ghi với nội dung khác", "Phiếu có mã {id} đã ghi với nội dung khác (số {serial}).", "Ballot already stored with another content"),
    Problem("ballot_unknown", 404, "Không có phiếu", "Đợt điều tra không có phiếu mã {id}.", "Ballot unknown"),
    Problem("ballot_not_held", 409, "Phiếu không ở diện tạm giữ", "Phiếu {serial} đang là «{status}», không phải phiếu tạm giữ.", "Ballot not held"),
    Problem("serial_taken", 409, "Trùng số phiếu", "Số phiếu {serial} đã thuộc về phiếu khác.", "Serial taken"),
    Problem("import_unknown", 404, "Không có lần nhập tệp", "Không có lần nhập tệp {import_id}.", "Import unknown"),
    Problem("import_invalid", 422, "Không nhận tệp phiếu", "Có {count} lỗi trong yêu cầu nhập tệp.", "Import invalid"),
    Problem("seal_does_not_reconcile", 422, "Số phiếu không khớp", "Có {count} chỗ số phiếu của túi {batch} không khớp.", "Batch does not reconcile"),
    Problem("batches_not_sealed", 409, "Còn túi phiếu chưa niêm phong", "Còn {count} túi phiếu chưa niêm phong: {batches}.", "Batches not sealed"),
    Problem("tally_mismatch", 500, "Tổng hợp không khớp kiểm đếm lại", "Tổng các túi phiếu khác kết quả kiểm đếm lại của đợt {campaign}.", "Sum of batches differs from the recount"),
    Problem("tally_missing", 409, "Chưa tổng hợp phiếu", "Đợt điều tra {campaign} chưa có bản tổng hợp phiếu.", "No tally yet"),
    Problem("handover_delivered", 409, "Đã giao phiếu", "Phiếu của đợt {campaign} đã được giao.", "Already delivered"),
    Problem("handover_not_delivered", 409, "Chưa giao phiếu", "Bên giao chưa lập phần giao phiếu của đợt {campaign}.", "Not delivered yet"),
    Problem("broken_seal_unexplained", 422, "Thiếu ghi chú về niêm phong", "Niêm phong không nguyên vẹn thì phải ghi rõ.", "Broken seals need a note"),
    Problem("snapshot_unknown", 404, "Không có bản chụp", "Không có bản chụp {digest}.", "Snapshot unknown"),
    # --- report-gen --------------------------------------------------------------------------------------
    Problem("document_unknown", 404, "Không có tài liệu", "Không có tài liệu {document}.", "Document unknown"),
    Problem("document_kind_unknown", 404, "Không có loại tài liệu", "Không có loại tài liệu {kind}.", "Document kind unknown"),
    Problem("document_already_rendered", 409, "Tài liệu đã lập", "Tài liệu của kỳ {period} đã lập theo thể thức cũ ở lần công bố {edition}; bản mới chỉ có cùng lần công bố sau.", "The document is rendered already; a new version comes with the next edition"),
    Problem("document_contradicts", 500, "Tài liệu tự mâu thuẫn", "Tài liệu bị giữ lại vì số liệu trong đó mâu thuẫn nhau.", "The document contradicts itself"),
    Problem("issuance_invalid", 422, "Thể thức ban hành không hợp lệ", "Thông tin ban hành có lỗi.", "Issuance invalid"),
)  # fmt: skip

CATALOGUE: dict[str, Problem] = {row.code: row for row in _ROWS}
