"""The Dockerfile: what it copies exists, what it installs is pinned by hash, what it runs is nobody's root."""

import re
from fnmatch import fnmatch

from tests.architecture.compose import containers, dockerfile
from tests.architecture.tree import MEMBERS, ROOT, SERVICES, project

FOLDERS = [MEMBERS[package].name for package in SERVICES.values()]


def _stages() -> dict[str, list[tuple[str, str]]]:
    stages: dict[str, list[tuple[str, str]]] = {}
    for instruction, text in dockerfile():
        if instruction == "FROM":
            stages[text.split()[-1]] = []
        stages[next(reversed(stages))].append((instruction, text))
    return stages


def test_stages_are_the_targets_of_the_compose_file() -> None:
    targets = {spec["build"]["target"] for spec in containers().values() if "build" in spec}
    assert targets == set(_stages()) - {"base"}
    assert _stages()["base"][0][1].startswith("python:3.11-slim ")


def test_every_install_is_pinned_or_ours() -> None:
    for instruction, text in dockerfile():
        for command in re.findall(r"pip install (.*?)(?:&&|$)", text) if instruction == "RUN" else ():
            pinned = "--require-hashes -r " in command
            ours = "--no-deps --no-build-isolation" in command and "-r " not in command
            assert pinned or ours, command


def test_every_copied_path_exists_for_every_service() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for instruction, text in dockerfile():
        if instruction != "COPY":
            continue
        source, target = text.split()
        assert source == target, "the layout of the image is the layout of the repository"
        for folder in FOLDERS if "${SERVICE}" in source else [""]:
            path = source.replace("${SERVICE}", folder)
            assert (ROOT / path).exists(), path
            assert not any(fnmatch(path, pattern) for pattern in ignored), path


def test_a_service_image_holds_its_own_migrations_and_no_other_service() -> None:
    copied = [text.split()[0] for instruction, text in _stages()["service"] if instruction == "COPY"]
    assert copied[-2:] == ["shared", "services/${SERVICE}"]
    assert "services" not in copied


def test_the_migration_installs_every_service() -> None:
    text = str(_stages()["migrate"])
    for folder in FOLDERS:
        assert f"-r services/{folder}/requirements.lock" in text
        assert f"-e services/{folder}" in text


def test_images_end_as_an_ordinary_user() -> None:
    for name, stage in _stages().items():
        if name != "base":
            assert stage[-1] == ("USER", "parindex")
    assert "useradd --uid 10001" in str(_stages()["base"])


def test_the_build_backend_is_the_locked_one() -> None:
    lock = (ROOT / "deploy/docker/build.lock").read_text(encoding="utf-8")
    found = re.match(r"uv-build==(\d+)\.(\d+)\.\d+ ", lock)
    assert found
    for package in MEMBERS:
        assert project(package)["build-system"]["requires"] == [
            f"uv_build>={found[1]}.{found[2]},<{found[1]}.{int(found[2]) + 1}"
        ]
    assert "--hash=sha256:" in lock
