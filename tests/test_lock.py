"""The locked packages of a server are those that pyproject.toml asks for, each by its hash, and nothing of gigabytes is among them."""

from __future__ import annotations

import re
import tomllib

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ["serve", "tools"]


def locked(name: str) -> dict[str, list[str]]:
    """Name -> versions; several where they depend on the Python."""
    found: dict[str, list[str]] = {}
    for line in re.findall(r"^([a-z0-9][^\s]*==[^\s]+)", (ROOT / f"requirements/{name}.txt").read_text("utf-8"), re.MULTILINE):
        package, _, version = line.partition("==")
        found.setdefault(canonicalize_name(package), []).append(version)
    return found


def test_every_dependency_is_locked_in_a_version_that_fits() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    found = locked("serve")
    for each in map(Requirement, [*asked, "setuptools>=75"]):
        versions = found.get(canonicalize_name(each.name), [])
        assert versions and all(each.specifier.contains(version) for version in versions), f"{each}: run make lock"


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_hashes(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
    packages = re.split(r"^(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    assert len(packages) >= 20 and all("--hash=sha256:" in each for each in packages)
    assert "file:" not in text and "index-url" not in text


def test_no_torch_for_a_server() -> None:
    assert not [name for name in locked("serve") if name.startswith(("torch", "nvidia", "triton", "sentence-transformers"))]
