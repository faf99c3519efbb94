"""What the routes of editions answer, by example: one unit of the edition of 2022."""

_DIGEST = "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"
FINALIZED = {"period": "2022", "edition": 1, "digest": _DIGEST, "units": 30}
EDITIONS = {
    "editions": [
        {
            "period": "2022",
            "number": 1,
            "origin": "computed",
            "digest": _DIGEST,
            "finalized_at": "2023-02-24T09:00:00+07:00",
            "published_at": "2023-03-01T08:00:00+07:00",
        }
    ]
}
INDEX = {
    "period": "2022",
    "year": 2022,
    "title": "Đánh giá, xác định Chỉ số CCHC năm 2022",
    "edition": 1,
    "status": "final",
    "result_digest": _DIGEST,
    "finalized_at": "2023-02-24T09:00:00+07:00",
    "frameworks": [
        {
            "code": "hai-duong-2022-huyen",
            "version": 1,
            "digest": _DIGEST,
            "title": "Bộ chỉ số cải cách hành chính của UBND các huyện, thị xã, thành phố",
        }
    ],
    "units": [
        {
            "unit": "ubnd-huyen-tu-ky",
            "name": "UBND huyện Tứ Kỳ",
            "level": "district",
            "form": "B6",
            "framework": "hai-duong-2022-huyen",
            "points": "83.29",
            "applicable_max": "100",
            "percent": "83.29",
            "rank": 10,
            "previous_rank": 5,
            "change": -5,
            "previous_percent": "85.10",
            "percent_change": "-1.81",
            "comparability": "partly",
            "band": "80-duoi-90",
            "band_name": "từ 80% đến dưới 90%",
            "rating": "hoan-thanh",
            "rating_name": "Hoàn thành nhiệm vụ",
            "blocked_by": {
                "kind": "area",
                "key": "I/3",
                "name": "Cải cách thủ tục hành chính",
                "percent": "67.00",
                "floor": "70",
            },
            "by_fall_through": True,
            "reviews": [
                {
                    "area": "I/3",
                    "name": "Cải cách thủ tục hành chính",
                    "percent": "67.00",
                    "consecutive_years": 1,
                }
            ],
            "areas": [
                {
                    "key": "I/3",
                    "name": "Cải cách thủ tục hành chính",
                    "points": "10.385",
                    "max_points": "15.5",
                    "percent": "67.00",
                }
            ],
        }
    ],
}
SIGNATURE = {
    "digest": _DIGEST,
    "signature": "9Qm3b0cZ5m0u8kYx2T4vJ1dWqLhR7nEoPaGsFiUjKcBzXyHtNwVlMeDgSrQpOkAf6C1b3E5d7F9h0J2k4L6m8A",
    "key_id": "scoring-1f0c2d3e4b5a",
    "jwks_url": "/.well-known/jwks.json",
    "result_url": "/api/v1/editions/2022/1/result",
}
PACK = {
    "schema": "parindex/pack/1",
    "level": "public",
    "period": "2022",
    "edition": 1,
    "edition_digest": _DIGEST,
    "tally_digest": _DIGEST,
    "publication_minimum": 5,
    "inputs": {"schema": "parindex/bundle/1", "title": "Chỉ số CCHC năm 2022", "sets": [], "tallies": []},
    "record": {"schema": "parindex/result-record/1", "sets": []},
    "key": {
        "kty": "OKP",
        "crv": "Ed25519",
        "use": "sig",
        "alg": "EdDSA",
        "kid": "scoring-1f0c2d3e4b5a",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    },
    "signature": SIGNATURE["signature"],
}
DOCUMENTS = [
    {
        "id": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42",
        "kind": "annual_report",
        "title": "Báo cáo kết quả Chỉ số CCHC năm 2022",
        "file_name": "bao-cao-chi-so-cchc-2022-lan-1.docx",
        "digest": _DIGEST,
        "url": "/api/v1/documents/019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42/file",
    }
]
PRINTED_REPORT = {
    "levels": [
        {
            "code": "district",
            "name": "UBND cấp huyện",
            "units": ["ubnd-huyen-kim-thanh", "ubnd-huyen-tu-ky", "ubnd-huyen-thanh-ha"],
            "stated_band_count": 2,
            "bands": [
                {
                    "place": "đoạn nhóm điểm từ 80% đến dưới 90%",
                    "name": "từ 80% đến dưới 90%",
                    "lower": "80",
                    "upper": "90",
                    "stated_count": 2,
                    "units": ["ubnd-huyen-kim-thanh", "ubnd-huyen-tu-ky"],
                },
                {
                    "place": "đoạn nhóm điểm từ 70% đến dưới 80%",
                    "name": "từ 70% đến dưới 80%",
                    "lower": "70",
                    "upper": "80",
                    "stated_count": 1,
                    "units": ["ubnd-huyen-thanh-ha"],
                },
            ],
            "rating_groups": [
                {
                    "place": "đoạn hoàn thành xuất sắc nhiệm vụ",
                    "rule": "hoan-thanh-xuat-sac",
                    "stated_count": 1,
                    "units": ["ubnd-huyen-kim-thanh"],
                },
                {
                    "place": "đoạn hoàn thành nhiệm vụ",
                    "rule": "hoan-thanh",
                    "stated_count": 2,
                    "units": ["ubnd-huyen-tu-ky", "ubnd-huyen-thanh-ha"],
                },
            ],
        }
    ],
    "unit_names": {"ubnd-huyen-kim-thanh": "UBND huyện Kim Thành"},
}
DISCREPANCIES = [
    {
        "kind": "band_differs_from_result",
        "grade": "contradiction",
        "message": "UBND huyện Kim Thành in ở nhóm từ 80% đến dưới 90%, kết quả là 91,16%",
        "places": ["đoạn nhóm điểm từ 80% đến dưới 90%"],
    }
]
