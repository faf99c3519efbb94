"""An entry program sends a ballot until it has the receipt; a repetition is never counted twice."""

import time
from typing import Any

import httpx

PAUSES = (0, 1, 2, 5, 10)


def send_ballot(client: httpx.Client, campaign: str, ballot: dict[str, Any]) -> dict[str, Any]:
    """The receipt. `ballot["id"]` is a UUID made by this program once, when the clerk opens the form."""
    for pause in PAUSES:
        time.sleep(pause)
        try:
            reply = client.post(f"/api/v1/campaigns/{campaign}/ballots", json=ballot)
        except httpx.TransportError:
            continue  # no answer: it may have been stored, so the same ballot goes again
        if reply.status_code != 503:
            return receipt_of(reply)
    raise ConnectionError("chưa gửi được phiếu; giữ lại và gửi sau")


def receipt_of(reply: httpx.Response) -> dict[str, Any]:
    """201: stored now. 200: stored before, same receipt. All else names what is wrong, field by field."""
    answer: dict[str, Any] = reply.json()
    if reply.status_code in {200, 201}:
        return answer
    faults = "; ".join(f"{fault['pointer']}: {fault['detail']}" for fault in answer.get("errors", []))
    raise ValueError(f"{answer['title']}: {answer['detail']} {faults}")
