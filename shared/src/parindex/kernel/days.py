"""Days as people write them in a document; instants and windows are the clocks'."""

from datetime import date


def calendar_day(text: str) -> str:
    """The text of a day that is in the calendar, or nothing. Raises ValueError for the rest.

    >>> calendar_day("2022-12-15"), calendar_day("")
    ('2022-12-15', '')
    >>> calendar_day("2022-15-12")
    Traceback (most recent call last):
    ...
    ValueError: month must be in 1..12
    """
    if text and date.fromisoformat(text).isoformat() != text:
        raise ValueError(text)
    return text
