"""Writes docs/parts.cdx.json, the list of what Rekindle is made of: `python -m docs.parts`.

CycloneDX 1.6, from requirements/run.txt and package-lock.json. bin/lock runs it; the packages of
requirements/run.txt must be installed, because their licenses and needs are read from them.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from practice.version import VERSION

ROOT = Path(__file__).parents[1]
LIST = ROOT / "docs" / "parts.cdx.json"
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;]+)", re.MULTILINE)


def locked(of: str) -> dict[str, str]:
    """The version of each package in requirements/`of`.txt, by its name."""
    return dict(LOCKED.findall((ROOT / "requirements" / f"{of}.txt").read_text("utf-8")))


def for_browsers() -> dict[str, dict[str, str]]:
    """What is copied into practice/static/vendor, by its npm name."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    return {path.removeprefix("node_modules/"): one for path, one in packages.items() if path}


def part(kind: str, name: str, version: str, license_: str) -> Component:
    """One part of the list."""
    space, _, own_name = name.rpartition("/")
    address = PackageURL(kind, space or None, own_name, version)
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        purl=address,
        bom_ref=str(address),
        licenses=[named(license_)] if license_ else [],
    )


def named(license_: str) -> License:
    """A license by its SPDX name where it has one."""
    return LicenseFactory().make_from_string(license_)


def installed(name: str) -> Distribution | None:
    """The package as it is installed here; None for one that only other systems need."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def license_of(package: Distribution | None) -> str:
    """What a package says of its license, in a few words; empty when it says nothing."""
    if package is None:
        return ""
    said = package.metadata.get("License-Expression") or package.metadata.get("License") or ""
    if said and len(said) <= 60:
        return said
    kinds = package.metadata.get_all("Classifier") or []
    return next((one.rsplit(" :: ", 1)[1] for one in kinds if one.startswith("License ::")), "")


def needs(package: Distribution | None) -> Iterator[str]:
    """The names of what a package may need, with any of its extras."""
    for line in (package.requires if package else None) or ():
        yield canonicalize_name(Requirement(line).name)


def parts() -> Bom:
    """The whole list. Nothing in it depends on when or where it is made."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ours = Component(
        name=project["name"],
        version=VERSION,
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        licenses=[named(project["license"])],
    )
    packages = {name: installed(name) for name in locked("run")}
    found = {
        name: part("pypi", name, version, license_of(packages[name]))
        for name, version in locked("run").items()
    }
    served = [
        part("npm", name, one["version"], one["license"]) for name, one in for_browsers().items()
    ]
    bom = Bom(components=[*found.values(), *served])
    bom.metadata.component = ours
    bom.metadata.timestamp = None  # type: ignore[assignment]  # the same list is the same file
    bom.serial_number = uuid5(
        NAMESPACE_OID, " ".join(sorted(str(one.purl) for one in bom.components))
    )
    asked = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    bom.register_dependency(ours, [*(found[name] for name in sorted(asked)), *served])
    for name, component in found.items():
        needed = set(needs(packages[name])) & found.keys()
        bom.register_dependency(component, [found[one] for one in sorted(needed)])
    return bom


def main() -> None:
    """Write the list, when it is one."""
    written = JsonV1Dot6(parts()).output_as_string(indent=2)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(written):
        raise SystemExit(f"Not a list of parts: {fault}")
    LIST.write_text(written + "\n", "utf-8")


if __name__ == "__main__":
    main()
