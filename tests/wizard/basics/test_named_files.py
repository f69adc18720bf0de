"""A file that the operator names is the one that was meant: nobody else's link leads root, or this user, elsewhere."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.checks.provider.saml.asking import asked, task
from tests.servers.saml_idp import IdentityProvider
from wizard.basics import named_files
from wizard.basics.link_walk import LinkWalk, walk_links
from wizard.basics.links import FOREIGN_FILES
from wizard.basics.named_files import open_named

STRANGER = 65534


def read(path: Path) -> bytes:
    with open_named(path) as file:
        return file.read()


def test_files_links_of_ones_own_and_pipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/secret").write_bytes(b"one")
    (tmp_path / "link").symlink_to("folder")
    monkeypatch.chdir(tmp_path)
    assert (
        read(tmp_path / "folder/secret") == read(Path("link/secret")) == read(Path("link/../folder/secret")) == b"one"
    )
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"two",))
    writer.start()
    assert read(tmp_path / "pipe") == b"two"
    writer.join()
    reading, writing = os.pipe()
    os.write(writing, b"three")
    os.close(writing)
    # As the shell gives it for <(...).
    assert read(Path(f"/dev/fd/{reading}")) == b"three"
    os.close(reading)


def test_what_was_swapped_while_it_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "named"
    named.write_bytes(b"meant")
    (tmp_path / "other").write_bytes(b"root's")

    def swapped(path: Path) -> LinkWalk:
        walk = walk_links(path)
        named.unlink()
        named.symlink_to("other")
        return walk

    monkeypatch.setattr(named_files, "walk_links", swapped)
    with pytest.raises(OSError, match="changed while"):
        open_named(named)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make links of others")
def test_link_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"root's")
    (tmp_path / "link").symlink_to("secret")
    os.chown(tmp_path / "link", STRANGER, STRANGER, follow_symlinks=False)
    with pytest.raises(OSError, match=r"symbolic link that .*65534.* created; it points to .*secret"):
        open_named(tmp_path / "link")
    with FOREIGN_FILES.given():
        assert read(tmp_path / "link") == b"root's"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make links of others")
async def test_metadata_behind_a_link_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(IdentityProvider().metadata())
    (tmp_path / "link").symlink_to("secret")
    assert "saml.metadata.ok" in [each.id for each in await asked(task(metadata=tmp_path / "link"))]
    os.chown(tmp_path / "link", STRANGER, STRANGER, follow_symlinks=False)
    found = {each.id: each for each in await asked(task(metadata=tmp_path / "link"))}
    assert "symbolic link" in found["saml.metadata.unread"].summary
    assert "saml.metadata.ok" not in found
