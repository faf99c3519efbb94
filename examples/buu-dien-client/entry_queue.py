"""The queue: one SQLite file in which a ballot stays for ever, first waiting, then with what became of it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

WAITING, ACCEPTED, UNEXPLAINED, REFUSED = "waiting", "accepted", "unexplained", "refused"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ballot (
    id TEXT PRIMARY KEY,
    campaign TEXT NOT NULL,
    serial TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'unexplained', 'refused')),
    answer TEXT NOT NULL DEFAULT '{}',
    queued_at TEXT NOT NULL,
    answered_at TEXT,
    UNIQUE (campaign, serial)
);
CREATE INDEX IF NOT EXISTS ballot_state ON ballot (state, campaign);
CREATE TABLE IF NOT EXISTS earlier (
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    answer TEXT NOT NULL,
    until TEXT NOT NULL
);
"""


class QueueError(Exception):
    """What was asked for would lose or change a ballot; nothing was done. The message is for the clerk."""


@dataclass(frozen=True)
class Queued:
    """One ballot: `body` is what is sent, `answer` the receipt or the refusal."""

    campaign: str
    body: dict[str, Any]
    state: str
    answer: dict[str, Any]


@contextmanager
def open_queue(path: Path, *, new: bool) -> Iterator["Queue"]:
    """The queue of this file. Raises QueueError when there is none and a `new` one is not meant."""
    if not new and not path.exists():
        raise QueueError(f"Không có hàng đợi {path.absolute()}: sai thư mục, hoặc chưa ghi phiếu nào.")
    with closing(sqlite3.connect(path, timeout=30)) as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = FULL")  # what is told to be kept survives a power cut
        file.executescript(_SCHEMA)
        yield Queue(file)


class Queue:
    """Each method is one transaction: after a kill it was done whole or not at all."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def put(self, campaign: str, bodies: Iterable[dict[str, Any]]) -> tuple[int, int]:
        """Keep the ballots, each with an id from now on; how many are new, and how many were there already.

        Raises QueueError, with nothing kept, when a serial is there with another content.
        """
        added = known = 0
        others = []
        with self._file:
            for body in bodies:
                found = self._find(campaign, body["serial"])
                if (found and _says(body, found.body)) or self._said_before(campaign, body):
                    known += 1
                elif found is None:
                    self._insert(campaign, {"id": str(uuid4()), **body})
                    added += 1
                else:
                    others.append(body["serial"])
            if others:
                raise QueueError(f"Số phiếu đã có trong hàng đợi với nội dung khác: {', '.join(others)}.")
        return added, known

    def _said_before(self, campaign: str, body: Mapping[str, Any]) -> bool:
        """Whether a ballot of the queue said this until a clerk revised it: an old file is loaded again."""
        rows = self._file.execute(
            "SELECT earlier.body FROM earlier JOIN ballot USING (id)"
            " WHERE campaign = ? AND json_extract(earlier.body, '$.serial') = ?",
            (campaign, body["serial"]),
        )
        return any(_says(body, json.loads(row[0])) for row in rows)

    def _insert(self, campaign: str, body: dict[str, Any]) -> None:
        try:
            self._file.execute(
                "INSERT INTO ballot (id, campaign, serial, body, queued_at) VALUES (?, ?, ?, ?, ?)",
                (body["id"], campaign, body["serial"], _text(body), _now()),
            )
        except sqlite3.IntegrityError:
            raise QueueError(f"Mã {body['id']} của phiếu {body['serial']} đã dùng cho phiếu khác.") from None

    def campaigns(self) -> list[str]:
        """Those that have waiting ballots."""
        rows = self._file.execute("SELECT DISTINCT campaign FROM ballot WHERE state = ?", (WAITING,))
        return [row[0] for row in rows]

    def waiting(self, campaign: str) -> list[dict[str, Any]]:
        rows = self._file.execute(
            "SELECT body FROM ballot WHERE state = ? AND campaign = ? ORDER BY rowid", (WAITING, campaign)
        )
        return [json.loads(row[0]) for row in rows]

    def answered(self, answers: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        """Note what became of ballots: id, state, receipt or refusal."""
        now = _now()
        rows = [(state, _text(answer), now, ballot_id, WAITING) for ballot_id, state, answer in answers]
        sql = "UPDATE ballot SET state = ?, answer = ?, answered_at = ? WHERE id = ? AND state = ?"
        with self._file:
            self._file.executemany(sql, rows)

    def explain(self, campaign: str, serial: str, number: str, reason: str) -> None:
        """Give a warning its explanation; with one for each of its warnings the ballot is sent again."""
        found = self._open(campaign, serial, UNEXPLAINED)
        explanations = {**found.body.get("explanations", {}), number: reason}
        asked = {fault.get("finding") for fault in found.answer.get("errors", [])}
        if number not in asked:
            raise QueueError(f"Phiếu {serial} không có cảnh báo {number}.")
        state = UNEXPLAINED if asked - set(explanations) else WAITING
        self._change(found, {**found.body, "explanations": explanations}, state)

    def revise(self, campaign: str, serial: str, changes: Mapping[str, Any]) -> None:
        """Key a refused ballot anew under the same id; what it said before is kept."""
        found = self._open(campaign, serial, REFUSED)
        self._change(found, {**found.body, **changes}, WAITING)

    def _open(self, campaign: str, serial: str, state: str) -> Queued:
        found = self._find(campaign, serial)
        if found is None:
            raise QueueError(f"Không có phiếu {serial} trong hàng đợi.")
        if found.state != state:
            raise QueueError(f"Phiếu {serial} đang ở trạng thái «{STATES[found.state]}», không sửa được.")
        return found

    def _change(self, found: Queued, body: dict[str, Any], state: str) -> None:
        keep = "INSERT INTO earlier SELECT id, body, answer, ? FROM ballot WHERE id = ?"
        change = "UPDATE ballot SET serial = ?, body = ?, state = ? WHERE id = ? AND state = ?"
        try:
            with self._file:
                self._file.execute(keep, (_now(), body["id"]))
                self._file.execute(change, (body["serial"], _text(body), state, body["id"], found.state))
        except sqlite3.IntegrityError:
            raise QueueError(f"Số phiếu {body['serial']} đã có trong hàng đợi.") from None

    def _find(self, campaign: str, serial: str) -> Queued | None:
        return next(self._select("WHERE campaign = ? AND serial = ?", campaign, serial), None)

    def in_state(self, state: str) -> Iterator[Queued]:
        return self._select("WHERE state = ? ORDER BY rowid", state)

    def _select(self, where: str, *values: str) -> Iterator[Queued]:
        rows = self._file.execute(f"SELECT campaign, body, state, answer FROM ballot {where}", values)  # noqa: S608 — our own words
        return (Queued(row[0], json.loads(row[1]), row[2], json.loads(row[3])) for row in rows)

    def counts(self) -> dict[str, int]:
        """How many ballots are in each state."""
        rows = self._file.execute("SELECT state, count(*) FROM ballot GROUP BY state")
        return dict.fromkeys(STATES, 0) | dict(rows.fetchall())


STATES = {
    WAITING: "chờ gửi",
    ACCEPTED: "đã có biên nhận",
    UNEXPLAINED: "chờ giải thích cảnh báo",
    REFUSED: "bị từ chối, cần xem lại",
}


def _says(body: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    """Whether a ballot keyed again says the same; its id and explanations came later."""
    beside = {"explanations"} if "id" in body else {"id", "explanations"}
    return all(body.get(name) == kept.get(name) for name in ({*body, *kept} - beside))


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
