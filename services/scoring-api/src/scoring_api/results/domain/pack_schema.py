"""The published JSON Schema (draft 2020-12) of a pack, described in Vietnamese; its inputs are a bundle."""

from typing import Any

from scoring_api.frameworks.domain.schema_parts import (
    Schema,
    choice,
    closed,
    figure,
    optional_figure,
    ref,
    text,
    whole,
    words,
)
from scoring_api.results.domain import pack, record
from scoring_api.results.domain.bundle_schema import COMPARED, DIGEST, DRAFT, REFS, by

_REQUIRED = (
    *("schema", "level", "period", "edition", "edition_digest", "publication_minimum"),
    *("inputs", "record", "key", "signature"),
)


def pack_schema() -> Schema:
    """A pack: what an edition hands out and `parindex verify` reads."""
    return {
        "$schema": DRAFT,
        "title": "Gói kết quả",
        **closed(
            "Dữ liệu đã tính, kết quả và chữ ký. Chữ ký là của dạng chuẩn mọi thuộc tính trừ «signature».",
            {
                "schema": {"const": pack.SCHEMA},
                "level": choice("Mức", {"full": "đầy đủ, cho kiểm toán", "public": "công khai"}),
                "period": text("Mã kỳ đánh giá", 200),
                "edition": whole("Lần công bố", 1, 2_147_483_647),
                "edition_digest": DIGEST | {"description": "Mã băm kết quả của lần công bố"},
                "tally_digest": words("Mã băm bản tổng hợp phiếu; trống khi kỳ không điều tra", 200),
                "publication_minimum": whole("Ô dưới số phiếu này không công bố", 0, 1_000_000),
                "inputs": {"$ref": "bundle.schema.json"},
                "record": ref(REFS, "Record"),
                "key": ref(REFS, "Key"),
                "salt": text("Chỉ ở gói đầy đủ: để mở mã băm các ô được giữ lại của gói công khai", 200),
                "signature": text("Chữ ký Ed25519, base64url", 200),
            },
            _REQUIRED,
        ),
        "if": {"properties": {"level": {"const": "full"}}},
        "then": {"required": ["salt"]},
        "else": {"properties": {"salt": False}},
        "$defs": {"Record": _record(), "UnitRecord": _unit_record(), "Key": _key()},
    }


def _key() -> Schema:
    part: Schema = {"type": "string"}
    return {
        "description": "Khóa công khai của người ký (JWK)",
        "type": "object",
        "required": ["kty", "crv", "kid", "x"],
        "properties": {"kty": {"const": "OKP"}, "crv": {"const": "Ed25519"}, "kid": part, "x": part},
    }


def _record() -> Schema:
    part = closed(
        "Kết quả của một bộ tiêu chí",
        {
            "framework": text("Mã bộ tiêu chí", 80),
            "units": {"type": "object", "additionalProperties": ref(REFS, "UnitRecord")},
        },
        ("framework", "units"),
    )
    return closed(
        "Mọi số liệu tính ra, đúng từng chữ số; null là không có",
        {"schema": {"const": record.SCHEMA}, "sets": {"type": "array", "items": part}},
        ("schema", "sets"),
    )


def _unit_record() -> Schema:
    said: dict[str, Any] = {
        "points": figure("Tổng điểm"),
        "applicable_max": figure("Điểm tối đa áp dụng"),
        "bonus": figure("Điểm thưởng"),
        "penalty": figure("Điểm trừ"),
        "percent": optional_figure("Chỉ số, phần trăm"),
        "rank": {"description": "Xếp hạng", "type": ["integer", "null"]},
        "previous_rank": {"description": "Hạng năm trước", "type": ["integer", "null"]},
        "change": {"description": "Tăng (+), giảm (−) hạng", "type": ["integer", "null"]},
        "previous_percent": optional_figure("Chỉ số năm trước, phần trăm"),
        "percent_change": optional_figure("Tăng (+), giảm (−), điểm phần trăm", signed=True),
        "comparability": choice("So với năm trước", COMPARED),
        "band": words("Nhóm điểm", 60),
        "next_band": words("Nhóm điểm trên", 60),
        "next_band_distance": optional_figure("Còn thiếu để lên nhóm trên"),
        "rating": {
            "description": "Xếp loại người đứng đầu và vì sao không cao hơn",
            "type": ["object", "null"],
        },
        "reviews": by("Lĩnh vực phải kiểm điểm", {"type": "object"}),
        "undecided": {"description": "Tiêu chí chờ Hội đồng", "type": "array"},
        "skipped_areas": {"description": "Lĩnh vực không áp dụng", "type": "array"},
        "areas": by("Nhóm và lĩnh vực theo khóa", {"type": "object"}),
        "leaves": by("Tiêu chí theo khóa", {"type": "object"}),
        "lost_points": {"description": "Điểm bị trừ, nhiều trước", "type": "array"},
    }
    return closed("Kết quả của một đơn vị", said, tuple(said))
