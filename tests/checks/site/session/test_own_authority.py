"""The folder's own authority is trusted while the folder's own proxy uses it; a certificate that lies there is not enough."""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.model import RunMemory, Subject
from checks.net.own_authority import TRUSTED, own_authority
from checks.options import Login, SiteOptions
from checks.runner import report
from checks.site import TLS
from checks.site.session.registered import SESSION
from screens.demo.librechat import StandIn
from tests.checks.site.instance.asking import ADA, ids, settings
from tests.screens.cli.program import answers, run
from wizard.answers.model import Answers
from wizard.deployment.assembled import deployment
from wizard.deployment.model import Deployment
from wizard.deployment.snapshot import take
from wizard.plan.access.names import AUTHORITY, CADDYFILE, SERVER_CERTIFICATE, SERVER_KEY

HOST = "chat.example.com"
_ANSWERS = """version: 1
access: https-proxy
proxy: {{server: {server}, certificate: {certificate}}}
settings: {{DOMAIN_CLIENT: "https://chat.example.com", DOMAIN_SERVER: "https://chat.example.com"}}
"""
Made = Callable[..., Path]
LOGIN = Login(email=ADA.email, password=ADA.password)


def set_up(folder: Path, certificate: str = "internal", server: str = "caddy") -> Path:
    given = answers(folder, _ANSWERS.format(certificate=certificate, server=server))
    done = run("--answers", given, "--dir", folder, "--offline")
    assert done.status == 0, done.text
    return folder


def read(folder: Path) -> Deployment:
    return deployment(take(folder, Answers()), {})


def speaking_tls(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / SERVER_CERTIFICATE, folder / SERVER_KEY)
    return context


async def tried(folder: Path, context: ssl.SSLContext) -> tuple[dict[str, str], str, bool]:
    """Sign in at a server with a certificate of the authority; say what was found and whether the password came there."""
    async with StandIn(settings({"DOMAIN_SERVER": f"https://{HOST}"}), ssl_context=context) as server:
        reach = SiteOptions(url=f"https://{HOST}:{server.port}", resolve={HOST: "127.0.0.1"}, login=LOGIN)
        made = await report((TLS, SESSION), Subject(memory=RunMemory(), deployment=read(folder), site_options=reach))
        return ids(made), repr(made), any("login" in request.path for request in server.requests)


@pytest.mark.parametrize(("stack", "server"), [("compose", "caddy"), ("deploy", "nginx"), ("deploy", "caddy")])
def test_the_proxy_that_the_wizard_set_up_uses_it(sample_folder: Made, stack: str, server: str) -> None:
    folder = set_up(sample_folder("v0.8.7", stack), server=server)
    assert own_authority(read(folder)) == (folder / AUTHORITY).read_text()


async def test_it_is_trusted_and_named(sample_folder: Made) -> None:
    folder = set_up(sample_folder("v0.8.7"))
    found, text, came = await tried(folder, speaking_tls(folder))
    assert found["tls.certificate.own-ca"] == "PASS"
    assert TRUSTED in text
    assert came


async def test_a_certificate_that_lies_in_the_folder_is_not_trusted(sample_folder: Made, tmp_path: Path) -> None:
    """Whoever may write the folder puts an authority there and answers in place of the site."""
    folder = sample_folder("v0.8.7")
    elsewhere = set_up(shutil.copytree(folder, tmp_path / "another"))
    shutil.copytree(elsewhere / "certificates", folder / "certificates")
    found, text, came = await tried(folder, speaking_tls(folder))
    assert found["tls.certificate.untrusted"] == "FAIL"
    assert TRUSTED not in text
    assert not came, "the password was not sent"


async def test_after_a_change_to_a_public_certificate_it_is_not_trusted(sample_folder: Made) -> None:
    folder = set_up(sample_folder("v0.8.7"))
    context = speaking_tls(folder)
    set_up(folder, "acme")
    assert (folder / AUTHORITY).exists(), "it still lies there"
    found, _, came = await tried(folder, context)
    assert found["tls.certificate.untrusted"] == "FAIL"
    assert not came


def linked(folder: Path, other: Path) -> None:
    (folder / AUTHORITY).unlink()
    (folder / AUTHORITY).symlink_to(other / AUTHORITY)


def linked_folder(folder: Path, other: Path) -> None:
    shutil.rmtree(folder / "certificates")
    (folder / "certificates").symlink_to(other / "certificates")


def piped(folder: Path, _: Path) -> None:
    (folder / AUTHORITY).unlink()
    os.mkfifo(folder / AUTHORITY)


def swapped(folder: Path, other: Path) -> None:
    shutil.copy(other / AUTHORITY, folder / AUTHORITY)


def appended(folder: Path, other: Path) -> None:
    text = (folder / AUTHORITY).read_text()
    (folder / AUTHORITY).write_text(text + (other / AUTHORITY).read_text())


def edited(folder: Path, _: Path) -> None:
    text = (folder / CADDYFILE).read_text().replace("\ttls ", "\t# tls ")
    (folder / CADDYFILE).write_text(text)


def test_what_keeps_it_from_being_trusted(sample_folder: Made, tmp_path: Path) -> None:
    original = set_up(sample_folder("v0.8.7"))
    another = set_up(shutil.copytree(original, tmp_path / "another"))
    for path in (another / "certificates").iterdir():
        path.unlink()
    shutil.rmtree(another / ".librechat-wizard")
    set_up(another)

    def after(change: Callable[[Path, Path], object]) -> str:
        folder = shutil.copytree(original, tmp_path / "changed", symlinks=True)
        try:
            change(folder, another)
            return own_authority(read(folder))
        finally:
            shutil.rmtree(folder)

    assert after(lambda *_: None)
    for change in (linked, linked_folder, piped, swapped, edited):
        assert after(change) == "", change.__name__
    assert after(lambda folder, _: (folder / AUTHORITY).chmod(0o666)) == ""
    assert after(lambda folder, _: (folder / AUTHORITY).write_bytes(b"x" * 10_000_000)) == ""
    assert (another / AUTHORITY).read_text().strip() not in after(appended), "only the one that issued it"
    if os.geteuid() == 0:
        # Root's file is believed in anybody's folder; a stranger's is not.
        assert after(lambda folder, _: os.chown(folder / AUTHORITY, 65534, 65534)) == ""


def test_a_name_elsewhere_is_not_mounted(sample_folder: Made) -> None:
    folder = set_up(sample_folder("v0.8.7"))
    there = read(folder)
    services = {"caddy": {"volumes": [{"type": "bind", "source": "/etc/ssl/server.crt", "target": "/x"}]}}
    assert own_authority(there._replace(compose={"services": services})) == ""
    assert own_authority(there._replace(compose={"services": {"caddy": {"volumes": "nonsense"}, "x": None}})) == ""
    assert own_authority(there._replace(compose={})) == ""
