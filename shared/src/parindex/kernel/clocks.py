"""The two clocks. Legal time may be rehearsed; technical time never is.

`business_time()` governs windows, acts, seals and documents; `system_time()` tokens, leases, retries, logs.
A rehearsal is a file named by PARINDEX_REHEARSAL_CLOCK that holds an ISO instant; it is read at each call,
so that a demo or a test may move every process at once. Production refuses it at start.
"""

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

VIETNAM = timezone(timedelta(hours=7), "+07:00")
REHEARSAL_VARIABLE = "PARINDEX_REHEARSAL_CLOCK"


def system_time() -> datetime:
    return datetime.now(UTC)


def business_time() -> datetime:
    """The instant that deadlines and signatures go by, in UTC."""
    path = os.environ.get(REHEARSAL_VARIABLE)
    if not path:
        return system_time()
    text = Path(path).read_text(encoding="ascii").strip()
    return parse_instant(text) if text else system_time()


def parse_instant(text: str) -> datetime:
    """An ISO instant with its offset, in UTC. Raises ValueError when the offset is missing."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs its offset: {text}")
    return instant.astimezone(UTC)


def instant_text(instant: datetime) -> str:
    """The instant as it stands in JSON: ISO with the Vietnamese offset.

    >>> instant_text(parse_instant("2023-01-10T17:00:00+00:00"))  # «24 giờ ngày 10/01/2023»
    '2023-01-11T00:00:00+07:00'
    """
    return instant.astimezone(VIETNAM).isoformat()


def instant_said(instant: datetime) -> str:
    """The instant as people read it in a sentence, to the second.

    >>> instant_said(parse_instant("2023-01-31T17:00:00+00:00"))
    '00:00:00 ngày 01/02/2023'
    """
    return f"{instant.astimezone(VIETNAM):%H:%M:%S ngày %d/%m/%Y}"


def refuse_rehearsal_in_production(environment: str) -> None:
    """Raises RuntimeError when a production process is given a rehearsal clock."""
    if environment == "production" and os.environ.get(REHEARSAL_VARIABLE):
        raise RuntimeError(f"{REHEARSAL_VARIABLE} không được dùng trong môi trường production")
