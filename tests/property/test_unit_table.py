"""Any unit that the register takes comes back from its rows as it was."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scoring_api.units.domain.checking import unit_faults
from scoring_api.units.domain.levels import Kind, Level, Levels
from scoring_api.units.domain.spans import DAY, in_force
from scoring_api.units.domain.table import TITLES, labelled, unit_rows
from scoring_api.units.domain.table_reading import TableReader
from scoring_api.units.domain.unit import FocalPoint, Identifier, ParentUnit, Unit, UnitName

START = date(2000, 1, 1)
LEVELS = Levels(
    {"department": Level("department", "Sở, ban, ngành", date(1945, 9, 2), None, "")},
    {"so": Kind("so", "department", "Sở", date(1945, 9, 2), None)},
)
WORDS = st.sampled_from(["Sở Y tế", "=Sở Y tế", "-1", "'nháy", 'Sở "Kép", phẩy', "@", "Sở Văn hoá"])
CODES = st.sampled_from(["H23.1", "H23.2", "H23.3.1"])


@st.composite
def spans(draw: st.DrawFn, first: date, last: date | None) -> list[tuple[date, date | None]]:
    """Spans in a row inside the life, with or without days between them."""
    found: list[tuple[date, date | None]] = []
    begin = first + timedelta(days=draw(st.integers(0, 50)))
    for _ in range(draw(st.integers(0, 3))):
        end = begin + timedelta(days=draw(st.integers(0, 200)))
        if last is not None and end > last:
            break
        found.append((begin, end))
        begin = end + timedelta(days=draw(st.integers(1, 30)))
    if draw(st.booleans()) and (last is None or begin <= last):
        found.append((begin, last))
    return found


@st.composite
def units(draw: st.DrawFn) -> Unit:
    names: list[UnitName] = []
    begin = START
    for _ in range(draw(st.integers(0, 3))):
        end = begin + timedelta(days=draw(st.integers(0, 300)))
        names.append(UnitName(draw(WORDS), draw(WORDS), draw(WORDS), begin, end))
        begin = end + DAY
    last = draw(st.sampled_from([None, begin + timedelta(days=400)]))
    names.append(UnitName(draw(WORDS), draw(WORDS), draw(WORDS), begin, last))
    return Unit(
        "so-y-te",
        "department",
        "so",
        tuple(names),
        tuple(draw(st.lists(st.sampled_from(["Sở YT", "=YT", "Y tế"]), unique=True))),
        tuple(Identifier(draw(CODES), "", *span) for span in draw(spans(START, last))),
        tuple(ParentUnit("tinh", *span) for span in draw(spans(START, last))),
        tuple(
            FocalPoint(task, draw(WORDS), *span)
            for task in ("reform", "iso")
            for span in draw(spans(START, last))
        ),
    )


@given(units(), st.booleans())
def test_a_unit_comes_back_from_its_rows(unit: Unit, printed: bool) -> None:
    assert not unit_faults(unit, LEVELS)
    rows = unit_rows(unit)
    shown = [labelled(row, LEVELS) for row in rows] if printed else rows
    header = list(TITLES.values()) if printed else list(TITLES)
    reader = TableReader(LEVELS)
    (read,) = reader.read([header, *([row[name] for name in TITLES] for row in reversed(shown))])
    assert not reader.faults
    assert unit_rows(read.unit) == rows


@given(units(), st.integers(0, 2000))
def test_rows_say_what_holds_on_a_day(unit: Unit, after: int) -> None:
    day = START + timedelta(days=after)
    name = in_force(unit.names, day)
    holding = [
        row
        for row in unit_rows(unit)
        if date.fromisoformat(row["valid_from"]) <= day
        and (not row["valid_to"] or day <= date.fromisoformat(row["valid_to"]))
    ]
    assert [row["name"] for row in holding] == ([name.name] if name else [])
    parent = in_force(unit.parents, day)
    if holding:
        assert holding[0]["parent"] == (parent.unit if parent else "")
