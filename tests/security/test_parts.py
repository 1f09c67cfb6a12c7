"""What is installed is what was locked, to the byte, and the list of parts names all of it."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from practice.version import VERSION

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
#: A locked package: its name, its version, and the lines that belong to it.
ENTRY = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)(.*(?:\n +.+)*)", re.MULTILINE)
ADDRESS = re.compile(r"://|^ *-(?!-hash=)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def locked(name: str) -> dict[str, str]:
    """The version of each package in requirements/`name`.txt."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return {package: version for package, version, _ in ENTRY.findall(text)}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_s60_every_package_is_locked_by_hash_and_no_address_stands_there(lock: Path) -> None:
    text = lock.read_text("utf-8")
    entries = ENTRY.findall(text)
    assert len(entries) == sum(line[0] not in "# " for line in text.splitlines() if line)
    for name, _, rest in entries:
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}", rest), name
    assert ADDRESS.search(text) is None


@pytest.mark.parametrize("extra", ["run", *PROJECT["optional-dependencies"]])
def test_s60_the_lock_holds_what_pyproject_asks_for(extra: str) -> None:
    """When this fails: run bin/lock after changing pyproject.toml."""
    lock, asked = locked(extra), list(PROJECT["dependencies"])
    asked += PROJECT["optional-dependencies"].get(extra, ())
    for wanted in map(Requirement, asked):
        version = lock.get(canonicalize_name(wanted.name), "0")
        assert wanted.specifier.contains(version), f"{wanted} is locked as {version}"


def test_s60_a_package_has_one_version_in_every_set() -> None:
    largest = locked("test")
    for lock in LOCKS:
        shared = locked(lock.stem).items()
        assert {(name, version) for name, version in shared if name in largest} <= largest.items()


def test_s60_an_install_takes_nothing_without_its_hash() -> None:
    """Only Rekindle itself has none, and brings nothing with it."""
    script = (ROOT / "bin" / "install").read_text("utf-8")
    calls = re.findall(r"^ +with_pip (.+)$", script, re.MULTILINE)
    assert len(calls) == 3
    for call in calls:
        assert call.startswith("--require-hashes") or call == "--no-deps --no-build-isolation -e ."


def test_s60_the_list_of_parts_is_what_is_locked() -> None:
    """When this fails: run bin/lock."""
    told = json.loads((ROOT / "docs" / "parts.cdx.json").read_text("utf-8"))
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    served = ((path.removeprefix("node_modules/"), one) for path, one in packages.items() if path)
    parts = set(locked("run").items()) | {(name, one["version"]) for name, one in served}
    assert told["bomFormat"] == "CycloneDX"
    assert {(part["name"], part["version"]) for part in told["components"]} == parts
    assert told["metadata"]["component"]["version"] == VERSION
