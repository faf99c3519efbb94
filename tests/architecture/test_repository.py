"""What the tracked files may say: no registry, no machine, no person; and what is locked is locked by hash."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import MEMBERS, ROOT, texts

# Joined here, so that this file does not name them either.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
HOSTS += [".".join(parts) for parts in (("crates", "io"), ("docker", "io"), ("ghcr", "io"), ("quay", "io"))]
HOSTS += [".".join(parts) for parts in (("proxy", "golang", "org"), ("conda", "anaconda", "org"))]
MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|root|work|tmp|mnt)/" + r"\w")
HONORIFIC = re.compile(
    r"\b(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí|[Đđ]/c|[Tt]iến sĩ|[Tt]hạc sĩ|TS\.|ThS\.)\s+"
    r"[A-ZÀ-ỸĐ][a-zà-ỹđ]+\s+[A-ZÀ-ỸĐ][a-zà-ỹđ]+"
)
ADDRESS = re.compile(r"[\w.+-]+@(?!example\.)[\w-]+\.[a-z]{2,}")
LOCKS = (
    ROOT / "requirements.lock",
    *(ROOT / f"services/{name}/requirements.lock" for name in ("scoring-api", "survey-ingest", "report-gen")),
)


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [f"{label}: {match[0]}" for label, text in texts() for match in pattern.finditer(text)]


def test_no_file_names_a_package_registry() -> None:
    assert not _found(re.compile("|".join(re.escape(host) for host in HOSTS)))


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert not _found(MACHINE)


def test_no_person_is_named() -> None:
    """People appear as roles; a title before two capitalised words would be a name."""
    assert not _found(HONORIFIC)
    assert not _found(ADDRESS)


def _requirements(lock: Path) -> dict[str, str]:
    """Name → the whole entry of a lock file: a logical line with its hashes."""
    entries = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return {re.split(r"[=\s]", entry)[0]: entry for entry in entries if entry and not entry.startswith("#")}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_locks_pin_every_package_by_version_and_hash(lock: Path) -> None:
    entries = _requirements(lock)
    assert len(entries) > 20
    loose = [name for name, text in entries.items() if "==" not in text or "--hash=sha256:" not in text]
    assert not loose
    assert "://" not in lock.read_text(encoding="utf-8")


@pytest.mark.parametrize("package", MEMBERS)
def test_locks_hold_what_the_members_declare(package: str) -> None:
    """A dependency added to a member's pyproject and not locked would break the image at its build."""
    folder = MEMBERS[package]
    lock = folder / "requirements.lock" if folder.parent.name == "services" else ROOT / "requirements.lock"
    locked = _requirements(lock)
    members = {path.name for path in MEMBERS.values()} | {"parindex", "parindex-embedded"}
    declared = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "dependencies"
    ]
    names = {re.split(r"[\[<>=!~ ]", line)[0] for line in declared} - members
    assert names <= set(locked), f"run `make lock`: {names - set(locked)}"


def test_one_version_of_a_package_in_all_images() -> None:
    """The tests ran on the versions of the root lock; the images hold the same ones."""
    tested = _requirements(LOCKS[0])
    for lock in LOCKS[1:]:
        for name, entry in _requirements(lock).items():
            assert entry.split()[0] == tested[name].split()[0], f"{lock.parent.name}: run `make lock`"
