"""Test the lock files: they pin all requirements in exact versions with hashes, for every Python and system."""

import re

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import start
from core import settings

ROOT = settings.PROJECT
LOCKS = {"requirements.txt": "requirements.lock", "requirements-dev.txt": "requirements-dev.lock"}
PYTHONS = ("3.11.0", "3.11.9", "3.12.3", "3.13.1")
SYSTEMS = {"linux": ("Linux", "x86_64"), "darwin": ("Darwin", "arm64"), "win32": ("Windows", "AMD64")}
ENVIRONMENTS = [
    default_environment()
    | {"python_version": python.rpartition(".")[0], "python_full_version": python, "implementation_name": "cpython"}
    | {"sys_platform": system, "platform_system": name, "platform_machine": machine}
    for python in PYTHONS
    for system, (name, machine) in SYSTEMS.items()
]
HASHES = re.compile(r"( --hash=sha256:[0-9a-f]{64})+")


def wanted(name: str) -> list[Requirement]:
    """Return the requirements of a file and of those that it includes."""
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    included = [one for line in lines if line.startswith("-r ") for one in wanted(line.removeprefix("-r "))]
    return included + [Requirement(line) for line in lines if not line.startswith("-r ")]


def locked(name: str) -> list[tuple[Requirement, str]]:
    """Return the entries of a lock file, each with the text that follows it."""
    text = (ROOT / name).read_text().replace("\\\n    ", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.partition(" --hash=") for line in lines]
    return [(Requirement(entry), f" --hash={hashes}" if mark else "") for entry, mark, hashes in pairs]


def applies(requirement: Requirement, environment: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(environment)


def versions(name: str, environment: dict[str, str]) -> dict[str, list[str]]:
    """Return the versions that a lock file gives to each package in an environment."""
    found: dict[str, list[str]] = {}
    for entry, _ in locked(name):
        if applies(entry, environment):
            found.setdefault(canonicalize_name(entry.name), []).append(str(entry.specifier).removeprefix("=="))
    return found


@pytest.mark.parametrize("name", LOCKS)
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda e: f"{e['python_full_version']}-{e['sys_platform']}")
def test_a_lock_file_fulfils_every_requirement_everywhere(name: str, environment: dict[str, str]) -> None:
    given = versions(LOCKS[name], environment)
    assert all(len(found) == 1 for found in given.values())
    for requirement in wanted(name):
        if applies(requirement, environment):
            (version,) = given.get(canonicalize_name(requirement.name), [""])
            assert version, f"{LOCKS[name]} lacks {requirement}; run `make lock`"
            assert requirement.specifier.contains(version), f"{version} is no {requirement}; run `make lock`"


@pytest.mark.parametrize("name", LOCKS.values())
def test_every_entry_of_a_lock_file_is_one_version_with_hashes_from_wherever(name: str) -> None:
    entries = locked(name)
    assert len(entries) > 100
    for entry, hashes in entries:
        assert re.fullmatch(r"==[^*,]+", str(entry.specifier)), entry
        assert HASHES.fullmatch(hashes), entry
        assert not entry.url
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, re.M)  # no options such as an index or a local folder
    assert not [entry for entry, _ in entries if entry.name.startswith(("nvidia", "cuda"))]


def test_tests_run_on_the_versions_that_the_server_runs_on() -> None:
    server, dev = ({str(entry) for entry, _ in locked(name)} for name in LOCKS.values())
    assert server <= dev


@pytest.mark.parametrize("name", LOCKS.values())
def test_start_installs_from_the_lock_files_and_asks_for_their_hashes(name: str) -> None:
    assert name in start.STAMPS
    command = start.pip(name)
    assert "--require-hashes" in command
    assert command[-2:] == ["-r", str(ROOT / name)]
