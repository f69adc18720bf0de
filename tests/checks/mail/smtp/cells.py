"""Cells that were never recorded: settings x server x certificate x credentials, drawn from more than the recorded runs have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from tests.servers.smtp import CLEAR, Kind

FROM: Final = "noreply@librechat.test"
GOOD: Final = {"EMAIL_USERNAME": "user", "EMAIL_PASSWORD": "secret"}
SIGN_INS: Final[tuple[Mapping[str, str], ...]] = (
    {},
    GOOD,
    {"EMAIL_USERNAME": "user", "EMAIL_PASSWORD": "wrong"},
    {"EMAIL_USERNAME": "user"},
    {"EMAIL_USERNAME": "us\u00e9r \u2603", "EMAIL_PASSWORD": "s\u00e9cr\u00ebt\U0001f511"},
)
_HOSTS: Final = ("localhost", "127.0.0.1", "mail.test", "Mail.Test", "a.mail.test", "::1", "mail.test.", "LOCALHOST")
_NAMES: Final = ("", "", "mail.test", "localhost", "127.0.0.1", "a.mail.test", "other.test", "MAIL.TEST", "::1")
_LENIENT: Final = ("", "", "", "true", " True ", "1")
_MODES: Final = ("", "starttls", "tls", "TLS", "ssl")
_PORTS: Final = ("{0}", " {0} ", "0x{0:x}", "{0}.0", "{0}e0", "+{0}", "0b{0:b}", "00{0}")
SENDERS: Final = (
    FROM,
    "Somebody <s@librechat.test>",
    "s\u00e9nder@librechat.test",
    "a@b.test, c@d.test",
    '"a b"@librechat.test',
    "<s@librechat.test>",
    "nobody",
    "s@m\u00fcller.test",
    " s@librechat.test ",
    "s+tag@librechat.test",
    "Group: a@b.test;",
)
RECIPIENTS: Final = ("to@librechat.test", "t\u00f6@librechat.test", "to@m\u00fcller.test", "to+tag@librechat.test")
SHAPES: Final = (
    *("valid", "selfsigned", "wildcard", "cnonly", "dnsonly", "rsa1024", "rsa1536", "rsa2048", "p384", "p521"),
    *("ed25519", "for_clients", "for_anything", "for_unsaid", "signs_only", "unknown_extension", "intermediate"),
    *("intermediate_missing", "intermediate_no_ca", "intermediate_expired", "permits_test", "permits_other"),
    *("excludes_mail", "excludes_unused", "wild_top", "wild_part", "wild_twice", "wild_deep", "wild_all", "upper"),
    *("address_as_name", "address_only", "mail_only", "uri_only", "dotted", "blank", "common_address", "common_wild"),
    *("common_upper", "expired", "notyet", "untrusted_chain", "ends_soon", "cn_mailtest_san_other"),
)
SERVICES: Final = (
    *("gmail", "Gmail", "someone@gmail.com", "SendGrid", "Mailgun", "nobody-knows", "Outlook365", "hotmail"),
    *("Maildev", "QQ", "iCloud", "SES", "Yandex", "163", "Mailtrap"),
)
ENDS: Final = (".test", *(".com", ".net", ".org", ".ru", ".io"))
"""Names that lead to loopback in these tests, for both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One case. ``server`` names its kind; EMAIL_PORT holds ``{0}`` where the server's port goes."""

    server: str
    kind: Kind
    settings: Mapping[str, str]
    recipient: str = RECIPIENTS[0]
    with_message: bool = False
    """Whether the check delivers, too; else it only asks."""
    refuses_message: bool = False
    """Whether the server takes sender and recipient and refuses only what comes then."""

    @property
    def differs(self) -> bool:
        """Whether nodemailer 10 does otherwise than LibreChat's 9.

        It sends an EMAIL_FROM that is no address as it stands, and passes over blank lines in answers.
        """
        return "@" not in self.settings["EMAIL_FROM"] or self.server == "blank lines"


