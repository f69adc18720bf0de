"""Local certificates in real TLS handshakes, and the judgement on certificates that are given."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509

from wizard.plan.certificates import LocalCertificates, check_files, covers, local_authority

NOW = dt.datetime.now(dt.UTC)


@contextmanager
def tls_server(made: LocalCertificates, folder: Path) -> Iterator[int]:
    """A TLS server with these certificates on a free loopback port; it greets and closes."""
    (folder / "server.crt").write_bytes(made.cert_pem)
    (folder / "server.key").write_bytes(made.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        secure.sendall(b"hello")
                except (OSError, ssl.SSLError):
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield port
        listener.shutdown(socket.SHUT_RDWR)


def test_python_node_and_openssl_accept_the_server_by_name_and_by_address(tmp_path: Path) -> None:
    made = local_authority(NOW, ["chat.lan", "127.0.0.1"])
    authority = tmp_path / "ca.crt"
    authority.write_bytes(made.ca_pem)
    with tls_server(made, tmp_path) as port:
        context = ssl.create_default_context(cafile=str(authority))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        for name in ("chat.lan", "127.0.0.1"):
            with (
                socket.create_connection(("127.0.0.1", port), timeout=60) as plain,
                context.wrap_socket(plain, server_hostname=name) as secure,
            ):
                assert secure.recv(5) == b"hello"
        with (
            socket.create_connection(("127.0.0.1", port), timeout=60) as plain,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            context.wrap_socket(plain, server_hostname="other.lan")
        script = (
            f"require('tls').connect({{port:{port},host:'127.0.0.1',servername:'chat.lan',"
            f"ca:require('fs').readFileSync({str(authority)!r})}}, function() {{ console.log(this.authorized); "
            "this.destroy() })"
        )
        done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "true"
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", str(authority), "-x509_strict"]
        command += ["-verify_return_error", "-verify_hostname", "chat.lan"]
        said = subprocess.run(command, input="", capture_output=True, text=True, check=False)
        assert "Verify return code: 0 (ok)" in said.stdout


def test_the_authority_cannot_make_further_authorities_and_the_server_is_none() -> None:
    made = local_authority(NOW, ["chat.lan"])
    authority = x509.load_pem_x509_certificate(made.ca_pem)
    server = x509.load_pem_x509_certificate(made.cert_pem)
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(
        ca=True, path_length=0
    )
    assert server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert server.not_valid_after_utc - server.not_valid_before_utc < dt.timedelta(days=825)
    assert made.not_after == server.not_valid_after_utc
    assert b"PRIVATE" not in made.ca_pem + made.cert_pem
    assert made.ca_key_pem.decode().splitlines()[1] not in repr(made)


def again(made: LocalCertificates, now: dt.datetime, names: list[str]) -> LocalCertificates:
    return local_authority(
        now, names, ca_pem=made.ca_pem, ca_key_pem=made.ca_key_pem, cert_pem=made.cert_pem, key_pem=made.key_pem
    )


def test_a_second_run_keeps_what_is_good_and_renews_below_the_same_authority() -> None:
    made = local_authority(NOW, ["chat.lan"])
    same = again(made, NOW + dt.timedelta(days=700), ["chat.lan"])
    assert (same.ca_pem, same.cert_pem, same.key_pem) == (made.ca_pem, made.cert_pem, made.key_pem)
    assert not same.is_new_authority
    renewed = again(made, NOW + dt.timedelta(days=770), ["chat.lan"])
    assert renewed.ca_pem == made.ca_pem
    assert renewed.ca_key_pem == made.ca_key_pem
    assert renewed.not_after > made.not_after
    other_name = again(made, NOW, ["chat.lan", "10.0.0.1"])
    assert other_name.ca_pem == made.ca_pem
    assert other_name.cert_pem != made.cert_pem
    late = again(made, NOW + dt.timedelta(days=3000), ["chat.lan"])
    assert late.is_new_authority
    assert late.fingerprint != made.fingerprint


def test_what_does_not_belong_together_is_made_anew() -> None:
    one, two = local_authority(NOW, ["chat.lan"]), local_authority(NOW, ["chat.lan"])
    mixed = local_authority(NOW, ["chat.lan"], ca_pem=one.ca_pem, ca_key_pem=two.ca_key_pem)
    assert mixed.is_new_authority
    stranger = local_authority(
        NOW, ["chat.lan"], ca_pem=one.ca_pem, ca_key_pem=one.ca_key_pem, cert_pem=two.cert_pem, key_pem=two.key_pem
    )
    assert stranger.ca_pem == one.ca_pem
    assert stranger.cert_pem != two.cert_pem
    broken = local_authority(NOW, ["chat.lan"], ca_pem=b"-----BEGIN", ca_key_pem=b"x", cert_pem=b"", key_pem=b"\xff")
    assert broken.is_new_authority


def judge(made: LocalCertificates, host: str = "chat.lan", now: dt.datetime = NOW, key: bytes | None = None) -> str:
    faults, _ = check_files(
        now,
        host,
        certificate_name="a.crt",
        certificate_pem=made.cert_pem,
        key_name="a.key",
        key_pem=made.key_pem if key is None else key,
    )
    return " ".join(str(fault) for fault in faults)


def test_a_given_certificate_is_judged_like_a_browser_would() -> None:
    made = local_authority(NOW, ["chat.lan", "*.example.com", "fd00::1"])
    assert judge(made) == ""
    assert judge(made, "a.example.com") == ""
    assert judge(made, "fd00::1") == ""
    assert "not for b.a.example.com" in judge(made, "b.a.example.com")
    assert "not for example.com" in judge(made, "example.com")
    assert "it ended on" in judge(made, now=NOW + dt.timedelta(days=900))
    assert "valid only from" in judge(made, now=NOW - dt.timedelta(days=9))
    assert "does not belong to the key" in judge(made, key=local_authority(NOW, ["chat.lan"]).key_pem)
    assert "no PEM private key" in judge(made, key=b"nonsense")


def test_an_encrypted_key_is_named_as_such() -> None:
    made = local_authority(NOW, ["chat.lan"])
    command = ["openssl", "pkcs8", "-topk8", "-v2", "aes256", "-passout", "pass:hunter2"]
    encrypted = subprocess.run(command, input=made.key_pem, capture_output=True, check=True).stdout
    assert "passphrase" in judge(made, key=encrypted)


def test_a_common_name_alone_covers_nothing() -> None:
    script = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "-",
        "-subj",
        "/CN=chat.lan",
        "-days",
        "9",
    ]
    pem = subprocess.run(script, capture_output=True, check=True).stdout
    assert not covers(x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERT") :]), "chat.lan")
