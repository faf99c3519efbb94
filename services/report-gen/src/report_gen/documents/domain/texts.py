"""Vietnamese sentence parts: days, windows, counts and figures; no facts of its own."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from parindex.kernel.clocks import VIETNAM, parse_instant
from parindex.kernel.points import parse_decimal, telling_places, vietnamese, vietnamese_count

NONE = "Không có"
DASH = "–"


_ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")


def ordinal(number: int) -> str:
    """A place in an order.

    >>> ordinal(1), ordinal(11)
    ('thứ nhất', 'thứ 11')
    """
    return f"thứ {_ORDINALS[number - 1] if number <= len(_ORDINALS) else number}"


def _padded_month(month: int) -> str:
    return f"{month:02d}" if month < 3 else str(month)


def day_in_full(day: date) -> str:
    """The day of a document: days under 10 and months 1 and 2 get a zero (Nghị định 30/2020/NĐ-CP).

    >>> day_in_full(date(2023, 3, 1)), day_in_full(date(2023, 1, 16))
    ('ngày 01 tháng 3 năm 2023', 'ngày 16 tháng 01 năm 2023')
    """
    return f"ngày {day.day:02d} tháng {_padded_month(day.month)} năm {day.year}"


def day_in_short(day: date) -> str:
    """The day inside a sentence.

    >>> day_in_short(date(2016, 6, 17)), day_in_short(date(2023, 1, 9))
    ('17/6/2016', '09/01/2023')
    """
    return f"{day.day:02d}/{_padded_month(day.month)}/{day.year}"


def stated_day(text: str, *, in_full: bool = False) -> str:
    """A day as somebody wrote it down; one that no calendar has is printed as it stands.

    >>> stated_day("2016-06-17"), stated_day("2016-06-17", in_full=True), stated_day("2022-15-12")
    ('ngày 17/6/2016', 'ngày 17 tháng 6 năm 2016', 'ngày 2022-15-12')
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return f"ngày {text}"
    return day_in_full(day) if in_full else f"ngày {day_in_short(day)}"


def local(instant: str) -> datetime:
    return parse_instant(instant).astimezone(VIETNAM)


def local_day(instant: str) -> date:
    return local(instant).date()


def moment(instant: str) -> str:
    """An instant in words; midnight names the day alone.

    >>> moment("2023-01-11T00:00:00+07:00"), moment("2023-02-20T08:30:00+07:00")
    ('ngày 11/01/2023', '8 giờ 30 phút ngày 20/02/2023')
    """
    at = local(instant)
    minutes = f" {at.minute:02d} phút" if at.minute else ""
    hour = f"{at.hour} giờ{minutes} " if at.hour or at.minute else ""
    return f"{hour}ngày {day_in_short(at.date())}"


def deadline(instant: str) -> str:
    """The end of a window. Ends are exclusive, so that midnight closes the day before.

    >>> deadline("2023-01-11T00:00:00+07:00")
    '24 giờ ngày 10/01/2023'
    """
    at = local(instant)
    if at.hour or at.minute:
        return moment(instant)
    return f"24 giờ ngày {day_in_short(at.date() - timedelta(days=1))}"


def window(opens_at: str, closes_at: str) -> str:
    """A window in words; an end that was not set is left out."""
    parts = [f"từ {moment(opens_at)}" if opens_at else "", f"đến {deadline(closes_at)}" if closes_at else ""]
    return " ".join(part for part in parts if part) or "không ấn định thời hạn"


def figure(text: str, places: int | None = None) -> str:
    """A figure of the snapshot as documents print it; one that does not exist is a dash.

    >>> figure("87.2460", 2), figure("71.50"), figure("")
    ('87,25', '71,5', '–')
    """
    if not text:
        return DASH
    value = parse_decimal(text)
    return vietnamese(value, places) if places is not None else vietnamese(_trimmed(value))


def _trimmed(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def decimals(text: str) -> Decimal | None:
    return parse_decimal(text) if text else None


def percent(text: str, bounds: Iterable[Decimal] = ()) -> str:
    """A percent of the snapshot, with two decimals or as many as its bounds need; no sign.

    >>> percent("89.996", [Decimal(90)]), percent("")
    ('89,996', '–')
    """
    value = decimals(text)
    return DASH if value is None else vietnamese(value, telling_places(value, bounds))


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(3, "đơn vị"), counted(1620, "phiếu")
    ('03 đơn vị', '1.620 phiếu')
    """
    return f"{vietnamese_count(count)} {noun}"


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """A name inside a sentence; abbreviations keep their capitals.

    >>> lower_first("Hoàn thành nhiệm vụ"), lower_first("UBND tỉnh")
    ('hoàn thành nhiệm vụ', 'UBND tỉnh')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
