"""The order of LibreChat's release tags, and how a folder tells its release."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from wizard.librechat import fingerprints
from wizard.librechat.releases import NEWEST, Release


def test_candidates_come_before_their_release() -> None:
    tags = ["v0.7.2", "v0.7.3-rc", "v0.7.3-rc2", "v0.7.3", "v0.8.6-rc1", "v0.8.6", "v0.8.8-rc1", "v0.8.10"]
    releases = [Release.parse(tag) for tag in tags]
    assert sorted(releases, reverse=True)[::-1] == releases
    assert [str(release) for release in releases] == tags


@pytest.mark.parametrize("text", ["", "latest", "v1", "0.8", "v0.8.7-beta1", "v0.8.7 x"])
def test_what_is_no_release_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a LibreChat release"):
        Release.parse(text)


def test_each_sample_folder_tells_its_release(samples: Path) -> None:
    folders = sorted(path for path in samples.iterdir() if path.is_dir() and Release.parse(path.name) <= NEWEST)
    assert len(folders) >= 9
    for folder in folders:
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        found = fingerprints.found("registry.example/danny-avila/librechat-dev:latest", files)
        # The generated folders have it, LibreChat's own files are recognized.
        assert found == (Release.parse(folder.name), "package.json" if "package.json" in files else ".env.example")


@pytest.mark.parametrize("name", [".env.example", "librechat.example.yaml"])
def test_a_known_file_tells_its_release_whatever_its_line_ends(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"PORT=3080\n# A note\n"
    monkeypatch.setattr(fingerprints, "FINGERPRINTS", {hashlib.sha256(text).hexdigest()[:16]: "v0.8.4"})
    for data in (text, text.replace(b"\n", b"\r\n")):
        assert fingerprints.found("", {name: data}) == (Release(0, 8, 4), name)
    assert fingerprints.found("", {name: text + b"MINE=1\n"}) is None


def test_a_pinned_image_beats_the_files(samples: Path) -> None:
    files = {".env.example": (samples / "v0.7.2" / ".env.example").read_bytes()}
    found = fingerprints.found("ghcr.io/danny-avila/librechat:v0.8.5", files)
    assert found is not None
    assert found[0] == Release(0, 8, 5)


def test_package_json_tells_it() -> None:
    assert fingerprints.found("", {"package.json": b'{"name": "LibreChat", "version": "v0.8.4"}'}) == (
        Release(0, 8, 4),
        "package.json",
    )
    assert fingerprints.found("", {"package.json": b'{"name": "other", "version": "1.0.0"}'}) is None
    assert fingerprints.found("", {"package.json": b"{" * 100_000}) is None
