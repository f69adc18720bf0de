"""No file names the host of a package registry or a path of one machine: mirrors serve everything, on every machine.

The names are put together here, so that this file does not hold them either.
"""

from __future__ import annotations

import json

from tests.guards.checkout import CHECKOUT, own_files, shown

HOSTS = tuple(
    ".".join(labels)
    for labels in (
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("pypi", "org"),
        ("files", "python" + "hosted", "org"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("snapshot", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("proxy", "golang", "org"),
    )
)
MACHINE_PATHS = tuple("/" + "/".join(parts) for parts in (("work", "main"), ("work", "shared"), ("root", ".")))


def test_no_host_of_a_registry_and_no_path_of_a_machine() -> None:
    found = []
    for path in own_files():
        text = path.read_bytes().decode("utf-8", "replace").lower()
        found += [f"{shown(path)}: {name}" for name in (*HOSTS, *MACHINE_PATHS) if name in text]
    assert found == []


def test_locks_say_what_and_not_where_from() -> None:
    lock = json.loads((CHECKOUT / "tests" / "judges" / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-release.txt"):
        text = (CHECKOUT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "index-url" not in text
