"""Sending what waits in the queue until each ballot has its receipt; a ballot sent twice is counted once."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from entry_queue import ACCEPTED, REFUSED, UNEXPLAINED, Queue

LARGEST_BULK = 500
ATTEMPTS = 8
LONGEST_PAUSE, LONGEST_ASKED = 60.0, 3600.0
NOT_NOW = {408, 425, 429, 500, 502, 503, 504}
TOO_MUCH_AT_ONCE = {400, 413, 422}

Answer = tuple[str, str, dict[str, Any]]
"""The id of a ballot, its new state, its receipt or refusal."""


class NotNowError(Exception):
    """No answer, or one that says later: what was sent may be stored or not, and goes again as it is."""

    def __init__(self, message: str, seconds: float = 0) -> None:
        super().__init__(message)
        self.seconds = seconds


class NeedsPersonError(Exception):
    """The server refuses the whole; repeating it does not help. Everything stays in the queue."""


class Sender:
    """Sends the queue's ballots to one server; `tell` shows the clerk what happens."""

    def __init__(
        self,
        queue: Queue,
        client: httpx.Client,
        *,
        size: int,
        tell: Callable[[str], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._queue = queue
        self._client = client
        self._size = size
        self._tell = tell
        self._pause = pause

    def send_waiting(self, attempts: int | None) -> bool:
        """Send until nothing waits; False when `attempts` in a row, None for no bound, brought no answer.

        Raises NeedsPersonError when the server refuses a campaign or this account as a whole; the ballots of
        other campaigns were sent.
        """
        failures = 0
        while before := self._queue.counts()["waiting"]:
            try:
                self._send_once()
                message, least = "máy chủ chưa nhận hết", 0.0
            except NotNowError as error:
                message, least = str(error), error.seconds
            left = self._queue.counts()["waiting"]
            failures = 0 if left < before else failures + 1
            if not left:
                break
            if failures == attempts:
                return False
            seconds = max(least, random.uniform(0.5, 1) * min(LONGEST_PAUSE, 2.0**failures))  # noqa: S311 — spreads the clients
            self._tell(f"Chưa gửi được ({message}); còn {left} phiếu, thử lại sau {seconds:.0f} giây")
            self._pause(seconds)
        return True

    def _send_once(self) -> None:
        refusals = []
        for campaign in self._queue.campaigns():
            try:
                self._send_campaign(campaign)
            except NeedsPersonError as error:
                refusals.append(f"{campaign}: {error}")
        if refusals:
            raise NeedsPersonError("\n".join(refusals))

    def _send_campaign(self, campaign: str) -> None:
        waiting = self._queue.waiting(campaign)
        for start in range(0, len(waiting), self._size):
            chunk = waiting[start : start + self._size]
            for answers in self._deliver(campaign, chunk):
                self._queue.answered(answers)
            self._tell(f"{campaign}: đã gửi {start + len(chunk)}/{len(waiting)} phiếu")

    def _deliver(self, campaign: str, chunk: list[dict[str, Any]]) -> Iterator[list[Answer]]:
        """The answers to a chunk; one refused as a whole is halved until the faulty ballot is alone."""
        reply = self._post(campaign, chunk)
        if reply.status_code == httpx.codes.OK:
            yield list(_answers(chunk, reply))
        elif reply.status_code not in TOO_MUCH_AT_ONCE:
            raise NeedsPersonError(_words(reply))
        elif len(chunk) == 1:
            yield [(chunk[0]["id"], REFUSED, _problem(reply))]
        else:
            middle = len(chunk) // 2
            yield from self._deliver(campaign, chunk[:middle])
            yield from self._deliver(campaign, chunk[middle:])

    def _post(self, campaign: str, chunk: list[dict[str, Any]]) -> httpx.Response:
        try:
            reply = self._client.post(f"/api/v1/campaigns/{campaign}/ballots/bulk", json={"ballots": chunk})
        except httpx.RequestError as error:
            raise NotNowError(f"mất kết nối: {type(error).__name__}") from error
        if reply.status_code in NOT_NOW:
            raise NotNowError(_words(reply), _seconds(reply.headers.get("retry-after", "")))
        return reply


def _answers(chunk: list[dict[str, Any]], reply: httpx.Response) -> Iterator[Answer]:
    """What became of each ballot; those not stored for the moment are left out and go on waiting."""
    results = _problem(reply).get("results", [])
    if len(results) != len(chunk):
        raise NotNowError("trả lời không đọc được")
    for body, result in zip(chunk, results, strict=True):
        if result["status"] != "refused":
            receipt = result["receipt"]
            if (receipt["id"], receipt["serial"]) != (body["id"], body["serial"]):
                raise NeedsPersonError(f"Biên nhận của phiếu {body['serial']} là của phiếu khác.")
            yield body["id"], ACCEPTED, receipt
        elif result["code"] != "temporarily_unavailable":
            state = UNEXPLAINED if result["code"] == "ballot_needs_explanation" else REFUSED
            yield body["id"], state, result


def _seconds(retry_after: str) -> float:
    """How long the server asks to wait; a date, which trusts two clocks, is not followed."""
    return min(LONGEST_ASKED, float(retry_after)) if retry_after.isascii() and retry_after.isdigit() else 0


def _problem(reply: httpx.Response) -> dict[str, Any]:
    try:
        found = reply.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _words(reply: httpx.Response) -> str:
    said = _problem(reply)
    return (
        f"{said['title']}: {said['detail']}" if "detail" in said else f"máy chủ trả lời {reply.status_code}"
    )
