"""The unit register's rules: spans of days, identifiers, successions in time, spellings."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from scoring_api.units.domain.absence import absence
from scoring_api.units.domain.ancestry import ancestry
from scoring_api.units.domain.checking import Register, register_faults, unit_faults
from scoring_api.units.domain.identifiers import as_identifier, identifier_of, is_identifier
from scoring_api.units.domain.levels import Kind, Level, Levels
from scoring_api.units.domain.resolving import Directory
from scoring_api.units.domain.succession import (
    LegalBasis,
    Succession,
    agreement_faults,
    closed,
    repeated_faults,
    shape_faults,
)
from scoring_api.units.domain.unit import FocalPoint, Identifier, ParentUnit, Unit, UnitName

START = date(2021, 1, 1)
MERGER = date(2025, 3, 1)
END_2022, END_2024, END_2025 = (date(year, 12, 31) for year in (2022, 2024, 2025))
LEVELS = Levels(
    {
        "province": Level("province", "Tỉnh", date(1945, 9, 2), None, ""),
        "department": Level("department", "Sở, ban, ngành", date(1945, 9, 2), None, ""),
        "district": Level("district", "Cấp huyện", date(1945, 9, 2), date(2025, 6, 30), ""),
        "commune": Level("commune", "Cấp xã", date(1945, 9, 2), None, ""),
    },
    {
        "tinh": Kind("tinh", "province", "Tỉnh", date(1945, 9, 2), None),
        "so": Kind("so", "department", "Sở", date(1945, 9, 2), None),
        "huyen": Kind("huyen", "district", "Huyện", date(1945, 9, 2), date(2025, 6, 30)),
        "dac-khu": Kind("dac-khu", "commune", "Đặc khu", date(2025, 7, 1), None),
    },
)


def name(text: str, since: date = START, until: date | None = None) -> UnitName:
    return UnitName(text, text.removeprefix("Sở "), "Giám đốc", since, until)


def unit(
    code: str, *names: UnitName | str, level: str = "department", kind: str = "so", **facts: object
) -> Unit:
    borne = tuple(name(found) if isinstance(found, str) else found for found in names)
    closes_on = LEVELS.closing_day(level, kind)
    return Unit(code, level, kind, borne, (), closes_on=closes_on, **facts)  # type: ignore[arg-type]


def succession(kind: str, before: str, after: str, day: date = MERGER) -> Succession:
    return Succession(
        kind=kind,  # type: ignore[arg-type]
        predecessors=tuple(before.split()),
        successors=tuple(after.split()),
        effective_on=day,
        legal_basis=LegalBasis(number="Nghị quyết sắp xếp cơ quan chuyên môn"),
    )


GTVT, XD = unit("gtvt", "Sở Giao thông vận tải"), unit("xd", "Sở Xây dựng")
REGISTER = {found.code: found for found in (closed(GTVT, date(2025, 2, 28)), XD)}
MERGE = succession("merge", "gtvt xd", "xd")


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (unit("a", name("A", START, date(2020, 1, 1))), {("/names/0", "span_reversed")}),
        (unit("a", name("A"), name("B", date(2023, 1, 1))), {("/names/1", "spans_overlap")}),
        (
            unit("a", name("A", START, date(2022, 1, 1)), name("B", date(2022, 1, 3))),
            {("/names/1", "spans_gap")},
        ),
        (unit("a", name("B", date(2022, 1, 2)), name("A", START, date(2022, 1, 1))), set()),
        (
            unit(
                "a",
                name("A", START, END_2025),
                name("B", date(2022, 1, 1), date(2022, 2, 1)),
                name("C", END_2022),
            ),
            {("/names/1", "spans_overlap"), ("/names/2", "spans_overlap")},
        ),
        (unit("a", "A", level="ministry"), {("/level", "level_unknown")}),
        (unit("a", "A", kind="vien"), {("/kind", "kind_unknown")}),
        (unit("a", "A", level="commune"), {("/kind", "kind_of_other_level")}),
        (unit("a", "A", level="commune", kind="dac-khu"), {("/names/0/valid_from", "level_not_yet")}),
        (unit("a", "A", level="district", kind="huyen"), set()),
        (
            unit("a", name("A", START, END_2025), level="district", kind="huyen"),
            {("/names/0", "level_ended")},
        ),
        (unit("levels", "A"), {("/code", "code_reserved")}),
        (replace(GTVT, aliases=("---",)), {("/aliases/0", "alias_malformed")}),
        (replace(GTVT, aliases=("Sở A; Sở B",)), {("/aliases/0", "alias_malformed")}),
        (unit("a", "A", parents=(ParentUnit("a", START, None),)), {("/parents/0/unit", "parent_is_itself")}),
        (
            unit("a", "A", identifiers=(Identifier("h23", "", START, None),)),
            {("/identifiers/0/code", "identifier_malformed")},
        ),
        (
            unit("a", "A", identifiers=(Identifier("", "", START, None),)),
            {("/identifiers/0/code", "identifier_empty")},
        ),
        (
            unit("a", "A", identifiers=(Identifier("H23.1", "", date(2020, 1, 1), None),)),
            {("/identifiers/0", "outside_life")},
        ),
        (
            unit("a", "A", focal_points=(FocalPoint("sport", "Văn phòng", START, None),)),
            {("/focal_points/0/task", "task_unknown")},
        ),
        (
            unit(
                "a",
                "A",
                focal_points=(
                    FocalPoint("iso", "Văn phòng", START, None),
                    FocalPoint("reform", "Phòng Tổ chức", START, None),
                    FocalPoint("iso", "Thanh tra", END_2022, None),
                ),
            ),
            {("/focal_points/2", "spans_overlap")},
        ),
    ],
)
def test_each_fault_of_a_unit_has_its_place(changed: Unit, found: set[tuple[str, str]]) -> None:
    assert {(fault.pointer, fault.code) for fault in unit_faults(changed, LEVELS)} == found


def test_an_identifier_belongs_to_one_living_unit_a_day() -> None:
    ended = closed(replace(GTVT, identifiers=(Identifier("H23.5", "000.00.05.H23", START, None),)), END_2024)
    later = unit("xd", "Sở Xây dựng", identifiers=(Identifier("H23.5", "", date(2025, 1, 1), None),))
    earlier = unit("xd", "Sở Xây dựng", identifiers=(Identifier("", "000.00.05.H23", END_2024, None),))
    assert not register_faults(later, Register({"gtvt": ended, "xd": later}))
    (fault,) = register_faults(earlier, Register({"gtvt": ended, "xd": earlier}))
    assert (fault.pointer, fault.code) == ("/identifiers/0", "identifier_taken")
    assert "31/12/2024" in fault.detail


def test_parents_live_and_never_stand_in_a_circle() -> None:
    province = unit("tinh", "Tỉnh", level="province", kind="tinh")
    below = replace(GTVT, parents=(ParentUnit("tinh", START, None),))
    assert not register_faults(below, Register({"tinh": province, "gtvt": below}))
    circle = replace(province, parents=(ParentUnit("gtvt", date(2023, 1, 1), None),))
    found = register_faults(circle, Register({"tinh": circle, "gtvt": below}))
    assert [(fault.pointer, fault.code) for fault in found] == [("/parents", "parents_in_a_circle")]
    assert "01/01/2023" in found[0].detail
    gone = replace(XD, parents=(ParentUnit("gtvt", MERGER, None),))
    ended = closed(GTVT, date(2025, 2, 28))
    assert [fault.code for fault in register_faults(gone, Register({"gtvt": ended, "xd": gone}))] == [
        "parent_not_living"
    ]


def test_a_circle_is_one_that_closes_on_a_day() -> None:
    """Each was above the other in its time: no circle; on one day, whatever lies between, it is one."""

    def below(code: str, *parents: tuple[str, date, date | None]) -> Unit:
        return unit(code, code, parents=tuple(ParentUnit(*parent) for parent in parents))

    turns = [below("a", ("b", START, END_2022)), below("b", ("a", date(2023, 1, 1), None))]
    assert not _circles(turns)
    three = [
        below("a", ("b", START, None)),
        below("b", ("c", END_2022, END_2024)),
        below("c", ("a", END_2024, None)),
    ]
    assert _circles(three) == dict.fromkeys("abc", "31/12/2024")
    beside = [below("x", ("a", START, None)), *three]
    assert "x" not in _circles(beside), "a circle of others is theirs"


def _circles(units: list[Unit]) -> dict[str, str]:
    register = Register({found.code: found for found in units})
    return {
        found.code: fault.detail.split()[1]
        for found in units
        for fault in register_faults(found, register)
        if fault.code == "parents_in_a_circle"
    }


def test_a_large_register_of_many_days_is_checked_in_no_time() -> None:
    province = unit("tinh", "Tỉnh", level="province", kind="tinh")
    days = [START + timedelta(days=place) for place in range(10_000)]
    units = [province, *(unit(f"u{day}", "U", parents=(ParentUnit("tinh", day, None),)) for day in days)]
    register = Register({found.code: found for found in units})
    started = time.process_time()
    assert not [fault for found in units for fault in register_faults(found, register)]
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("H23", True),
        ("H23.14.1", True),
        ("H23.AB9", True),
        ("h23", False),
        ("H23.", False),
        ("H23..1", False),
        ("H2", False),
        ("H23." + "1" * 31, True),
        ("H23." + "1" * 32, False),
    ],
)
def test_the_form_of_identifiers(text: str, code: bool) -> None:
    assert is_identifier(text) is code


def test_old_identifiers_are_turned_round() -> None:
    assert identifier_of("000.00.14.H23") == "H23.14"
    assert identifier_of("012.01.14.H23") == "H23.14.1.12"
    assert identifier_of("012.00.14.H23") == "H23.14.0.12"
    assert as_identifier("000.00.14.h23") == as_identifier("H23.14") == "H23.14"


@pytest.mark.parametrize(
    ("new", "faults"),
    [
        (MERGE, []),
        (succession("merge", "gtvt", "xd"), ["succession_shape"]),
        (succession("rename", "xd", "xd"), ["succession_of_itself"]),
        (succession("split", "gtvt", "xd"), ["succession_shape"]),
        (succession("dissolution", "gtvt", "xd"), ["succession_shape"]),
        (succession("merge", "gtvt gtvt la", "xd"), ["unit_repeated", "unit_unknown"]),
        (succession("reorganization", "gtvt xd", "xd gtvt"), []),
    ],
)
def test_the_shape_of_an_act(new: Succession, faults: list[str]) -> None:
    assert [fault.code for fault in shape_faults(new, REGISTER)] == faults


@pytest.mark.parametrize(
    ("new", "faults"),
    [
        (MERGE, []),
        (succession("merge", "gtvt xd", "xd", date(2025, 4, 1)), [("/predecessors/0", "predecessor_not_living")]),
        (succession("rename", "gtvt", "xd"), [("/successors/0", "successor_begins_otherwise")]),
        (succession("rename", "xd", "gtvt"), [
            ("/predecessors/0", "predecessor_lives_on"),
            ("/successors/0", "successor_begins_otherwise"),
        ]),
        (succession("split", "gtvt", "gtvt xd"), [
            ("/predecessors/0", "predecessor_ends"),
            ("/successors/1", "successor_begins_otherwise"),
        ]),
    ],
)  # fmt: skip
def test_the_lives_agree_with_the_day(new: Succession, faults: list[tuple[str, str]]) -> None:
    """What ended cannot begin again, so that nothing comes after itself."""
    assert [(fault.pointer, fault.code) for fault in agreement_faults(new, REGISTER)] == faults


def test_a_unit_goes_through_one_act_a_day() -> None:
    again = [fault.code for fault in repeated_faults(succession("dissolution", "gtvt", ""), [MERGE])]
    assert again == ["succession_repeated"]
    assert not list(repeated_faults(succession("dissolution", "xd", "", date(2026, 1, 1)), [MERGE]))


def test_closing_ends_what_is_open_and_leaves_what_has_its_end() -> None:
    ended = closed(replace(GTVT, parents=(ParentUnit("tinh", START, None),)), END_2024)
    assert (ended.last_day, ended.parents[0].valid_to) == (END_2024, END_2024)
    assert closed(ended, END_2022) == ended


RENAMED = succession("rename", "xd", "qlxd", date(2026, 1, 1))
SPLIT = succession("split", "xd", "xd gt", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("code", "until", "units", "straight"),
    [
        ("xd", END_2025, ("gtvt", "xd"), False),
        ("xd", END_2024, ("xd",), True),
        ("y-te", END_2025, ("y-te",), True),
        ("qlxd", date(2026, 12, 31), ("gtvt", "xd"), False),
    ],
)
def test_where_a_unit_comes_from(code: str, until: date, units: tuple[str, ...], straight: bool) -> None:
    found = ancestry(code, [RENAMED, MERGE], after=date(2023, 12, 31), until=until)
    assert (found.units, found.straight) == (units, straight)


def test_a_renamed_unit_is_the_same_and_a_split_one_is_not() -> None:
    after, until = END_2025, date(2026, 12, 31)
    assert ancestry("qlxd", [MERGE, RENAMED], after=after, until=until) == ancestry(
        "qlxd", [RENAMED], after=after, until=until
    )
    assert ancestry("qlxd", [RENAMED], after=after, until=until).straight
    for part in ("xd", "gt"):
        found = ancestry(part, [SPLIT], after=after, until=until)
        assert (found.units, found.straight) == (("xd",), False)


def test_an_absence_names_who_is_there_instead() -> None:
    gone = absence(REGISTER["gtvt"], END_2025, [MERGE], REGISTER)
    assert gone == "Sở Giao thông vận tải chỉ tồn tại đến 28/02/2025; đơn vị kế thừa: Sở Xây dựng (xd)"
    new = unit("ql", name("Sở Quản lý xây dựng", date(2026, 1, 1)))
    register = {**REGISTER, "ql": new, "xd": closed(XD, END_2025)}
    successions = [MERGE, succession("rename", "xd", "ql", date(2026, 1, 1))]
    assert absence(REGISTER["gtvt"], date(2026, 12, 31), successions, register).endswith(
        "Sở Quản lý xây dựng (ql)"
    )
    early = absence(new, END_2025, successions, register)
    assert early == "Sở Quản lý xây dựng chỉ có từ 01/01/2026; trước đó là Sở Xây dựng (xd)"
    district = unit("kt", "UBND huyện Kim Thành", level="district", kind="huyen")
    assert absence(district, END_2025, [], {"kt": district}).startswith(
        "UBND huyện Kim Thành chỉ tồn tại đến 30/06/2025: từ 01/07/2025 không còn cấp"
    )
    dissolved = succession("dissolution", "gtvt", "")
    assert absence(REGISTER["gtvt"], END_2025, [dissolved], REGISTER).endswith(
        "theo Nghị quyết sắp xếp cơ quan chuyên môn"
    )
    assert not absence(XD, END_2025, [MERGE], REGISTER)


VHTT = replace(
    unit("vhtt", "Sở Văn hoá - Thể thao và Du lịch"),
    aliases=("Sở VHTT&DL",),
    identifiers=(
        Identifier("H23.9", "000.00.09.H23", START, END_2024),
        Identifier("H23.10", "", END_2025, None),
    ),
)
CHI_LINH = unit("chi-linh", "UBND thành phố Chí Linh", level="district", kind="huyen")
NAMESAKES = [unit(f"tan-phu-{place}", "UBND xã Tân Phú", level="commune", kind="xa") for place in (1, 2)]
KNOWN = {found.code: found for found in (*REGISTER.values(), VHTT, CHI_LINH, *NAMESAKES)}


@pytest.mark.parametrize(
    ("text", "day", "outcome", "unit", "candidates"),
    [
        ("vhtt", END_2022, "found", "vhtt", ()),
        ("SỞ VĂN HÓA, THỂ THAO & DU LỊCH", END_2022, "found", "vhtt", ()),
        ("  Sở   vhtt-dl ", END_2022, "found", "vhtt", ()),
        ("h23.9", END_2022, "found", "vhtt", ()),
        ("000.00.09.H23", END_2022, "found", "vhtt", ()),
        ("H23.9", END_2025, "ended", None, ("vhtt",)),
        ("H23.10", END_2025, "found", "vhtt", ()),
        ("Ủy ban nhân dân TP. Chí Linh", END_2022, "found", "chi-linh", ()),
        ("UBND thành phố Chí Linh", END_2025, "ended", None, ("chi-linh",)),
        ("Sở Giao thông vận tải", END_2022, "found", "gtvt", ()),
        ("Sở Giao thông vận tải", END_2025, "ended", None, ("xd",)),
        ("UBND xã Tân Phú", END_2022, "ambiguous", None, ("tan-phu-1", "tan-phu-2")),
        ("Sở Giao thông và vận tải tỉnh", END_2022, "similar", None, ("gtvt",)),
        ("Kho bạc Nhà nước", END_2022, "unknown", None, ()),
        ("---", END_2022, "unknown", None, ()),
    ],
)
def test_a_text_is_matched_for_a_day(
    text: str, day: date, outcome: str, unit: str | None, candidates: tuple[str, ...]
) -> None:
    found = Directory(KNOWN, [MERGE], day).resolve(text)
    assert (found.outcome, found.unit, found.candidates) == (outcome, unit, candidates)
