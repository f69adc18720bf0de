"""Local certificates in real TLS handshakes, and the judgement on certificates that are given."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from tests.patience import LAST_RESORT
from wizard.plan.certificate_files import check_files, covers
from wizard.plan.certificates import LocalCertificates, local_authority

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
        done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
        assert "Verify return code: 0 (ok)" in done.stdout


def test_the_authority_cannot_make_further_authorities_and_the_server_is_none() -> None:
    made = local_authority(NOW, ["chat.lan"])
    authority = x509.load_pem_x509_certificate(made.ca_pem)
    server = x509.load_pem_x509_certificate(made.cert_pem)
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(
        ca=True, path_length=0
    )
    assert server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert server.not_valid_after_utc - server.not_valid_before_utc <= dt.timedelta(days=397)
    assert authority.not_valid_after_utc - authority.not_valid_before_utc <= dt.timedelta(days=731)
    usage = authority.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert (usage.value.key_cert_sign, usage.value.crl_sign, usage.value.digital_signature) == (True, True, False)
    assert authority.extensions.get_extension_for_class(x509.NameConstraints).critical
    assert made.not_after == server.not_valid_after_utc
    assert b"PRIVATE" not in made.ca_pem + made.cert_pem
    assert made.ca_key_pem.decode().splitlines()[1] not in repr(made)


def again(made: LocalCertificates, now: dt.datetime, names: list[str]) -> LocalCertificates:
    return local_authority(
        now, names, ca_pem=made.ca_pem, ca_key_pem=made.ca_key_pem, cert_pem=made.cert_pem, key_pem=made.key_pem
    )


def test_a_second_run_keeps_what_is_good_and_renews_below_the_same_authority() -> None:
    made = local_authority(NOW, ["chat.lan"])
    same = again(made, NOW + dt.timedelta(days=335), ["chat.lan"])
    assert (same.ca_pem, same.cert_pem, same.key_pem) == (made.ca_pem, made.cert_pem, made.key_pem)
    assert not same.is_new_authority
    renewed = again(made, NOW + dt.timedelta(days=337), ["chat.lan"])
    assert renewed.ca_pem == made.ca_pem
    assert renewed.ca_key_pem == made.ca_key_pem
    assert renewed.not_after > made.not_after
    assert renewed.not_after <= renewed.authority_not_after
    other_name = again(made, NOW, ["chat.lan", "admin.chat.lan"])
    assert other_name.ca_pem == made.ca_pem
    assert other_name.cert_pem != made.cert_pem
    assert again(made, NOW, ["chat.lan", "10.0.0.1"]).is_new_authority
    assert again(made, NOW, ["notchat.lan"]).is_new_authority
    late = again(renewed, NOW + dt.timedelta(days=670), ["chat.lan"])
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


def signed_by(made: LocalCertificates, folder: Path, alternative: str) -> LocalCertificates:
    """A server certificate for any name, as somebody who got the authority's key would make it (openssl)."""
    for name, content in (("ca.crt", made.ca_pem), ("ca.key", made.ca_key_pem)):
        (folder / name).write_bytes(content)
    (folder / "extensions").write_text(
        f"subjectAltName={alternative}\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:false\n"
        "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n"
    )
    asked = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=any -keyout other.key -out other.csr"
    signed = "x509 -req -in other.csr -CA ca.crt -CAkey ca.key -days 9 -extfile extensions -out other.crt"
    for command in (asked, signed):
        subprocess.run(["openssl", *command.split()], cwd=folder, capture_output=True, check=True, timeout=LAST_RESORT)
    certificate, key = (folder / "other.crt").read_bytes(), (folder / "other.key").read_bytes()
    return replace(made, cert_pem=certificate + made.ca_pem, key_pem=key)


def openssl_says(made: LocalCertificates, folder: Path) -> str:
    (folder / "anchor.crt").write_bytes(made.ca_pem)
    (folder / "leaf.crt").write_bytes(made.cert_pem)
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "anchor.crt", "leaf.crt"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=LAST_RESORT)
    return done.stdout + done.stderr


def python_says(made: LocalCertificates, folder: Path, name: str) -> str:
    """Why Python refuses the server; empty where it does not."""
    (folder / "anchor.crt").write_bytes(made.ca_pem)
    context = ssl.create_default_context(cafile=str(folder / "anchor.crt"))
    with tls_server(made, folder) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=name) as secure:
                return "" if secure.recv(5) == b"hello" else "nothing came"
        except ssl.SSLCertVerificationError as error:
            return error.verify_message


