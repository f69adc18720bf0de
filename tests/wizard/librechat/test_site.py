"""Addresses: what is accepted can stand in any configuration text, what is not is refused in plain words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.librechat.site import Site


@pytest.mark.parametrize(
    ("text", "url", "host"),
    [
        ("https://chat.example.com", "https://chat.example.com", "chat.example.com"),
        ("https://Chat.Example.COM:443/", "https://chat.example.com", "chat.example.com"),
        ("http://192.168.1.10:3080", "http://192.168.1.10:3080", "192.168.1.10"),
        ("https://[FD00::0001]:8443", "https://[fd00::1]:8443", "fd00::1"),
        ("https://example.com/chat/", "https://example.com/chat", "example.com"),
        ("https://b\u00fccher.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("http://my_server", "http://my_server", "my_server"),
    ],
)
def test_addresses_have_one_form(text: str, url: str, host: str) -> None:
    site = Site.parse(text)
    assert (site.url, site.host) == (url, host)
    assert Site.parse(site.url) == site


@pytest.mark.parametrize(
    "text",
    [
        "",
        "chat.example.com",
        "ftp://chat.example.com",
        "https://",
        "https://a b.example",
        "https://user:pw@chat.example.com",
        "https://chat.example.com/?x=1",
        "https://chat.example.com/a;b",
        "https://chat.example.com/../x",
        "https://chat.example.com:0",
        "https://chat.example.com:65536",
        "https://chat..example.com",
        "https://-chat.example.com",
        "https://1.2.3.400",
        "https://1.2.3",
        "https://[::g]",
        "https://[fe80::1%25eth0]",
        "https://stra\u00dfe.example",
        "https://chat.example.com.",
        "https://chat{.example.com",
        "https://chat.example.com\nevil",
        "https://" + "a" * 64 + ".example",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Site.parse(text)


@given(st.text(max_size=30), st.text(alphabet="abc.{};\"'`$\n\\ ()#/:@[]%", max_size=20))
def test_no_accepted_address_can_break_out_of_a_configuration_text(host: str, rest: str) -> None:
    try:
        site = Site.parse(f"https://{host}{rest}")
    except ValueError:
        return
    assert re.fullmatch(r"[a-z0-9._:-]+", site.host)
    assert re.fullmatch(r"[A-Za-z0-9._~/-]*", site.path)


def test_names_that_no_public_authority_knows() -> None:
    assert Site.parse("https://10.0.0.1").cannot_be_public
    assert Site.parse("https://chat").cannot_be_public
    assert not Site.parse("https://chat.example.com").cannot_be_public
    assert Site.parse("https://chat.lan").is_reserved
    assert Site.parse("http://127.0.0.1:3080").is_loopback
    assert Site.parse("http://x.localhost").is_loopback
