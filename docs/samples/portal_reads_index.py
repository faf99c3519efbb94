"""The provincial portal: read the published index, ask again only for changes."""

import os

import httpx

origin = os.environ["PARINDEX_ORIGIN"]

with httpx.Client(base_url=f"{origin}/api/v1") as client:
    first = client.get("/editions/2022/latest")
    first.raise_for_status()
    for unit in first.json()["units"][:3]:
        print(unit["rank"], unit["name"], unit["percent"])

    again = client.get("/editions/2022/latest", headers={"If-None-Match": first.headers["ETag"]})
    print(again.status_code)  # 304: nothing new, nothing sent
