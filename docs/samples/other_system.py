"""Another system takes over one unit's result and the signed-off documents, and checks what it received."""

import hashlib
from pathlib import Path
from typing import Any

import httpx


def read_unit(client: httpx.Client, period: str, edition: int, unit: str) -> dict[str, Any]:
    """One unit's sheet with its areas and leaves. An edition never changes: keep it as long as you like."""
    reply = client.get(f"/api/v1/editions/{period}/{edition}/units/{unit}")
    reply.raise_for_status()
    sheet: dict[str, Any] = reply.json()
    return sheet


def save_documents(client: httpx.Client, period: str, edition: int, folder: Path) -> list[Path]:
    """Every document of an edition, each held against the digest that was announced."""
    listed = client.get(f"/api/v1/editions/{period}/{edition}/documents").raise_for_status().json()
    saved = []
    for document in listed:
        content = client.get(f"/api/v1/documents/{document['id']}/file").raise_for_status().content
        if f"sha256:{hashlib.sha256(content).hexdigest()}" != document["digest"]:
            raise ValueError(f"{document['file_name']}: sai mã băm")
        saved.append(folder / document["file_name"])
        saved[-1].write_bytes(content)
    return saved
