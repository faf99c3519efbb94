"""The packs of the told year, fetched from its stack and proved by the commands, which see no server."""

import json
import subprocess
from pathlib import Path

import httpx
import pytest

from parindex.auth.policy import Role
from parindex_embedded.specs import PARINDEX
from tests.support.told import Told

EDITION = "/api/v1/editions/2022/1"


def offline(*words: object) -> subprocess.CompletedProcess[bytes]:
    """A command with nothing of the stack in its environment."""
    return subprocess.run(
        [PARINDEX, *map(str, words)], check=False, capture_output=True, env={"LANG": "C.UTF-8"}
    )


@pytest.fixture
def files(told: Told, tokens: dict[Role, str], tmp_path: Path) -> Path:
    clerk = {"Authorization": f"Bearer {tokens[Role.COUNCIL_CLERK]}"}
    wanted = {
        "public": (f"{EDITION}/pack", {}),
        "full": (f"{EDITION}/pack?level=full", clerk),
        "result": (f"{EDITION}/result", {}),
        "index": (EDITION, {}),
        "keys": ("/.well-known/jwks.json", {}),
    }
    for name, (path, headers) in wanted.items():
        reply = httpx.get(f"{told.stack.urls['scoring']}{path}", headers=headers)
        assert reply.status_code == 200, reply.text
        (tmp_path / f"{name}.json").write_bytes(reply.content)
    return tmp_path


@pytest.mark.parametrize("level", ["public", "full"])
def test_the_told_year_is_proved_offline(files: Path, level: str) -> None:
    for edition in ("result", "index"):
        proved = offline(
            "verify",
            files / f"{level}.json",
            "--key",
            files / "keys.json",
            "--edition",
            files / f"{edition}.json",
        )
        assert proved.returncode == 0, proved.stdout.decode()
        assert "Kết luận: ĐÚNG" in proved.stdout.decode()
        assert "30 đơn vị" in proved.stdout.decode()


def test_what_a_pack_holds_computes_to_its_record(files: Path) -> None:
    for level in ("public", "full"):
        pack = json.loads((files / f"{level}.json").read_bytes())
        inputs = files / "inputs.json"
        inputs.write_text(json.dumps(pack["inputs"]), encoding="utf-8")
        assert json.loads(offline("compute", inputs).stdout) == pack["record"]


def test_one_changed_point_is_named(files: Path) -> None:
    pack = json.loads((files / "public.json").read_bytes())
    pack["record"]["sets"][0]["units"]["so-y-te"]["points"] = "99"
    (files / "forged.json").write_text(json.dumps(pack), encoding="utf-8")
    refused = offline("verify", files / "forged.json")
    assert refused.returncode == 1
    assert "so-y-te, điểm: ghi 99, tính lại" in refused.stdout.decode()