def cells() -> list[Cell]:
    """Return all of them, the same ones each time."""
    random = Random(20261121)
    found = [*_certificates(random), *_refusals(random), *_sign_ins(random), *_forms(random), *_services(random)]
    return [_finished(cell, random) for cell in found]


def _settings(random: Random, **given: str) -> dict[str, str]:
    drawn = {
        "EMAIL_HOST": random.choice(_HOSTS),
        "EMAIL_ENCRYPTION": random.choice(_MODES),
        "EMAIL_ALLOW_SELFSIGNED": random.choice(_LENIENT),
        "EMAIL_ENCRYPTION_HOSTNAME": random.choice(_NAMES),
        "EMAIL_FROM": FROM,
        "EMAIL_FROM_NAME": "LibreChat",
        "EMAIL_PORT": "{0}",
    }
    return {**drawn, **random.choice(SIGN_INS), **given}


def _plain(random: Random, **given: str) -> dict[str, str]:
    """Return settings whose name and certificate are no obstacle."""
    return _settings(random, EMAIL_HOST="localhost", EMAIL_ENCRYPTION_HOSTNAME="", EMAIL_ALLOW_SELFSIGNED="", **given)


def _finished(cell: Cell, random: Random) -> Cell:
    is_late = bool({"DATA", "END"} & set(cell.kind.answers))
    return replace(cell, with_message=is_late or random.random() < 0.4, refuses_message=is_late)


def _certificates(random: Random) -> list[Cell]:
    found = []
    for shape in SHAPES:
        for implicit in (True, False):
            kind = Kind(implicit=implicit, certificate=shape, auth="AUTH PLAIN LOGIN", old_tls=False)
            # A mode that does not fit ends in 30 s of silence, whatever the certificate: recorded often enough.
            modes = ("tls",) if implicit else ("", "starttls", "TLS")
            found += [
                Cell(
                    server=f"{shape}, {'implicit' if implicit else 'starttls'}",
                    kind=kind,
                    settings=_settings(random, EMAIL_ENCRYPTION=random.choice(modes)),
                )
                for _ in range(3)
            ]
            strict = {"EMAIL_ALLOW_SELFSIGNED": "", "EMAIL_ENCRYPTION_HOSTNAME": "", "EMAIL_ENCRYPTION": modes[0]}
            found += [
                Cell(
                    server=f"{shape}, {'implicit' if implicit else 'starttls'}",
                    kind=kind,
                    settings=_settings(random, EMAIL_HOST=host, **strict),
                )
                for host in ("mail.test", "127.0.0.1")
            ]
    return found


_STAGES: Final = ("GREETING", "EHLO", "STARTTLS", "AUTH", "JUDGED", "MAIL", "RCPT", "DATA", "END")
_ANSWERS: Final = (
    b"421 4.7.0 closing\r\n\0",
    b"421 4.3.2 busy",
    b"451 4.3.0 local problem",
    b"552 5.3.4 too big",
    b"554-5.7.1 one\r\n554 5.7.1 two",
    b"250 OK",
    b"250-mail.test\r\n250 STARTTLS",
    b"235 2.7.0 welcome",
    b"354 go on",
    b"334 ",
    b"150 wait",
    b"999 what",
    b"",
)


def _refusals(random: Random) -> list[Cell]:
    found = []
    kinds = (
        CLEAR,
        Kind(certificate="valid", auth="AUTH LOGIN"),
        Kind(certificate="valid", implicit=True, auth="AUTH PLAIN"),
    )
    for stage in _STAGES:
        for answer in _ANSWERS:
            # What is still open after DATA is no verdict but a wait of minutes.
            if (stage, answer[:3]) in {("EHLO", b"334"), ("DATA", b"250"), ("DATA", b"235"), ("GREETING", b"250")}:
                continue
            for base in random.sample(kinds, k=2 if stage in ("AUTH", "JUDGED", "STARTTLS") else 1):
                kind = replace(base, answers={stage: answer})
                mode = {"EMAIL_ENCRYPTION": "tls" if kind.implicit else random.choice(("", "starttls"))}
                signs_in = random.choice(({}, GOOD)) if stage not in ("AUTH", "JUDGED") else GOOD
                if base is CLEAR and stage not in ("AUTH", "JUDGED"):
                    signs_in = {}  # the check stops before a password in clear: nothing of the stage would be seen
                settings = {**_plain(random, **mode), "EMAIL_USERNAME": "", "EMAIL_PASSWORD": "", **signs_in}
                name = f"{answer!r} at {stage}, {base.auth}, {base.certificate} {base.implicit}"
                found.append(Cell(server=name, kind=kind, settings=settings))
    return found


