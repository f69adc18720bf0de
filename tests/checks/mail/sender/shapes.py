"""Records as people really publish them: in order, odd, and broken."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Dmarc:
    records: tuple[bytes, ...]
    told: str
    """The finding that is expected."""
    says: str = ""
    """A part of its summary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    records: tuple[bytes, ...]
    told: str
    says: str = ""


def _public(bits: int) -> tuple[bytes, bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    wrapped = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    bare = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return base64.b64encode(wrapped), base64.b64encode(bare), base64.b64encode(private)


GOOD, BARE, PRIVATE = _public(2048)
LONG, _, _ = _public(4096)
WEAK, _, _ = _public(1024)
# 512 bits cannot be made any more; this is a real one.
SHORT = b"MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL5jM0S8zVYHSyo0Oiq7VbwwLWj0CaQnoDTF6eOnLhqTsDv3RQfhBLLgLbW2oShGYVAPhFhWQi9H5RqDSmHpiFsCAwEAAQ=="
EDWARDS = base64.b64encode(
    ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
)
ELLIPTIC = base64.b64encode(
    ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
)
PEM = b"-----BEGIN PUBLIC KEY-----" + GOOD + b"-----END PUBLIC KEY-----"

DMARC: dict[str, Dmarc] = {
    "none": Dmarc(records=(b"v=DMARC1; p=none",), told="ok", says="do nothing"),
    "none-closed": Dmarc(records=(b"v=DMARC1; p=none;",), told="ok", says="do nothing"),
    "quarantine": Dmarc(records=(b"v=DMARC1; p=quarantine; rua=mailto:a@b.org",), told="ok", says="as spam"),
    "reject": Dmarc(records=(b"v=DMARC1; p=reject",), told="ok", says="refuse"),
    "no-blanks": Dmarc(records=(b"v=DMARC1;p=reject;sp=none;adkim=s;aspf=s",), told="ok", says="refuse"),
    "blanks": Dmarc(records=(b"v = DMARC1 ;  p = reject ; pct = 50 ",), told="ok", says="50%"),
    "capital-value": Dmarc(records=(b"v=DMARC1; p=REJECT",), told="ok", says="refuse"),
    "two-reports": Dmarc(records=(b"v=DMARC1; p=none; rua=mailto:a@b.org,mailto:c@d.org!10m",), told="ok"),
    "all-tags": Dmarc(
        records=(b"v=DMARC1; p=none; sp=reject; ruf=mailto:a@b.org; fo=1:d:s; rf=afrf; ri=86400; np=reject; t=y",),
        told="ok",
    ),
    "beside-others": Dmarc(records=(b"v=DMARC1; p=reject", b"site-verification=1"), told="ok", says="refuse"),
    "no-record": Dmarc(records=(), told="missing", says="no DMARC policy"),
    "foreign-text": Dmarc(records=(b"v=spf1 -all",), told="missing"),
    "two": Dmarc(records=(b"v=DMARC1; p=none", b"v=DMARC1; p=reject"), told="several", says="ignore all"),
    "no-semicolon": Dmarc(records=(b"v=DMARC1 p=none",), told="broken", says="semicolon"),
    "comma": Dmarc(records=(b"v=DMARC1, p=none",), told="broken", says="semicolon"),
    "small-version": Dmarc(records=(b"v=dmarc1; p=none",), told="broken", says="v=DMARC1;"),
    "blank-before": Dmarc(records=(b" v=DMARC1; p=none",), told="broken", says="no leading spaces"),
    "quoted": Dmarc(records=(b'"v=DMARC1; p=none"',), told="broken", says="quotation marks"),
    "escaped": Dmarc(records=(b"v=DMARC1\\; p=none",), told="broken"),
    "byte-order-mark": Dmarc(records=(b"\xef\xbb\xbfv=DMARC1; p=none",), told="broken"),
    "typographic": Dmarc(records=("\u201cv=DMARC1; p=none\u201d".encode(),), told="broken"),
    "colon": Dmarc(records=(b"v:DMARC1; p:none",), told="broken"),
    "no-policy": Dmarc(records=(b"v=DMARC1",), told="broken", says="ignore it"),
    "no-policy-but-reports": Dmarc(records=(b"v=DMARC1; rua=mailto:a@b.org",), told="broken", says="p=none"),
    "misspelt": Dmarc(records=(b"v=DMARC1; p=rejct",), told="broken", says="ignore it"),
    "misspelt-subdomains": Dmarc(records=(b"v=DMARC1; p=reject; sp=no",), told="broken", says="p=reject"),
    "percent-200": Dmarc(records=(b"v=DMARC1; p=reject; pct=200",), told="broken", says="pct="),
    "percent-word": Dmarc(records=("v=DMARC1; p=reject; pct=\u0661\u0660".encode(),), told="broken", says="pct="),
    "bare-report": Dmarc(records=(b"v=DMARC1; p=none; rua=a@b.org",), told="broken", says="mailto:"),
    "twice": Dmarc(records=(b"v=DMARC1; p=none; p=reject",), told="broken", says="twice"),
    "odd-alignment": Dmarc(records=(b"v=DMARC1; p=none; aspf=strict",), told="broken", says="aspf="),
    "unknown-tag": Dmarc(records=(b"v=DMARC1; p=none; policy=reject",), told="broken", says="no tag policy"),
    "not-a-list": Dmarc(records=(b"v=DMARC1; p=none; reject",), told="broken", says="part 3"),
    "invalid-utf8": Dmarc(records=(b"v=DMARC1; p=\xff\xfe\x1b[2J",), told="broken"),
    "huge": Dmarc(records=(b"v=DMARC1; p=none; rua=" + b"x" * 12000,), told="broken", says="too long"),
}

DKIM: dict[str, Dkim] = {
    "good": Dkim(records=(b"v=DKIM1; k=rsa; p=" + GOOD,), told="ok", says="rsa 2048"),
    "closed": Dkim(records=(b"v=DKIM1; k=rsa; p=" + GOOD + b";",), told="ok"),
    "without-version": Dkim(records=(b"k=rsa; p=" + GOOD,), told="ok"),
    "key-alone": Dkim(records=(b"p=" + GOOD,), told="ok"),
    "key-first": Dkim(records=(b"p=" + GOOD + b"; k=rsa; t=s",), told="ok"),
    "blanks-in-key": Dkim(records=(b"v=DKIM1; p=" + GOOD[:100] + b" \t " + GOOD[100:],), told="ok"),
    "long": Dkim(records=(b"v=DKIM1; p=" + LONG,), told="ok", says="rsa 4096"),
    "pkcs1": Dkim(records=(b"v=DKIM1; p=" + BARE,), told="ok", says="rsa 2048"),
    "ed25519": Dkim(records=(b"v=DKIM1; k=ed25519; p=" + EDWARDS,), told="ok", says="ed25519"),
    "notes-and-unknown": Dkim(records=(b"v=DKIM1; n=hello world; x=1; s=email; h=sha256; p=" + GOOD,), told="ok"),
    "hashes": Dkim(records=(b"v=DKIM1; h=sha1:sha256; s=*; p=" + GOOD,), told="ok"),
    "beside-others": Dkim(records=(b"v=DKIM1; p=" + GOOD, b"hello"), told="ok"),
    "weak": Dkim(records=(b"v=DKIM1; p=" + WEAK,), told="weak", says="1024 bits"),
    "short": Dkim(records=(b"v=DKIM1; p=" + SHORT,), told="short", says="512 bits"),
    "revoked": Dkim(records=(b"v=DKIM1; p=",), told="revoked"),
    "testing": Dkim(records=(b"v=DKIM1; t=y:s; p=" + GOOD,), told="testing"),
    "other-service": Dkim(records=(b"v=DKIM1; s=tlsrpt; p=" + GOOD,), told="other-service"),
    "old-hash": Dkim(records=(b"v=DKIM1; h=sha1; p=" + GOOD,), told="other-service"),
    "private": Dkim(records=(b"v=DKIM1; p=" + PRIVATE,), told="private", says="the private key"),
    "two": Dkim(records=(b"v=DKIM1; p=" + GOOD, b"v=DKIM1; p=" + WEAK), told="several"),
    "none": Dkim(records=(), told="missing"),
    "cut-off": Dkim(records=((b"v=DKIM1; k=rsa; p=" + GOOD)[:255],), told="broken"),
    "pem": Dkim(records=(b"v=DKIM1; p=" + PEM,), told="broken", says="BEGIN and END"),
    "quoted": Dkim(
        records=(b'v=DKIM1; p="' + GOOD[:200] + b'" "' + GOOD[200:] + b'"',), told="broken", says="quotation"
    ),
    "escaped": Dkim(records=(b"v=DKIM1\\; k=rsa\\; p=" + GOOD,), told="broken"),
    "version-2": Dkim(records=(b"v=DKIM2; p=" + GOOD,), told="broken", says="DKIM1"),
    "version-last": Dkim(records=(b"k=rsa; p=" + GOOD + b"; v=DKIM1",), told="broken"),
    "no-semicolon": Dkim(records=(b"v=DKIM1 k=rsa p=" + GOOD,), told="broken"),
    "no-key": Dkim(records=(b"v=DKIM1; k=rsa",), told="broken", says="contains no key"),
    "twice": Dkim(records=(b"v=DKIM1; p=" + GOOD + b"; p=" + WEAK,), told="broken", says="twice"),
    "other-kind": Dkim(records=(b"v=DKIM1; k=dsa; p=" + GOOD,), told="broken", says="unknown key type"),
    "elliptic": Dkim(records=(b"v=DKIM1; p=" + ELLIPTIC,), told="broken", says="not an RSA key"),
    "short-edwards": Dkim(records=(b"v=DKIM1; k=ed25519; p=" + GOOD,), told="broken", says="32 bytes"),
    "not-base64": Dkim(records=(b"v=DKIM1; p=@@@@",), told="broken", says="Base64"),
    "rubbish": Dkim(records=(b"v=DKIM1; p=" + base64.b64encode(bytes(range(200))),), told="broken"),
    "invalid-utf8": Dkim(records=(b"v=DKIM1; p=\xff\xfe\x1b]0;x\x07",), told="broken", says="not ASCII"),
    "huge": Dkim(records=(b"v=DKIM1; p=" + b"A" * 20000,), told="broken", says="too long"),
}
