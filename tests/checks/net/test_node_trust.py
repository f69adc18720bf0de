"""Which authorities Node trusts, whose file may name further ones, and which TLS contexts connections share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checks.net.node_trust import Trust, trust_of
from tests.servers.certificates import Certificates
from tests.wizard.rules.builder import deployment
from wizard.basics.links import FOREIGN_FILES
from wizard.basics.owner_rights import working_in
from wizard.deployment.read_states import read_state
from wizard.dotenv.document import Document

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of several users")
STRANGER = 4712


def test_names_are_compared_for_https_and_imap_without_changing_the_context_of_smtp() -> None:
    trust = Trust()
    with_names = trust.context_with_names
    assert with_names.check_hostname
    assert not trust.context(verifies=True).check_hostname
    assert trust.context_with_names is with_names


def named(folder: Path, file: Path) -> Trust:
    """What LibreChat trusts where the folder's compose file gives it a file of this machine."""
    api = {"volumes": [{"type": "bind", "source": str(file), "target": "/certs/ca.pem"}]}
    compose = {"services": {"api": api}}
    there = deployment(compose=compose, overridden={"NODE_EXTRA_CA_CERTS": "/certs/ca.pem"})
    return trust_of(there._replace(folder=folder), {})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could read what the folder's owner cannot")
def test_root_reads_what_a_folder_names_as_the_folder_s_owner(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path(parent.root):
            parent.chmod(parent.stat().st_mode | 0o055)
    folder, secret = tmp_path / "LibreChat", tmp_path / "ca.pem"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    secret.write_bytes(Certificates(tmp_path).ca.read_bytes())
    secret.chmod(0o600)
    with working_in(folder):
        assert "cannot be read" in named(folder, secret).problem
        # The operator's own shell may name what the operator can read.
        own = trust_of(deployment()._replace(folder=folder), {"NODE_EXTRA_CA_CERTS": str(secret)})
        assert own.extra == secret
        assert (
            own.context_with_names.cert_store_stats()["x509_ca"]
            > Trust().context_with_names.cert_store_stats()["x509_ca"]
        )
    secret.chmod(0o644)
    with working_in(folder):
        assert named(folder, secret).extra == secret


def test_what_is_no_file_of_certificates_is_reported_at_once(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    with large.open("wb") as stream:
        stream.truncate(3_000_000_000)
    for file in (pipe, large, tmp_path, Path("/dev/zero")):
        assert "cannot be read" in named(tmp_path, file).problem
        own = trust_of(deployment()._replace(folder=tmp_path), {"NODE_EXTRA_CA_CERTS": str(file)})
        assert "cannot be read" in own.problem


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder of this user's with a file of authorities, named by its override."""
    folder = tmp_path / "LibreChat"
    folder.mkdir()
    (folder / "ca.pem").write_bytes(Certificates(tmp_path).ca.read_bytes())
    (folder / "docker-compose.override.yml").write_text("services: {}\n")
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


def trusted(folder: Path, file: str = "ca.pem", *, overridden: str = "/certs/ca.pem") -> Trust:
    """What is trusted where the folder's files name it, as they are on the disk."""
    names = (".env", "docker-compose.override.yml")
    files = {name: read_state(folder, name) for name in names}
    api: dict[str, object] = {"volumes": [{"type": "bind", "source": f"./{file}", "target": overridden}]}
    if uid := Document.parse(files[".env"].data or b"").values().get("UID"):
        api["user"] = f"{uid}:{uid}"
    there = deployment(compose={"services": {"api": api}}, overridden={"NODE_EXTRA_CA_CERTS": overridden})
    document = Document.parse(files[".env"].data or b"")
    return trust_of(there._replace(folder=folder, files=files, dotenv=document), {})


def test_a_file_of_the_folder_is_trusted_and_named(shared: Path) -> None:
    trust = trusted(shared)
    assert trust.extra == shared / "ca.pem"
    assert str(shared / "ca.pem") in trust.named
    assert "NODE_EXTRA_CA_CERTS" in trust.named
    assert not trust.is_doubtful
    shell = trust_of(deployment(), {"NODE_EXTRA_CA_CERTS": str(shared / "ca.pem")})
    assert f"{shared / 'ca.pem'} (NODE_EXTRA_CA_CERTS in this shell)" in shell.named


@pytest.mark.parametrize("file", ["ca.pem", "docker-compose.override.yml"])
@pytest.mark.parametrize(
    ("owner", "group", "mode"),
    [
        pytest.param(STRANGER, STRANGER, 0o644, marks=needs_root),
        pytest.param(0, STRANGER, 0o664, marks=needs_root),
        (None, None, 0o666),
        (None, None, 0o602),
    ],
)
def test_what_a_stranger_could_have_written_is_not_trusted(
    file: str, owner: int | None, group: int | None, mode: int, shared: Path
) -> None:
    assert trusted(shared).extra
    if owner is not None and group is not None:
        os.chown(shared / file, owner, group)
    (shared / file).chmod(mode)
    trust = trusted(shared)
    assert (trust.extra, trust.is_doubtful) == (None, True)
    assert file in trust.problem
    assert "--accept-foreign-files" in trust.problem
    assert trust.context_with_names.cert_store_stats() == Trust().context_with_names.cert_store_stats()
    with FOREIGN_FILES.given():
        assert trusted(shared).extra == shared / "ca.pem"


def test_what_a_stranger_can_change_after_it_was_looked_at_is_not_trusted(shared: Path) -> None:
    trust = trusted(shared)
    (shared / "ca.pem").chmod(0o666)
    assert trust.context_with_names.cert_store_stats() == Trust().context_with_names.cert_store_stats()


@needs_root
def test_a_link_of_a_stranger_does_not_lead_to_what_is_trusted(shared: Path) -> None:
    (shared / "link.pem").symlink_to("ca.pem")
    assert trusted(shared, "link.pem").extra
    os.chown(shared / "link.pem", STRANGER, STRANGER, follow_symlinks=False)
    assert "link.pem" in trusted(shared, "link.pem").problem


@needs_root
def test_a_value_out_of_a_stranger_s_dotenv_is_not_trusted(shared: Path) -> None:
    (shared / ".env").write_text("PORT=3080\nCERTIFICATES=/certs\n")
    os.chown(shared / ".env", STRANGER, STRANGER)
    assert ".env is owned by" in trusted(shared).problem
    assert trusted(shared, overridden="/own/ca.pem").extra, "its .env has no part in it"
    (shared / ".env").write_text(f"UID={STRANGER}\nCERTIFICATES=/certs\n")
    assert trusted(shared).extra, "the container's user may own .env where nobody else can put files"
    shared.chmod(0o777)
    assert ".env is owned by" in trusted(shared).problem