_OFFERS: Final = (
    *("AUTH LOGIN PLAIN", "AUTH CRAM-MD5 PLAIN", "AUTH CRAM-MD5 LOGIN", "AUTH LOGIN CRAM-MD5", "AUTH CRAM-MD5"),
    *("AUTH XOAUTH2", "AUTH XOAUTH2 PLAIN", "AUTH XOAUTH2 CRAM-MD5", "AUTH=LOGIN", "auth cram-md5", "AUTH SCRAM-SHA-1"),
    *("AUTH  PLAIN", "AUTH\tLOGIN", "AUTH", "AUTH NTLM LOGIN", "XAUTH PLAIN", "AUTH PLAINLY"),
)


def _sign_ins(random: Random) -> list[Cell]:
    found = []
    for offer in _OFFERS:
        for required in (True, False):
            for base in (
                Kind(certificate="valid"),
                Kind(certificate="valid", implicit=True),
                replace(CLEAR, certificate="valid"),
            ):
                kind = replace(base, auth=offer, auth_required=required)
                mode = {"EMAIL_ENCRYPTION": "tls" if kind.implicit else random.choice(("", "starttls"))}
                name = f"{offer!r}, required {required}, {kind.implicit} {kind.auth_in_clear}"
                found += [
                    Cell(server=name, kind=kind, settings={**_plain(random, **mode), **_none(), **sign_in})
                    for sign_in in random.sample((GOOD, *SIGN_INS[:3], SIGN_INS[4]), k=1 + (offer in _OFFERS[:8]))
                ]
        clear = replace(CLEAR, auth=offer, auth_required=True)
        found.append(
            Cell(server=f"clear {offer!r}", kind=clear, settings={**_plain(random, EMAIL_ENCRYPTION=""), **GOOD})
        )
    return found


def _none() -> dict[str, str]:
    return {"EMAIL_USERNAME": "", "EMAIL_PASSWORD": ""}


