"""What the command line says of the way to LibreChat: odd values are told, and a password is never shown."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from checks.options import SiteOptions, resolve_map, with_login, with_url
from tests.screens.cli.program import CHECKOUT, run
from wizard.basics.problem import InvalidInput


@pytest.mark.parametrize(
    ("given", "host", "address"),
    [
        ("Chat.Example.com:203.0.113.7", "chat.example.com", "203.0.113.7"),
        ("chat.example.com.:203.0.113.7", "chat.example.com", "203.0.113.7"),
        ("chat.example.com:::1", "chat.example.com", "::1"),
        ("chat.example.com:[2001:DB8::0:1]", "chat.example.com", "2001:db8::1"),
        ("bücher.example:203.0.113.7", "xn--bcher-kva.example", "203.0.113.7"),
    ],
)
def test_resolve_names_the_host_as_it_is_opened(given: str, host: str, address: str) -> None:
    assert dict(resolve_map([given])) == {host: address}


@pytest.mark.parametrize(
    "given",
    [
        "",
        ":",
        "chat:",
        ":1.2.3.4",
        "chat",
        "chat:443:1.2.3.4",
        "chat:localhost",
        "https://chat:1.2.3.4",
        "a b:1.2.3.4",
        "chat:1.2.3",
    ],
)
def test_resolve_that_is_none_is_told_with_all_the_others(given: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve_map([given, "good.example:1.2.3.4", given])
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    "given",
    ["", " ", "chat.example.com", "ftp://chat.example.com", "https://", "https://me:secret@chat.example.com", "https://chat:99999",
     "https://chat.example.com/?a=b", "https://chat.example.com/../x", "javascript:alert(1)", "https://[::1", "https://1.2.3"],
)  # fmt: skip
def test_url_that_is_none_is_told(given: str) -> None:
    with pytest.raises(InvalidInput, match="--url") as caught:
        with_url(SiteOptions(), given)
    assert "secret" not in str(caught.value)


def test_url_that_is_empty_is_a_usage_error_of_the_program(tmp_path: Path) -> None:
    done = run("doctor", "--dir", tmp_path, "--url", "")
    assert (done.status, "--url" in done.err) == (2, True), done.text


@pytest.mark.parametrize(
    ("data", "password"),
    [
        (b"pw", "pw"),
        (b"pw\n", "pw"),
        (b"pw\r\n", "pw"),
        (b"\xef\xbb\xbfpw\r\n", "pw"),
        (b" p w \n", " p w "),
        ("pä".encode(), "pä"),
    ],
)
def test_password_file(tmp_path: Path, data: bytes, password: str) -> None:
    (tmp_path / "pw").write_bytes(data)
    login = with_login(SiteOptions(), "ada@example.com", str(tmp_path / "pw")).login
    assert login is not None
    assert login.password.reveal() == password


@pytest.mark.parametrize("data", [b"", b"\n", b"hidden\nhidden\n", b"\xff\xfehidden", b"hidden\0", b"hidden" * 1000])
def test_password_file_that_holds_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "pw").write_bytes(data)
    with pytest.raises(InvalidInput, match="--password-file") as caught:
        with_login(SiteOptions(), "ada@example.com", str(tmp_path / "pw"))
    assert "hidden" not in str(caught.value)


def test_password_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (str(tmp_path), str(tmp_path / "missing"), ""):
        with pytest.raises(InvalidInput, match="--password-file"):
            with_login(SiteOptions(), "ada@example.com", name)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InvalidInput, match="standard input is closed"):
        with_login(SiteOptions(), "ada@example.com", "-")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"pw\n")))
    login = with_login(SiteOptions(), "ada@example.com", "-").login
    assert login is not None
    assert login.password.reveal() == "pw"


def test_password_that_a_person_types_is_not_shown(tmp_path: Path) -> None:
    mine, theirs = pty.openpty()
    words = ["doctor", "--dir", str(tmp_path), "--login", "ada@example.com", "--password-file", "-"]
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "wizard", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    while b"Password" not in shown:
        shown += os.read(mine, 1000)
    os.write(mine, b"kanarie-7Qz9\n")
    try:
        while data := os.read(mine, 1000):
            shown += data
    except OSError:
        # Linux says EIO when the last one has closed its end.
        pass
    assert child.wait(20) == 2, "there is nothing to check in an empty folder"
    assert b"kanarie" not in shown
    os.close(mine)
