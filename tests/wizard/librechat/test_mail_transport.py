"""The transport that LibreChat builds from its settings, held against the recorded runs and the real nodemailer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from wizard.basics.secret import Secret
from wizard.librechat.mail_address import envelope_address
from wizard.librechat.mail_configured import is_configured
from wizard.librechat.mail_transport import (
    Credentials,
    Mailgun,
    Smtp,
    StartTls,
    known_services,
    nodemailer_of,
    sender,
    transport,
    well_known,
)
from wizard.librechat.releases import NEWEST, Release

HOST = {"EMAIL_HOST": "mail.example.net", "EMAIL_FROM": "chat@example.net"}


OLD = Release(0, 8, 8, 1)
"""The newest release with nodemailer 9.0.1, which the judge is."""


def smtp(release: Release = NEWEST, **names: str) -> Smtp:
    """Return the SMTP transport of settings; ``host=""`` leaves EMAIL_HOST out."""
    chosen = transport({f"EMAIL_{name}": value for name, value in names.items()}, release)
    assert isinstance(chosen, Smtp)
    return chosen


def test_nothing_named_is_no_transport() -> None:
    assert transport({}, NEWEST) is None
    assert transport({"EMAIL_HOST": "", "EMAIL_SERVICE": "", "EMAIL_FROM": "a@example.net"}, NEWEST) is None
    assert transport({"MAILGUN_API_KEY": "k"}, NEWEST) is None


def test_mailgun_beats_the_service_and_the_service_the_host() -> None:
    every = HOST | {"EMAIL_SERVICE": "gmail", "MAILGUN_API_KEY": "key-1", "MAILGUN_DOMAIN": "mg.example.net"}
    chosen = transport(every, NEWEST)
    assert isinstance(chosen, Mailgun)
    assert chosen.url == "https://api.mailgun.net/v3/mg.example.net/messages"
    assert chosen.key.reveal() == "key-1"
    assert "key-1" not in repr(chosen)
    before = transport(every, Release(0, 7, 8))
    assert isinstance(before, Smtp), "Mailgun came with v0.7.9-rc1"
    assert before.host == "smtp.gmail.com"
    europe = transport(every | {"MAILGUN_HOST": "https://api.eu.mailgun.net"}, NEWEST)
    assert isinstance(europe, Mailgun)
    assert europe.url.startswith("https://api.eu.mailgun.net/v3/")


@pytest.mark.parametrize(
    ("given", "encryption", "port"),
    [
        (None, "", 25),
        (None, "tls", 25),
        ("", "", 587),
        ("", "tls", 465),
        ("0", "starttls", 587),
        ("abc", "", 587),
        ("2525abc", "tls", 465),
        (" 25 ", "", 25),
        ("0x19", "", 25),
        ("25.0", "", 25),
        ("25.5", "", None),
        ("1e9", "tls", None),
        ("-1", "", None),
        ("70000", "", None),
        ("Infinity", "", None),
    ],
)
def test_port_as_javascript_reads_it(given: str | None, encryption: str, port: int | None) -> None:
    names = {"EMAIL_HOST": "mail.example.net", "EMAIL_ENCRYPTION": encryption}
    chosen = transport(names if given is None else names | {"EMAIL_PORT": given}, NEWEST)
    assert isinstance(chosen, Smtp)
    assert chosen.port == port


@pytest.mark.parametrize("word", ["", "starttls", "STARTTLS", "ssl", "TLS", " tls", "true"])
def test_only_tls_in_small_letters_begins_encrypted_and_nothing_enforces_starttls(word: str) -> None:
    chosen = smtp(HOST="mail.example.net", ENCRYPTION=word)
    assert not chosen.secure
    assert chosen.starttls is StartTls.OFFERED
    assert smtp(HOST="mail.example.net", ENCRYPTION="tls").secure


def test_names_for_the_certificate() -> None:
    assert smtp(HOST="mail.example.net").server_name == "mail.example.net"
    by_address = smtp(HOST="192.0.2.1")
    assert (by_address.certificate_name, by_address.server_name) == ("192.0.2.1", "")
    own = smtp(HOST="192.0.2.1", ENCRYPTION_HOSTNAME="mail.example.net")
    assert (own.certificate_name, own.server_name) == ("mail.example.net", "mail.example.net")
    assert smtp(HOST="[::1]").server_name == "[::1]", "in brackets Node takes it for a name"


def test_verification_is_off_only_for_true() -> None:
    assert not smtp(HOST="h", ALLOW_SELFSIGNED="TRUE ").verifies
    assert all(smtp(HOST="h", ALLOW_SELFSIGNED=word).verifies for word in ("", "false", "yes", "on", "1"))


def test_sign_in_needs_both() -> None:
    assert smtp(HOST="h", USERNAME="u").credentials is None
    assert smtp(HOST="h", PASSWORD="p").credentials is None
    both = smtp(HOST="h", USERNAME="u", PASSWORD="p w")
    assert both.credentials == Credentials(user="u", password=Secret("p w"))
    assert "p w" not in repr(both)


def test_a_service_decides_host_port_and_mode() -> None:
    gmail = smtp(SERVICE="gmail", HOST="ignored.example.net", PORT="2525", ENCRYPTION="")
    assert (gmail.host, gmail.port, gmail.secure, gmail.service_known) == ("smtp.gmail.com", 465, True, True)
    outlook = smtp(SERVICE="Outlook 365", ENCRYPTION="tls")
    assert (outlook.host, outlook.port, outlook.secure) == ("smtp.office365.com", 587, False)
    aol = smtp(SERVICE="AOL", ENCRYPTION="tls")
    assert (aol.port, aol.secure) == (587, True), "a service that says nothing about TLS leaves it to EMAIL_ENCRYPTION"
    loopia = smtp(SERVICE="Loopia")
    assert (loopia.port, loopia.secure) == (465, False), "LibreChat always says secure, so port 465 alone does not"
    unknown = smtp(SERVICE="nosuchservice", HOST="mail.example.net", PORT="25")
    assert (unknown.host, unknown.port, unknown.service_known) == ("localhost", 587, False)
    assert smtp(SERVICE="Maildev").starttls is StartTls.NEVER
    assert smtp(SERVICE="Proton").starttls is StartTls.REQUIRED
    assert smtp(SERVICE="zoho").auth_method == "LOGIN"
    assert smtp(SERVICE="hot.ee").port == 587


def test_older_releases_know_fewer_services_and_try_one_address() -> None:
    assert nodemailer_of(Release(0, 8, 0)) == "6.9.15"
    assert nodemailer_of(Release(0, 8, 7, 1)) == "8.0.5"
    assert nodemailer_of(OLD) == "9.0.1"
    assert nodemailer_of(Release(0, 8, 8)) == "10.6.0"
    assert well_known("Aruba", "6.9.15") is None
    assert well_known("Aruba PEC", "9.0.1") == well_known("someone@pec.aruba.it", "9.0.1")
    assert not smtp(Release(0, 8, 4), HOST="h").tries_every_address
    assert smtp(Release(0, 8, 5), HOST="h").tries_every_address


def test_what_counts_as_set_up() -> None:
    assert is_configured(HOST, NEWEST)
    assert not is_configured(HOST, Release(0, 8, 3)), "before v0.8.4 only with user and password"
    assert is_configured(HOST | {"EMAIL_USERNAME": "u", "EMAIL_PASSWORD": "p"}, Release(0, 8, 3))
    assert not is_configured({"EMAIL_HOST": "h"}, NEWEST)
    assert not is_configured({"EMAIL_FROM": "a@example.net"}, NEWEST)


def test_from_header() -> None:
    names = {"EMAIL_FROM": "chat@example.net", "EMAIL_FROM_NAME": "", "APP_TITLE": "Our chat"}
    assert sender(names, NEWEST).header == '"Our chat" <chat@example.net>'
    assert sender({"EMAIL_FROM": "chat@example.net"}, NEWEST).header == '"undefined" <chat@example.net>'
    assert sender({"EMAIL_FROM": "Chat <chat@example.net>"}, NEWEST).envelope == "chat@example.net"
    assert sender({"EMAIL_FROM": "nobody"}, OLD).envelope == ""
    assert sender({"EMAIL_FROM": "nobody"}, NEWEST).envelope == "nobody"
    assert sender({}, NEWEST).envelope == ""


_NAMES = """
const wellKnown = require('nodemailer/lib/well-known')
const names = JSON.parse(require('fs').readFileSync(0))
process.stdout.write(JSON.stringify(names.map(name => wellKnown(name))))
"""
_ENVELOPES = """
const MimeNode = require('nodemailer/lib/mime-node')
const texts = JSON.parse(require('fs').readFileSync(0))
process.stdout.write(JSON.stringify(texts.map(from => new MimeNode().setEnvelope({from, to: 'x@y.test'}).getEnvelope().from)))
"""


def asked(script: str, texts: list[str], nodemailer: Path) -> list[object]:
    done = subprocess.run(
        ["node", "-e", script],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=nodemailer.parents[1],
    )
    answers: list[object] = json.loads(done.stdout)
    return answers


def test_every_service_is_the_same_in_the_real_nodemailer(nodemailer: Path) -> None:
    version = json.loads((nodemailer / "package.json").read_text(encoding="utf-8"))["version"]
    assert version == nodemailer_of(OLD)
    listed = json.loads((nodemailer / "lib/well-known/services.json").read_text(encoding="utf-8"))
    names = [
        *listed,
        *(name for about in listed.values() for name in (*about.get("aliases", ()), *about.get("domains", ()))),
        *("GMAIL", "some one@gmail.com", "Out look365!", "nosuchservice", "", "a@"),
    ]
    answers = asked(_NAMES, names, nodemailer)
    for name, answer in zip(names, answers, strict=True):
        told = (
            {key: value for key, value in answer.items() if key != "description"} if isinstance(answer, Mapping) else {}
        )
        assert (well_known(name, version) or {}) == told, name
    assert known_services(version).keys() == listed.keys()


_PIECES = (
    *'"<>(),:;@. \\\t\n\u0001',
    *("a", "b@x.test", "Chat", "nøreply", "@exämple.test", "xn--exmple-cua.test", "\u3002de"),
)
_KNOWN = (
    *("LibreChat <noreply@librechat.test>", "not-an-address", "", "nøreply@librechat.test"),
    *("noreply@exämple.test", '"x y"@librechat.test', " noreply@librechat.test ", "a@x.test, b@x.test"),
    *("group: a@x.test, b@x.test;", "(c@x.test)", "Joe Foo, PhD <joe@x.test>", "x y@x.test", "<a@x.test>b"),
)


def test_sender_address_is_the_one_of_the_real_nodemailer(nodemailer: Path) -> None:
    random = Random(0)
    texts = [*_KNOWN, *("".join(random.choices(_PIECES, k=random.randrange(1, 12))) for _ in range(5000))]
    answers = asked(_ENVELOPES, texts, nodemailer)
    assert len({str(answer) for answer in answers}) > 500
    wrong = [
        (text, envelope_address(text), answer or "")
        for text, answer in zip(texts, answers, strict=True)
        if envelope_address(text) != (answer or "")
    ]
    assert wrong == []


_NEWER = """
const {MimeNode, default: made} = require('./node_modules/nodemailer-newest/dist/cjs/mime-node')
const Node = MimeNode ?? made ?? require('./node_modules/nodemailer-newest/dist/cjs/mime-node')
const texts = JSON.parse(require('fs').readFileSync(0))
process.stdout.write(JSON.stringify(texts.map(from => new Node().setEnvelope({from, to: 'x@y.test'}).getEnvelope().from)))
"""


def test_a_word_is_a_sender_for_nodemailer_10(nodemailer: Path) -> None:
    texts = [
        *("not-an-address", "Chat Team", "<noreply>", "Chat <noreply>", "", "a, b", "x; y", "(comment)", "n\u00f6", "group: a;"),
        *("chat@example.net", "Chat <chat@example.net>", "a@b.test, c@d.test", "chat@", '"quoted name"', "undefined"),
    ]  # fmt: skip
    answers = asked(_NEWER, texts, nodemailer)
    assert [envelope_address(text, takes_names=True) for text in texts] == [answer or "" for answer in answers]
    assert [text for text in texts if envelope_address(text) != envelope_address(text, takes_names=True)]
