"""Another system: one unit's sheet of a fixed edition, exact figures as decimal strings."""

import os
from decimal import Decimal

import httpx

origin = os.environ["PARINDEX_ORIGIN"]

with httpx.Client(base_url=f"{origin}/api/v1") as client:
    editions = client.get("/editions").raise_for_status().json()
    computed = next(edition for edition in editions if edition["origin"] == "computed")
    path = f"/editions/{computed['period']}/{computed['number']}/units/so-noi-vu"
    sheet = client.get(path).raise_for_status().json()

leaves = [leaf for leaf in sheet["leaves"] if leaf["source"]]
total = sum(Decimal(leaf["points"]) for leaf in leaves)
print(sheet["form"], sheet["name"], total == Decimal(sheet["points"]))
for key, lost in sheet["lost_points"][:3]:
    print(key, lost)