@pytest.mark.parametrize(
    "names",
    [["chat.lan"], ["192.168.1.10"], ["fd00::1"], ["chat"], ["chat.lan", "10.0.0.1"], ["*.example.com"]],
    ids="+".join,
)
def test_the_authority_can_vouch_for_its_own_names_only(names: list[str], tmp_path: Path) -> None:
    made = local_authority(NOW, names)
    assert openssl_says(made, tmp_path).strip() == "leaf.crt: OK"
    for name in names:
        assert python_says(made, tmp_path, name.replace("*", "any")) == ""
    kind = "IP" if names[0][0].isdigit() or ":" in names[0] else "DNS"
    assert openssl_says(signed_by(made, tmp_path, f"{kind}:{names[0]}"), tmp_path).strip() == "leaf.crt: OK"
    for other in (
        "DNS:bank.example",
        "DNS:evilchat.lan",
        "IP:192.0.2.1",
        "IP:2001:db8::1",
        f"{kind}:{names[0]},DNS:bank.example",
    ):
        forged = signed_by(made, tmp_path, other)
        host = other.rpartition(",")[2].partition(":")[2]
        for message in (openssl_says(forged, tmp_path), python_says(forged, tmp_path, host)):
            assert "permitted subtree violation" in message or "excluded subtree violation" in message, other


def test_without_the_authoritys_key_a_valid_certificate_is_kept_to_its_last_day() -> None:
    made = local_authority(NOW, ["chat.lan"])
    away = replace(made, ca_key_pem=b"")
    for days in (0, 200, 395):
        kept = again(away, NOW + dt.timedelta(days=days), ["chat.lan"])
        assert (kept.ca_pem, kept.cert_pem, kept.key_pem) == (made.ca_pem, made.cert_pem, made.key_pem)
        assert kept.ca_key_pem == b""
        assert not kept.is_new_authority
    wrong = replace(made, ca_key_pem=local_authority(NOW, ["chat.lan"]).ca_key_pem)
    assert again(wrong, NOW, ["chat.lan"]).cert_pem == made.cert_pem
    back = again(made, NOW + dt.timedelta(days=395), ["chat.lan"])
    assert back.ca_pem == made.ca_pem
    assert back.not_after > made.not_after
    assert again(away, NOW + dt.timedelta(days=397), ["chat.lan"]).is_new_authority
    assert again(away, NOW, ["other.lan"]).is_new_authority


def of_a_former_version(folder: Path, name: str) -> LocalCertificates:
    """An authority for ten years without name constraints, and a server certificate below it."""
    (folder / "request").write_text(
        "[req]\ndistinguished_name=n\nx509_extensions=e\n[n]\n[e]\nbasicConstraints=critical,CA:true,pathlen:0\n"
        "keyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
    )
    command = "req -x509 -config request -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=old"
    subprocess.run(
        ["openssl", *command.split(), "-keyout", "old.key", "-out", "old.crt"],
        cwd=folder,
        capture_output=True,
        check=True,
        timeout=LAST_RESORT,
    )
    authority, key = (folder / "old.crt").read_bytes(), (folder / "old.key").read_bytes()
    return local_authority(NOW, [name], ca_pem=authority, ca_key_pem=key)


def test_an_authority_of_a_former_version_goes_on_and_is_named_as_unlimited(tmp_path: Path) -> None:
    made = of_a_former_version(tmp_path, "chat.lan")
    assert not made.is_new_authority
    assert not made.is_limited
    assert made.ca_pem == (tmp_path / "old.crt").read_bytes()
    assert openssl_says(made, tmp_path).strip() == "leaf.crt: OK"
    other = again(made, NOW, ["elsewhere.lan"])
    assert other.ca_pem == made.ca_pem
    assert local_authority(NOW, ["chat.lan"]).is_limited


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
    assert "it expired on" in judge(made, now=NOW + dt.timedelta(days=900))
    assert "not valid before" in judge(made, now=NOW - dt.timedelta(days=9))
    assert "does not match the key" in judge(made, key=local_authority(NOW, ["chat.lan"]).key_pem)
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
