"""A Bưu điện client: the ballot's id is made here, so that sending it again is always safe."""

import os
import uuid

import httpx

origin, token = os.environ["PARINDEX_ORIGIN"], os.environ["PARINDEX_TOKEN"]
campaign, serial = os.environ["PARINDEX_CAMPAIGN"], os.environ["PARINDEX_SERIAL"]

ballot = {
    "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{campaign}/{serial}")),
    "serial": serial,
    "batch": "tui-1",
    "questionnaire": "sipas-huyen",
    "group": "nguoi-dan-doanh-nghiep",
    "unit": "ubnd-huyen-thanh-ha",
    "answers": [5, 4, 4, 5, 0, *[4] * 15],  # 0: blank, -1: two options marked
}
headers = {"Authorization": f"Bearer {token}"}

with httpx.Client(base_url=f"{origin}/api/v1", headers=headers) as client:
    for _ in range(2):  # as after a lost reply
        reply = client.post(f"/campaigns/{campaign}/ballots", json=ballot)
        reply.raise_for_status()
        print(reply.status_code, reply.json()["serial"], reply.json()["status"])
