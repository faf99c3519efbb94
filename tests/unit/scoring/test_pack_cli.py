"""`parindex compute` and `parindex verify` as people run them: plain words, fixed exit codes, no server."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer import Typer
from typer.testing import CliRunner

from parindex.kernel.canonical import canonical_bytes, digest_bytes
from scoring_api import cli
from scoring_api.results.domain.bundle import compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.pack import public_pack, sealed
from scoring_api.results.domain.record import result_record
from tests.unit.scoring.bundle_json import EXAMPLE, KEY, OTHER_KEY, document, header, pack

PROGRAM = Typer()
PROGRAM.registered_commands = cli.commands.registered_commands
HEAVY = ("fastapi", "starlette", "sqlalchemy", "asyncpg", "pydantic", "httpx", "jwt", "cryptography", "redis")


def run(*arguments: object) -> Result:
    """The outcome of a command; an exception that is no exit would be a traceback."""
    found = CliRunner().invoke(PROGRAM, [str(argument) for argument in arguments])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found


def written(path: Path, content: Any) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_computing_imports_the_rules_alone() -> None:
    code = (
        "import sys; sys.argv = ['parindex', 'compute', sys.argv[1]];"
        "from scoring_api import cli\n"
        "try: cli.compute(__import__('pathlib').Path(sys.argv[2]))\n"
        "finally: print([name for name in sys.modules if name.split('.')[0] in "
        f"{HEAVY!r}], [name for name in sys.modules if name.startswith(('parindex.', 'scoring_api.'))],"
        "file=sys.stderr)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(EXAMPLE)], capture_output=True, text=True, check=True
    )
    heavy, ours = found.stderr.strip().split("] [")
    assert heavy == "["
    names = [name.strip(" '") for name in ours.rstrip("]").split(",")]
    outside = [name for name in names if ".domain" not in name and not name.startswith("parindex.kernel")]
    assert set(outside) <= {"scoring_api.cli", "scoring_api.results", "scoring_api.frameworks"}


def test_the_record_is_printed_in_its_canonical_bytes(tmp_path: Path) -> None:
    expected = canonical_bytes(result_record(compute_bundle(parse_bundle(document()))))
    assert run("compute", EXAMPLE).stdout_bytes == expected
    kept = tmp_path / "record.json"
    silent = run("compute", EXAMPLE, "--output", kept)
    assert (silent.exit_code, silent.stdout) == (0, "")
    assert digest_bytes(kept.read_bytes()) == digest_bytes(expected)


def test_the_table_ranks_the_units_by_name(tmp_path: Path) -> None:
    kept = tmp_path / "record.json"
    lines = run("compute", EXAMPLE, "--table", "--output", kept).stdout.splitlines()
    assert [line.split()[:3] for line in lines[2:5]] == [["1", "Sở", "A"], ["2", "Sở", "B"], ["3", "Sở", "C"]]
    assert "89,20%" in lines[2]
    assert kept.exists()


def test_all_faults_of_a_bundle_are_printed_with_their_places(tmp_path: Path) -> None:
    data = document()
    data["tallies"][0]["total"] = 1
    data["sets"][0]["entries"]["so-a"]["1/1.1"]["value"] = {}
    found = run("compute", written(tmp_path / "b.json", data))
    assert (found.exit_code, found.stdout) == (2, "")
    assert "có 3 lỗi" in found.stderr
    assert "  /tallies/0/total: tổng các phương án là 12" in found.stderr
    assert "/sets/0/entries/so-a/1~11.1/value/denominator" in found.stderr


def test_a_pack_is_no_bundle_and_a_bundle_no_pack(tmp_path: Path) -> None:
    packed = written(tmp_path / "p.json", pack())
    assert run("compute", packed).stderr.splitlines()[1:] == [
        "  /schema: phải là một trong: parindex/bundle/1"
    ]
    assert run("verify", EXAMPLE).stderr.splitlines()[1:] == ["  /schema: phải là một trong: parindex/pack/1"]
    assert run("verify", EXAMPLE).exit_code == 2
    assert run("compute", written(tmp_path / "i.json", pack()["inputs"])).exit_code == 0


def test_what_a_pack_holds_computes_to_its_record(tmp_path: Path) -> None:
    for level in ("full", "public"):
        found = pack(level)
        inputs = written(tmp_path / "inputs.json", found["inputs"])
        assert run("compute", inputs).stdout_bytes == canonical_bytes(found["record"])


def test_verify_says_what_it_proved(tmp_path: Path) -> None:
    keys, others = (written(tmp_path / f"{k.key_id}.json", k.jwks()) for k in (KEY, OTHER_KEY))
    for level in ("full", "public"):
        packed = written(tmp_path / "p.json", pack(level))
        proved = run("verify", packed, "--key", keys)
        assert proved.exit_code == 0
        assert "là khóa của dịch vụ" in proved.stdout
        assert "Kết luận: ĐÚNG" in proved.stdout
        foreign = run("verify", packed, "--key", others)
        assert foreign.exit_code == 1
        assert "SAI KHÓA" in foreign.stdout
        assert "Kết luận: KHÔNG ĐÚNG" in foreign.stdout


def test_verify_names_a_changed_figure(tmp_path: Path) -> None:
    tampered = pack()
    tampered["record"]["sets"][0]["units"]["so-b"]["leaves"]["1/1.2"]["points"] = "18"
    found = run("verify", written(tmp_path / "p.json", tampered))
    assert found.exit_code == 1
    assert "  so-b, 1/1.2, điểm: ghi 18, tính lại 15" in found.stdout
    assert "Chữ ký: SAI" in found.stdout


def test_verify_names_a_fault_of_the_inputs(tmp_path: Path) -> None:
    tampered = pack()
    tampered["inputs"]["tallies"][1]["counts"]["A"] = 10
    found = run("verify", written(tmp_path / "p.json", tampered))
    assert found.exit_code == 1
    assert "  /inputs/tallies/1/total: tổng các phương án là 11" in found.stdout


DEEP = b"[" * 100_000 + b"]" * 100_000


def nested(depth: int) -> bytes:
    """A pack whose record nests as deep as JSON is read."""
    inner = b'{"a":' * depth + b"1" + b"}" * depth
    plain = json.dumps({**pack(), "record": "@"}).encode()
    return plain.replace(b'"@"', inner)


@pytest.mark.parametrize("command", ["compute", "verify"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"null",
        b"[NaN]",
        b'{"schema":"parindex/bundle/1","schema":"parindex/bundle/1"}',
        b'{"schema":"parindex/bundle/1","sets":[{"framework":{"year":1e400}}]}',
        b'{"schema":"parindex/bundle/1","sets":[' + b"{}," * 100_000 + b"{}]}",
        b'{"schema":"parindex/pack/1","inputs":{},"record":{},"key":{}}',
        b'{"a":' + b"9" * 100_000 + b"}",
        b'{"a":"\\ud800"}',
        DEEP,
    ],
)  # fmt: skip
@pytest.mark.timeout(60)
def test_hostile_files_are_refused_in_words(tmp_path: Path, command: str, content: bytes) -> None:
    found = run(command, written(tmp_path / "x.json", content))
    assert found.exit_code == 2
    assert found.stdout == ""
    assert 0 < len(found.stderr) < 200_000
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("depth", [50, 400, 900, 2000])
def test_a_record_nested_deep_is_no_traceback(tmp_path: Path, depth: int) -> None:
    found = run("verify", written(tmp_path / "x.json", nested(depth)))
    assert found.exit_code in {1, 2}


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    missing = run("compute", tmp_path / "none.json")
    assert (missing.exit_code, missing.stderr.startswith("Không đọc được")) == (2, True)
    assert run("compute", tmp_path).exit_code == 2
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate((cli.MEGABYTES + 1) * 1024 * 1024)
    assert "lớn hơn" in run("verify", huge).stderr
    unwritable = run("compute", EXAMPLE, "--output", tmp_path / "no" / "x.json")
    assert (unwritable.exit_code, unwritable.stderr.startswith("Không ghi được")) == (2, True)


@pytest.mark.parametrize("option", ["--key", "--edition"])
def test_what_is_held_against_a_pack_must_be_an_object(tmp_path: Path, option: str) -> None:
    packed = written(tmp_path / "p.json", pack())
    found = run("verify", packed, option, written(tmp_path / "k.json", [1]))
    assert found.exit_code == 2
    assert "phải là một đối tượng" in found.stderr


def test_a_full_pack_opens_the_cells_of_the_public_one(tmp_path: Path) -> None:
    full, public = written(tmp_path / "f.json", pack()), written(tmp_path / "p.json", pack("public"))
    proved = run("verify", full, "--public", public)
    assert proved.exit_code == 0
    assert proved.stdout.splitlines()[-1].startswith("Đối chiếu: gói công khai đúng là gói rút ra")
    assert run("verify", public, "--public", public).exit_code == 2


def test_a_public_pack_of_other_small_counts_is_no_pair(tmp_path: Path) -> None:
    """Its signature and every figure of it may hold; the digest of the hidden cell tells."""
    data = document()
    data["tallies"][2]["counts"] = {"A": 2}
    whole = parse_bundle(data)
    other = sealed(public_pack(header(), whole, compute_bundle(whole)), KEY.sign)
    found = run(
        "verify", written(tmp_path / "f.json", pack()), "--public", written(tmp_path / "p.json", other)
    )
    assert found.exit_code == 1
    assert "Kết luận: ĐÚNG" in found.stdout
    lines = found.stdout.splitlines()
    assert lines[-1] == "Đối chiếu: gói công khai KHÔNG phải là gói rút ra từ gói đầy đủ"
    assert lines[-2].startswith("  inputs/tallies/2/withheld: ghi sha256:")


def test_names_in_a_file_forge_no_line_and_move_no_cursor(tmp_path: Path) -> None:
    posing = "2022\x1b[2J\r\nKết luận: ĐÚNG\u202e"
    packed = run("verify", written(tmp_path / "p.json", {**pack(), "period": posing}))
    assert packed.exit_code == 1
    assert [line for line in packed.stdout.splitlines() if line.startswith("Kết luận")] == [
        "Kết luận: KHÔNG ĐÚNG"
    ]
    assert packed.stdout.replace("\n", "").isprintable()
    data = document()
    data["sets"][0]["units"][0]["name"] = posing
    assert (
        run("compute", written(tmp_path / "b.json", data), "--table").stdout.replace("\n", "").isprintable()
    )
    data["sets"][0]["entries"]["so-a"][posing] = {}
    refused = run("compute", written(tmp_path / "b.json", data)).stderr
    assert refused.replace("\n", "").isprintable()
    assert len(refused.splitlines()) == 2


def test_a_token_needs_a_known_role() -> None:
    found = run("token", "--role", "king")
    assert found.exit_code == 2
    assert "administrator" in found.stderr
