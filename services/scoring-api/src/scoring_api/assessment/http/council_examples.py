"""What the routes of the council and of complaints take and answer, by example."""

SESSION_ID = "019b0a53-8d11-7c02-b1c5-2f7a9d0c4e11"
DECISION = {
    "unit": "so-van-hoa-the-thao-va-du-lich",
    "leaf": "I/1/1.5",
    "value": {"count": "2"},
    "reason": "Hội đồng công nhận thêm 01 sáng kiến, có văn bản áp dụng.",
}
_RECORD = {
    "number": "01/BB-HĐ",
    "held_at": "2023-02-20T08:00:00+07:00",
    "present": ["Chủ tịch Hội đồng (Phó Chủ tịch UBND tỉnh)", "Ủy viên (Sở Tài chính)", "Tổ thư ký"],
    "agenda": ["Xem xét các tiêu chí còn ý kiến khác nhau", "Trả lời kiến nghị"],
    "minutes": "Hội đồng thống nhất kết quả thẩm định và quyết định các nội dung dưới đây.",
}
_ANSWER = {
    "complaint": 1,
    "outcome": "upheld",
    "reason": "Văn bản áp dụng sáng kiến ban hành trong năm đánh giá.",
}
SESSION_BODY = {**_RECORD, "decisions": [DECISION], "answers": [_ANSWER]}
SESSION_KEPT = {"id": SESSION_ID, "number": "01/BB-HĐ", "decisions": 1, "answers": 1}
SESSION_LISTED = {"id": SESSION_ID, **_RECORD, "decisions": 1, "answers": 1}
SESSION = {
    "id": SESSION_ID,
    **_RECORD,
    "author": "thu-ky-hoi-dong",
    "tally": "sha256:6ffb3c0cfdb6ffa1a5c5bd3ab2f7fbcf40d0fbc1f8e35e2c1d19f0dcf8a5f3b7",
    "decisions": [{**DECISION, "points": None, "not_applicable": False}],
    "answers": [{**_ANSWER, "unit": "so-van-hoa-the-thao-va-du-lich", "outcome_name": "chấp nhận kiến nghị"}],
}
REOPENED = {
    "code": "2022",
    "state": "open",
    "undone": [
        {
            "kind": "council",
            "name": "việc chuyển Hội đồng",
            "unit": "",
            "by": "thu-ky-hoi-dong",
            "at": "2023-02-10T09:00:00+07:00",
        },
        {
            "kind": "appraisal",
            "name": "thẩm định xong của đơn vị",
            "unit": "so-y-te",
            "by": "to-thu-ky-03",
            "at": "2023-01-16T16:30:00+07:00",
        },
    ],
}
COMPLAINT_BODY = {
    "leaves": ["I/1/1.5"],
    "narrative": "Đơn vị có 02 sáng kiến được áp dụng; kết quả dự kiến mới tính 01.",
    "evidence": ["019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"],
}
COMPLAINT = {
    "number": 1,
    "unit": "so-van-hoa-the-thao-va-du-lich",
    **COMPLAINT_BODY,
    "by": "so-vhttdl",
    "at": "2023-02-22T09:12:44+07:00",
    "answer": {
        "outcome": "upheld",
        "outcome_name": "chấp nhận kiến nghị",
        "reason": "Văn bản áp dụng sáng kiến ban hành trong năm đánh giá.",
        "session": "02/BB-HĐ",
        "at": "2023-02-25T10:00:00+07:00",
    },
}
