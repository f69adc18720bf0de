"""The doctor judges a standing value as strictly as an answers file judges an answer: every variable, generated bad values."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.wizard.rules.builder import deployment
from wizard import catalogue
from wizard.catalogue.accept import ValueFault, accept
from wizard.catalogue.model import Kind, Setting
from wizard.rules import check

COUNT: Final = 5
"""Bad values of each kind for each variable."""
LETTERS: Final = string.ascii_letters + string.digits + "._-:/ ,;%#"
Make = Callable[[random.Random], str]


def word(chance: random.Random, letters: str = string.ascii_lowercase, low: int = 2, high: int = 9) -> str:
    """Return a random word."""
    return "".join(chance.choice(letters) for _ in range(chance.randint(low, high)))


def no_number(chance: random.Random) -> str:
    """Return a text that a person may type for a number, and that is none."""
    number = str(chance.randint(1, 90_000))
    return chance.choice(
        [
            word(chance),
            f"{number}{word(chance)}",
            f"{word(chance)}{number}",
            f"{number},{chance.randint(1, 9)}",
            f"--{number}",
            f"{number} {number}",
            f"{number}e{chance.randint(1, 3)}",
            f"0x{chance.randint(1, 255):x}",
            f"{number}/{word(chance)}",
        ]
    )


def no_url(chance: random.Random) -> str:
    """Return a text that a person may type for an address, and that is none."""
    host = f"{word(chance)}.{word(chance, high=3)}"
    return chance.choice(
        [
            host,
            f"http:/{host}",
            f"//{host}",
            f"https://{word(chance)} {host}",
            f"https://{host}:{chance.randint(65_536, 999_999)}",
            "https://",
            f"https://{host}:{word(chance)}",
            f"https://{word(chance)}:{word(chance)}@{host}",
            f"https://{host},https://{host}",
            f"https://-{host}-/",
            f"https://192.168.{chance.randint(0, 9)}.{chance.randint(256, 999)}",
            f"https://{chance.randint(256, 999)}.1.1.1:8443/{word(chance)}",
            f"https://10.0.0.0.{chance.randint(1, 9)}",
            f"https://[::{chance.randint(1, 9)}::1]",
        ]
    )


def no_host(chance: random.Random) -> str:
    """Return a text that a person may type for a host name, and that is none."""
    host = f"{word(chance)}.{word(chance, high=3)}"
    return chance.choice(
        [
            f"https://{host}",
            f"{host}:{chance.randint(1, 9999)}",
            f"{host}/{word(chance)}",
            f"{word(chance)} {host}",
            f"-{host}-",
            f"{host}..{word(chance)}",
            f"{word(chance)}@{host}",
            f"192.168.1.{chance.randint(256, 999)}",
            f"10.0.0.0.{chance.randint(1, 9)}",
            f"{host}.{chance.randint(1, 99)}",
            f"fe80::{chance.randint(1, 9)}::1",
        ]
    )


def no_mail_address(chance: random.Random) -> str:
    """Return a text that a person may type for an email address, and that is none."""
    name, host = word(chance), f"{word(chance)}.{word(chance, high=3)}"
    return chance.choice([name, f"{name}@", f"@{host}", f"{name} <{name}@{host}>", f"{name} {name}@{host}", f"{name}@{host},{name}@{host}"])  # fmt: skip


def no_secret(chance: random.Random) -> str:
    """Return a text that was meant to become a secret."""
    name = word(chance)
    return chance.choice(
        [
            f"<your-{name}>",
            f"your_{name}_secret",
            f"changeme{chance.randint(1, 99)}",
            f"op://{name}/{name}/{name}",
            f"vault://{name}/{name}",
            f"$(openssl rand -hex {chance.randint(16, 64)})",
            f"${{{{ secrets.{name.upper()} }}}}",
            f"/run/secrets/{name}",
            f"arn:aws:secretsmanager:eu:1:{name}",
        ]
    )


def no_switch(chance: random.Random) -> str:
    """Return a word that a person may type for on, and that is not ``true``."""
    near = ["yes", "on", "1", "enabled", "y", "treu", "wahr", "ja", "T", "tru", "truee"]
    return chance.choice([*near, word(chance), f"true {word(chance)}"])


def no_duration(chance: random.Random) -> str:
    """Return a text that a person may type for a time, and that LibreChat cannot evaluate."""
    number = chance.randint(1, 90)
    return chance.choice(
        [f"{number} {word(chance)}", f"1000 * {word(chance)}", f"{number}*", f"({number} * 60", f"-{number}000", word(chance), f"{number}m{number}{word(chance)}"]
    )  # fmt: skip


def no_word(chance: random.Random) -> str:
    """Return a word that means neither on nor off."""
    return f"{word(chance)}{chance.randint(2, 9)}"


def no_choice(chance: random.Random) -> str:
    """Return a text that is none of a few words."""
    return f"{word(chance, LETTERS)}!"


def no_port(chance: random.Random) -> str:
    """Return a text that is no port."""
    return chance.choice([no_number(chance), str(chance.randint(65_536, 999_999)), "0"])


def any_text(chance: random.Random) -> str:
    """Return any text."""
    return word(chance, LETTERS)


BAD: Final[dict[Kind, Make]] = {
    Kind.BOOL: no_switch,
    Kind.BOOL_DEFAULT_ON: no_switch,
    Kind.BOOL_WORDS: no_word,
    Kind.CHOICE: no_choice,
    Kind.INT: no_number,
    Kind.NUMBER: no_number,
    Kind.MINUTES: no_number,
    Kind.PORT: no_port,
    Kind.URL: no_url,
    Kind.HOST: no_host,
    Kind.EMAIL: no_mail_address,
    Kind.DURATION: no_duration,
    Kind.SECRET: no_secret,
}
ANY_TEXT: Final = (Kind.TEXT, Kind.PATH, Kind.LIST)
"""Kinds of which LibreChat takes every text: an answers file refuses none but those that a pattern of the setting excludes."""


def bad_values(setting: Setting) -> Iterator[str]:
    """Give bad values for a variable, the same in every run."""
    chance = random.Random(setting.key)
    make = BAD.get(setting.kind, any_text)
    for _ in range(COUNT):
        yield make(chance).strip()


def is_refused(setting: Setting, text: str) -> bool:
    """Whether an answers file refuses a value: by its text, or because LibreChat does not read the name."""
    return not setting.is_settable or isinstance(accept(setting, text), ValueFault)


def finding_ids(setting: Setting, text: str) -> list[str]:
    """Return the ids of what the doctor finds about a variable with this value."""
    release = "v0.8.7" if setting.since is None or str(setting.since) <= "v0.8.7" else str(setting.since)
    found = check(deployment({setting.key: text}, release=release))
    return [finding.id for finding in found if setting.key in finding.settings]


@pytest.mark.parametrize("kind", Kind)
def test_doctor_and_answers_agree_on_bad_values(kind: Kind) -> None:
    judged = refused = 0
    for setting in catalogue.SETTINGS:
        for text in bad_values(setting) if setting.kind is kind else ():
            judged += 1
            if is_refused(setting, text):
                refused += 1
                assert finding_ids(setting, text), f"the doctor is silent about {setting.key}={text!r}"
            else:
                ids = [identity for identity in finding_ids(setting, text) if identity.startswith("rules.values.")]
                assert ids == [], f"answers accept {setting.key}={text!r}"
    assert judged
    # Every one of these is bad, but for an address with a password where that has a meaning.
    assert kind in ANY_TEXT or refused >= judged * 0.9


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        ("PORT", "abc", "FAIL"),
        ("EMAIL_HOST", "https://smtp.example.com", "FAIL"),
        ("SAML_ENTRY_POINT", "idp.example.com/sso", "FAIL"),
        ("BAN_INTERVAL", "abc", "WARN"),
        ("OPENID_ISSUER", "<your-issuer>", "FAIL"),
        ("SESSION_EXPIRY", "24h", "WARN"),
    ],
)
def test_a_standing_value_is_judged(name: str, text: str, status: str) -> None:
    found = [one for one in check(deployment({name: text})) if name in one.settings and one.id.startswith("rules.val")]
    assert [one.status.value for one in found] == [status]
    assert found[0].remedy


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("REFRESH_TOKEN_EXPIRY", "9" * 20, "At most 8638000000000000 ms (99,976,851 days). Write 7d, 30d,"),
        ("REFRESH_TOKEN_EXPIRY", "9" * 400, "such as 1000 * 60 * 60 * 24 * 7."),
        ("REFRESH_TOKEN_EXPIRY", "-1000", "At least 1 second. Write 7d"),
        ("SESSION_EXPIRY", "9" * 20, "Write 15m"),
        ("BAN_DURATION", "soon", "Write 2h"),
    ],
)
def test_a_duration_that_is_refused_names_a_limit_and_an_example_of_its_own_size(
    name: str, text: str, says: str
) -> None:
    verdict = accept(catalogue.by_key()[name], text)
    assert isinstance(verdict, ValueFault)
    assert says in verdict.remedy
    assert finding_ids(catalogue.by_key()[name], text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DOMAIN_CLIENT", "https://192.168.1.300"),
        ("OPENID_ISSUER", "https://10.0.0.0.1/realms/x"),
        ("LDAP_URL", "ldap://300.1.1.1"),
        ("EMAIL_HOST", "10.0.0.256"),
        ("EMAIL_FROM", "chat@10.0.0.256"),
        ("GITHUB_ENTERPRISE_BASE_URL", "https://[::1::2]"),
    ],
)
def test_an_address_that_cannot_exist_fails_whatever_else_is_found(name: str, text: str) -> None:
    found = [one for one in check(deployment({name: text})) if one.id.startswith("rules.values.refused.")]
    assert [(one.status.value, one.settings) for one in found] == [("FAIL", (name,))]
    assert "invalid IP address" in found[0].summary
    fault = accept(catalogue.by_key()[name], text)
    assert isinstance(fault, ValueFault)
    assert ("IPv6" if "[" in text else "IPv4") in fault.remedy


@pytest.mark.parametrize(
    "text", ["https://127.1", "https://0x7f.1", "https://10.0.0.255", "https://[fd00::1]", "https://1.example.net"]
)
def test_odd_addresses_that_exist_are_taken(text: str) -> None:
    assert not isinstance(accept(catalogue.by_key()["DOMAIN_CLIENT"], text), ValueFault)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        # An empty line: what it means is said by the setting.
        *((name, "") for name in ("PORT", "BAN_INTERVAL", "EMAIL_HOST", "SAML_ENTRY_POINT")),
        # A password that somebody else chose may be any word.
        *(("EMAIL_PASSWORD", word) for word in ("secret", "example", "todo", "xxxx", "-----")),
        # A key of 64 digits, and texts that look like nothing else.
        ("OPENID_CLIENT_SECRET", "s3cr3t-your.x"),
        ("JWT_SECRET", "c2VjcmV0LXlvdXJzLXRydWx5LXRoaXMtaXMtbG9uZw=="),
        ("MONGO_URI", "mongodb://mongodb:27017/LibreChat"),
        ("REDIS_URI", "rediss://user:secret@redis.example.net:6379"),
        ("OPENID_ISSUER", "https://yours.yourmailer.example.net"),
    ],
)
def test_what_is_right_is_not_reported(name: str, text: str) -> None:
    found = [one.id for one in check(deployment({name: text})) if name in one.settings]
    assert [
        identity
        for identity in found
        if identity.startswith(("rules.values.", "rules.secrets.p", "rules.secrets.r", "rules.secrets.co"))
    ] == []