_KINDS = {
    "usual": Kind(certificate="valid"),
    "no extensions": Kind(answers={"EHLO": b"250 mail.test"}),
    "no utf8": Kind(answers={"EHLO": b"250-mail.test\r\n250 8BITMIME"}),
    "size 10": Kind(extensions=("SIZE 10",), answers={"END": b"552 5.3.4 too big"}),
    "size 100000": Kind(extensions=("SIZE 100000", "DSN", "CHUNKING", "REQUIRETLS")),
    "long greeting": Kind(answers={"GREETING": b"".join(b"220-%d\r\n" % n for n in range(50)) + b"220 end"}),
    "greeting without a dash": Kind(answers={"GREETING": b"220"}),
    "greeting in pieces": Kind(answers={"GREETING": b"220-a\r\n220-\r\n220 b"}, delay=0.5),
    "bare newlines": Kind(answers={"GREETING": b"220-hi\n220 ho", "EHLO": b"250-mail.test\n250 8BITMIME"}),
    "blank lines": Kind(answers={"GREETING": b"220 hi\r\n", "EHLO": b"\r\n250-mail.test\r\n250 8BITMIME\r\n"}),
    "two greetings": Kind(answers={"GREETING": b"220 one\r\n220 two"}),
    "an answer too many": Kind(answers={"MAIL": b"250 one\r\n550 two"}),
    "long line": Kind(answers={"EHLO": b"250-mail.test " + b"x" * 3000 + b"\r\n250 8BITMIME"}),
    "very long line": Kind(answers={"RCPT": b"250 " + b"x" * 20000}),
    "many lines": Kind(answers={"EHLO": b"250-X\r\n" * 500 + b"250 8BITMIME"}),
    "bytes": Kind(answers={"EHLO": b"250-\xff\xfe\r\n250 8BITMIME", "MAIL": b"250 \x00\xe2\x80"}),
    "no text": Kind(answers={"EHLO": b"250", "MAIL": b"250", "RCPT": b"250"}),
    "short code": Kind(answers={"MAIL": b"25 OK"}),
    "long code": Kind(answers={"MAIL": b"2500 OK"}),
    "no blank": Kind(answers={"MAIL": b"250OK"}),
    "other codes": Kind(answers={"MAIL": b"250-one\r\n550 two"}),
    "other codes back": Kind(answers={"RCPT": b"550-one\r\n250 two"}),
    "blank before": Kind(answers={"MAIL": b" 250 OK"}),
    "blank in the offer": Kind(answers={"EHLO": b"250-mail.test\r\n250- STARTTLS\r\n250 SIZE"}),
    "starttls with a parameter": Kind(certificate="valid", offers_starttls=False, extensions=("STARTTLS now",)),
    "starttls is a part": Kind(certificate="valid", offers_starttls=False, extensions=("XSTARTTLS", "STARTTLSX")),
    "tls 1.1": Kind(certificate="valid", old_tls=True),
    "implicit tls 1.1": Kind(certificate="valid", old_tls=True, implicit=True),
    "client certificate": Kind(certificate="valid", wants_client=True),
}
"""What a server may say besides what it has to; by name."""
_ODD_HOSTS = "[::1]", "localhost:25", "http://localhost", "127.1", "0x7f.1", "mail test", "127.0.0.1 ", "2130706433"


def _forms(random: Random) -> list[Cell]:
    """Return cells about addresses, ports, greetings and what else a server may say."""
    found = []
    for name, kind in _KINDS.items():
        mode = {"EMAIL_ENCRYPTION": "tls" if kind.implicit else random.choice(("", "starttls"))}
        for sender in (FROM, *random.sample(SENDERS, k=3)):
            settings = {**_plain(random, EMAIL_FROM=sender, EMAIL_PORT=random.choice(_PORTS), **mode), **_none()}
            found.append(Cell(server=name, kind=kind, settings=settings, recipient=random.choice(RECIPIENTS)))
    usual = _KINDS["usual"]
    for port in (*_PORTS, "70000", "-1", "{0}.5", "1e99", "Infinity"):
        settings = {**_plain(random, EMAIL_PORT=port, EMAIL_ENCRYPTION=""), **_none()}
        found.append(Cell(server="usual", kind=usual, settings=settings))
    for host in _ODD_HOSTS:
        settings = {**_plain(random, EMAIL_ENCRYPTION=""), **_none(), "EMAIL_HOST": host}
        found.append(Cell(server="usual", kind=usual, settings=settings))
    for wrong in (Kind(certificate="valid", implicit=True), Kind(certificate="valid"), Kind()):
        mode = {"EMAIL_ENCRYPTION": "" if wrong.implicit else "tls"}
        found.append(
            Cell(server=f"other mode {wrong.implicit} {wrong.certificate}", kind=wrong, settings=_plain(random, **mode))
        )
    return found


def _services(random: Random) -> list[Cell]:
    found = []
    for service in SERVICES:
        for shape in ("providers", "valid"):
            for implicit in (True, False):
                kind = Kind(implicit=implicit, certificate=shape, auth="AUTH PLAIN LOGIN")
                name = f"service with {shape}, {implicit}"
                settings = {**_settings(random, EMAIL_SERVICE=service, EMAIL_ENCRYPTION_HOSTNAME=""), **GOOD}
                found.append(Cell(server=name, kind=kind, settings=settings))
    return found
