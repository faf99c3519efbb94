"""Small finalized results for the document tests: ten units of Hải Dương, figures chosen by each test."""

from dataclasses import replace
from typing import Literal

from parindex.contracts.snapshots import (
    AreaResult,
    BallotCount,
    BandResult,
    BlockedBy,
    FrameworkPart,
    FrameworkSummary,
    HandoverRecord,
    LeafResult,
    LegalDocument,
    Passages,
    PeriodFacts,
    PhaseFacts,
    PlanSummary,
    RatingResult,
    RatingRule,
    ResultSnapshot,
    ReviewResult,
    SealedBatch,
    SurveyFacts,
    Task,
    UnitResult,
)

DIGEST = "sha256:" + "0f" * 32
RATINGS = tuple(
    RatingRule(code=code, name=name, total_floor=total, area_floor=area)
    for code, name, total, area in (
        ("hoan-thanh-xuat-sac", "Hoàn thành xuất sắc nhiệm vụ", "90", "80"),
        ("hoan-thanh-tot", "Hoàn thành tốt nhiệm vụ", "80", "70"),
        ("hoan-thanh", "Hoàn thành nhiệm vụ", "65", "50"),
        ("khong-hoan-thanh", "Không hoàn thành nhiệm vụ", "", ""),
    )
)
DECISION = LegalDocument(
    number="3396/QĐ-UBND",
    date="2022-12-15",
    issuer="Chủ tịch Ủy ban nhân dân tỉnh",
    subject="Quy định đánh giá, xác định Chỉ số cải cách hành chính",
)
GROUP, OFFICE, PROCEDURES, SURVEY = "I", "I/1", "I/3", "II"


def framework(level: str = "department", prefix: str = "A") -> FrameworkSummary:
    return FrameworkSummary(
        code=f"khung-{level}",
        version=1,
        digest=DIGEST,
        title=f"Bộ chỉ số CCHC ({level})",
        level=level,
        form_prefix=prefix,
        legal_basis=(DECISION,),
        bands=(
            BandResult(code="tu-90", name="từ 90% trở lên", floor="90", printed=True),
            BandResult(code="80-duoi-90", name="từ 80% đến dưới 90%", floor="80", printed=True),
            BandResult(code="duoi-80", name="dưới 80%", floor="70", printed=True),
            BandResult(code="duoi-70", name="dưới 70%", floor="0", printed=False),
        ),
        ratings=RATINGS,
        rating_basis=(
            LegalDocument(number="13/2016/QĐ-UBND", date="2016-06-17", issuer="UBND tỉnh", subject=""),
        ),
        review_threshold="75",
        review_basis="Nghị quyết của Ban Thường vụ Tỉnh ủy",
        review_areas=(PROCEDURES,),
        review_consequence="phải tổ chức kiểm điểm",
        parts=(
            FrameworkPart(
                key=GROUP,
                role="group",
                name="Đánh giá CCHC theo các nội dung",
                max_points="71.5",
                sources=("documents", "statistics"),
            ),
            FrameworkPart(
                key=OFFICE,
                role="area",
                name="Công tác chỉ đạo, điều hành",
                max_points="14.50",
                sources=("documents",),
            ),
            FrameworkPart(
                key=PROCEDURES,
                role="area",
                name="Cải cách thủ tục hành chính",
                max_points="57",
                sources=("statistics",),
            ),
            FrameworkPart(
                key=SURVEY,
                role="group",
                name="Đánh giá qua lấy ý kiến",
                max_points="28.5",
                sources=("survey",),
            ),
        ),
    )


def unit(
    name: str,
    short: str,
    percent: str,
    *,
    code: str = "",
    level: str = "department",
    form: str = "A1",
    rank: int | None = 1,
    band: str = "80-duoi-90",
    rating: int = 1,
    head: str | None = None,
    previous: int | None = None,
    blocked: BlockedBy | None = None,
    reviews: tuple[ReviewResult, ...] = (),
    comparability: Literal["comparable", "partly", "not"] = "comparable",
) -> UnitResult:
    return UnitResult(
        code=code or short,
        name=name,
        short_name=short,
        level=level,
        kind="so",
        head_title=f"Giám đốc {name}" if head is None else head,
        framework=f"khung-{level}",
        form=form,
        rank_group=level,
        points=percent,
        applicable_max="100",
        percent=percent,
        rank=rank,
        previous_rank=previous,
        change=None if previous is None or rank is None else previous - rank,
        previous_percent="",
        percent_change="",
        comparability=comparability,
        band=band,
        rating=RatingResult(
            code=RATINGS[rating].code,
            name=RATINGS[rating].name,
            blocked_by=blocked,
            by_fall_through=blocked is not None,
        ),
        reviews=reviews,
        next_band_distance="",
        lost_points=(),
        areas=areas(),
        leaves=leaves(),
    )


