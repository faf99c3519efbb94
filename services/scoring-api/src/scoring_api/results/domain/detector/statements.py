"""What a report states beside its bands: figures, lists, tables, rankings, and how they belong together."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A printed figure («số liệu in»), its digits kept; `exact`: counted or declared, never rounded."""

    place: str
    name: str
    value: Decimal
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """Parts and their total («tổng»), by the keys of figures; so are the relations below."""

    parts: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Mean:
    """Items and their mean («trung bình»); without weights each counts the same."""

    items: tuple[str, ...]
    mean: str
    weights: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Percent:
    """A share in percent («tỷ lệ») beside what it is a share of."""

    part: str
    whole: str
    percent: str


@dataclass(frozen=True, slots=True)
class Growth:
    """A change in percent on an earlier figure («tăng, giảm so với năm trước»)."""

    current: str
    previous: str
    percent: str


@dataclass(frozen=True, slots=True)
class Same:
    """One thing printed at two places («cùng một số liệu»)."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class AtMost:
    """A figure that cannot exceed another («không vượt quá»): points and maximum, part and whole."""

    figure: str
    limit: str


@dataclass(frozen=True, slots=True)
class Opposed:
    """Shares of one group of people that hardly go together («hài lòng» beside «bị sách nhiễu»)."""

    good: str
    bad: str


@dataclass(frozen=True, slots=True)
class Count:
    """A stated number of the items of a list («nêu n mục»)."""

    items: str
    stated: str


@dataclass(frozen=True, slots=True)
class Within:
    """Each item of a list stands in another one too («thuộc»)."""

    part: str
    whole: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Lists without a common item («không trùng nhau»)."""

    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Lists that make up another one, each item once («chia thành»)."""

    parts: tuple[str, ...]
    whole: str


Relation = Sum | Mean | Percent | Growth | Same | AtMost | Opposed | Count | Within | Apart | Together


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedList:
    """Things listed once each («danh sách»): units, service fields, years."""

    place: str
    name: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnClaim:
    """What the text says of every row of a table («mọi hàng đều»): `word` stands in that cell, from 0."""

    place: str
    column: int
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRow:
    place: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """A table («biểu»): labels of its head, cells of its rows; a label over several columns is left out."""

    place: str
    name: str
    labels: tuple[str, ...]
    rows: tuple[PrintedRow, ...]
    code_column: int | None = None
    claims: tuple[ColumnClaim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesValue:
    place: str
    label: str
    value: Decimal
    scale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSeries:
    """One measure over years («chuỗi số liệu»), each value with the scale it is printed in."""

    name: str
    values: tuple[SeriesValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedStanding:
    """A unit's row in a ranking («kết quả, thứ hạng của đơn vị»); what is not printed is None."""

    place: str
    unit: str
    points: Decimal | None = None
    max_points: Decimal | None = None
    percent: Decimal | None = None
    rank: int | None = None
    previous_rank: int | None = None
    change: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRanking:
    """Units that are ranked against each other («bảng xếp hạng»)."""

    name: str
    rows: tuple[PrintedStanding, ...]