def area(
    key: str,
    points: str,
    *,
    role: Literal["group", "area"] = "area",
    name: str = "Lĩnh vực",
    maximum: str = "57",
    percent: str = "80",
    rated: bool = True,
) -> AreaResult:
    return AreaResult(
        key=key, name=name, role=role, max_points=maximum, points=points, percent=percent, rated=rated
    )


def areas() -> tuple[AreaResult, ...]:
    return (
        area(GROUP, "61.5143", role="group", maximum="71.5", percent="86.03"),
        area(OFFICE, "14.5", maximum="14.5", percent="100"),
        area(PROCEDURES, "47.0143", percent="82.48"),
        area(SURVEY, "25", role="group", maximum="28.5", percent="87.72", rated=False),
    )


def leaf(key: str, name: str, points: str, *, source: str = "documents", **changes: object) -> LeafResult:
    made = LeafResult(
        key=key,
        code=key.rpartition("/")[2],
        name=name,
        role="criterion",
        depth=key.count("/"),
        source=source,
        max_points="20",
        self_points=points if source else "",
        appraised_points=points if source else "",
        points=points,
        reason="",
        status="scored",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def leaves() -> tuple[LeafResult, ...]:
    return (
        leaf(GROUP, "Đánh giá CCHC theo các nội dung", "61.5143", source="", role="group"),
        leaf(OFFICE, "Công tác chỉ đạo, điều hành", "14.5", source="", role="area"),
        leaf("I/1/1.1", "Kế hoạch CCHC", "14.5", max_points="14.5"),
        leaf(PROCEDURES, "Cải cách thủ tục hành chính", "47.0143", source="", role="area"),
        leaf("I/3/3.1", "Kiểm soát thủ tục", "31.3428666", source=""),
        leaf("I/3/3.1/3.1.1", "Hồ sơ đúng hạn", "15.6714333", source="statistics"),
        leaf(
            "I/3/3.1/3.1.2",
            "=HYPERLINK(A1)",
            "15.6714333",
            source="statistics",
            reason="Thiếu tài liệu kiểm chứng",
        ),
        leaf("I/3/3.2", "Tiêu chí sau cùng", "15.6714334", source="statistics"),
        leaf("I/3/3.3", "Không có việc", "", source="statistics", status="not_arising", appraised_points=""),
        leaf(SURVEY, "Đánh giá qua lấy ý kiến", "25", source="survey", role="group", self_points=""),
    )


def review(percent: str, years: int = 1) -> ReviewResult:
    return ReviewResult(
        area=PROCEDURES,
        name="Cải cách thủ tục hành chính",
        percent=percent,
        threshold="75",
        consecutive_years=years,
    )


def departments() -> tuple[UnitResult, ...]:
    return (
        unit(
            "Sở Giao thông vận tải",
            "Giao thông vận tải",
            "93.127",
            form="A3",
            rank=1,
            band="tu-90",
            rating=0,
            previous=1,
        ),
        unit("Sở Nội vụ", "Nội vụ", "89.996", form="A4", rank=2, previous=5),
        unit(
            "Văn phòng UBND tỉnh",
            "Văn phòng UBND tỉnh",
            "88",
            form="A1",
            rank=3,
            previous=2,
            head="Chánh Văn phòng UBND tỉnh",
        ),
        unit("Sở Khoa học và Công nghệ", "Khoa học và Công nghệ", "87.5", form="A5", rank=4),
        unit(
            "Ban Quản lý các khu công nghiệp tỉnh",
            "Ban Quản lý các khu công nghiệp tỉnh",
            "85.2",
            form="A10",
            rank=5,
            rating=2,
            head="Trưởng Ban Quản lý các khu công nghiệp tỉnh",
            blocked=BlockedBy(
                kind="area",
                key=PROCEDURES,
                name="Cải cách thủ tục hành chính",
                percent="69.997",
                floor="70",
            ),
            reviews=(review("69.997", 2),),
        ),
        unit(
            "Sở Y tế",
            "Y tế",
            "75.3",
            form="A9",
            rank=6,
            band="duoi-80",
            rating=2,
            previous=3,
            reviews=(review("66.1"),),
        ),
    )


def districts() -> tuple[UnitResult, ...]:
    rows = (
        ("Nam Sách", "92", "tu-90", 0, 1, 2),
        ("Tứ Kỳ", "85", "80-duoi-90", 1, 2, 1),
        ("Thanh Miện", "84", "80-duoi-90", 1, 3, 3),
        ("Thanh Hà", "81", "80-duoi-90", 1, 4, 4),
        ("Bình Giang", "80", "80-duoi-90", 1, 5, 5),
    )
    return tuple(
        unit(
            f"UBND huyện {short}",
            short,
            percent,
            level="district",
            form=f"B{rank}",
            rank=rank,
            band=band,
            rating=rating,
            head=f"Chủ tịch UBND huyện {short}",
            previous=previous,
        )
        for short, percent, band, rating, rank, previous in rows
    )


def ballot(questionnaire: str, group: str, quota: int, valid: int, **changes: int) -> BallotCount:
    counts = {"invalid": quota - valid, "held": 0} | changes
    return BallotCount(questionnaire=questionnaire, group=group, unit="", quota=quota, valid=valid, **counts)


GROUP_NAMES = {"dai-bieu": "Đại biểu HĐND tỉnh", "nguoi-dan": "Người dân và doanh nghiệp"}


def survey() -> SurveyFacts:
    return SurveyFacts(
        campaign="hai-duong-2022",
        operator="Bưu điện tỉnh",
        plans=(LegalDocument(number="3685/KH-UBND", date="2022-12-16", issuer="UBND tỉnh", subject=""),),
        revision=1,
        digest=DIGEST,
        ballots=(
            ballot("to-chuc-so", "dai-bieu", 20, 20),
            ballot("sipas-so", "nguoi-dan", 740, 738),
            ballot("to-chuc-huyen", "dai-bieu", 96, 95),
            ballot("sipas-huyen", "nguoi-dan", 1620, 1601, held=3),
        ),
        group_names=GROUP_NAMES,
        questionnaire_levels={
            "to-chuc-so": "department",
            "sipas-so": "department",
            "to-chuc-huyen": "district",
            "sipas-huyen": "district",
        },
    )


def period() -> PeriodFacts:
    return PeriodFacts(
        code="2022",
        year=2022,
        title="Chỉ số CCHC năm 2022",
        province="Hải Dương",
        owner_name="UBND tỉnh Hải Dương",
        secretariat_name="Tổ thư ký",
        legal_basis=(DECISION,),
        phases=(
            PhaseFacts(
                code="self_assessment",
                name="tự đánh giá, chấm điểm",
                opens_at="2022-12-25T00:00:00+07:00",
                closes_at="2023-01-11T00:00:00+07:00",
            ),
            PhaseFacts(
                code="appraisal",
                name="thẩm định",
                opens_at="2023-01-11T00:00:00+07:00",
                closes_at="2023-01-16T17:00:00+07:00",
            ),
        ),
        previous_year=2021,
        finalized_at="2023-02-28T10:00:00+07:00",
        council_session="",
    )


def result() -> ResultSnapshot:
    return ResultSnapshot(
        edition=1,
        status="final",
        period=period(),
        frameworks=(framework(), framework("district", "B")),
        units=(*departments(), *districts()),
        survey=survey(),
        passages=Passages(
            strengths=("- Công tác thẩm định bảo đảm khách quan",),
            weaknesses=("Tài liệu kiểm chứng còn thiếu.",),
        ),
        plan=PlanSummary(
            number="3776/KH-UBND",
            date="2022-12-26",
            year=2023,
            tasks=51,
            activities=82,
            areas=("Công tác chỉ đạo điều hành.", "Cải cách thể chế."),
            measures=(Task(number=2, text="Kiểm tra."), Task(number=1, text="Tuyên truyền")),
        ),
    )


def handover() -> HandoverRecord:
    return HandoverRecord(
        campaign="hai-duong-2022",
        campaign_title="Điều tra xã hội học CCHC năm 2022",
        period="2022",
        from_party="Bưu điện tỉnh Hải Dương",
        to_party="Sở Nội vụ tỉnh Hải Dương",
        delivered_at="2023-02-09T08:00:00+07:00",
        received_at="2023-02-09T09:30:00+07:00",
        seals_intact=True,
        note="",
        tally_revision=1,
        tally_digest=DIGEST,
        ledger_head="sha256:" + "ab" * 32,
        batches=(
            SealedBatch(
                batch="L01",
                office="Bưu điện huyện Nam Sách",
                bag_seal="NS-001",
                ballots=1620,
                digest=DIGEST,
                entry="sha256:" + "cd" * 32,
                sealed_at="2023-02-08T16:05:00+07:00",
            ),
            SealedBatch(
                batch="L02",
                office="Bưu điện Trung tâm",
                bag_seal="TT-001",
                ballots=20,
                digest=DIGEST,
                entry="sha256:" + "ce" * 32,
                sealed_at="2023-02-08T17:00:00+07:00",
            ),
        ),
        ballots=(ballot("to-chuc-so", "dai-bieu", 20, 20), ballot("sipas-so", "nguoi-dan", 1620, 1601)),
        group_names=GROUP_NAMES,
    )
