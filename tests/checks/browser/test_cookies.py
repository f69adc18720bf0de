"""The cookie store against what Chromium 150 was seen to do: where it keeps, drops and sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.browser.cookies import CookieStore, Dropped, Kept, Rule
from tests.checks.browser.cookiejar import HTTPS, NOW, filled, kept, one, rule
from tests.rounds import examples

LAN: Final = "http://192.168.1.10:3080/api/auth/login"
LOCAL: Final = "http://localhost:3080/api/auth/login"
SIGN_IN: Final = "refreshToken=eyJ; Path=/; Expires=Tue, 10 Feb 2026 04:05:06 GMT; HttpOnly; Secure; SameSite=Strict"

TRUSTED: Final = (
    "localhost",
    "LOCALHOST",
    "localhost.",
    "chat.localhost",
    "a.b.localhost",
    "127.0.0.1",
    "127.9.9.9",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
)
UNTRUSTED: Final = (
    "192.168.1.10",
    "10.0.0.5",
    "0.0.0.0",  # noqa: S104 (an address to visit, nothing is bound)
    "[::ffff:127.0.0.1]",
    "[fd00::1]",
    "chat.lan",
    "chatserver",
    "chat.example.com",
    "localhost.localdomain",
    "ip6-localhost",
    "mylocalhost",
    "localhost.example.com",
)


class TestSecure:
    def test_sign_in_cookie_over_http_is_dropped_in_words(self) -> None:
        result = one(LAN, SIGN_IN)
        assert result == Dropped(
            because="the page was loaded over http, but the cookie is marked Secure",
            rule=Rule.SECURE,
            name="refreshToken",
        )

    def test_sign_in_cookie_over_http_without_secure_is_kept(self) -> None:
        cookie = kept(LAN, SIGN_IN.replace("; Secure", ""))
        assert (cookie.host_only, cookie.http_only, cookie.secure, cookie.path) == (True, True, False, "/")
        assert cookie.expires == NOW + timedelta(days=7)

    @pytest.mark.parametrize("host", TRUSTED)
    @pytest.mark.parametrize(
        "header", ["a=1; Secure", "a=1; Secure; SameSite=None", "__Secure-a=1; Secure", "__Host-a=1; Secure; Path=/"]
    )
    def test_http_on_this_machine_is_trusted(self, host: str, header: str) -> None:
        store = filled(f"http://{host}:3080/", header)
        assert store.cookie_header(f"http://{host}:3080/x", NOW) == header.partition(";")[0]

    @pytest.mark.parametrize("host", UNTRUSTED)
    def test_http_elsewhere_is_not(self, host: str) -> None:
        assert rule(f"http://{host}:3080/", "a=1; Secure") is Rule.SECURE
        assert rule(f"http://{host}:3080/", "__Host-a=1; Secure; Path=/") is Rule.SECURE
        assert kept(f"http://{host}:3080/", "a=1").secure is False
        assert kept(f"https://{host}:3080/", "a=1; Secure").secure is True

    def test_secure_cookie_is_not_sent_over_http(self) -> None:
        store = filled(HTTPS, "a=1; Secure; Path=/", "b=2; Path=/")
        assert store.cookie_header("http://chat.example.com/", NOW) == "b=2"
        assert store.cookie_header("https://chat.example.com/", NOW) == "a=1; b=2"

    def test_ports_share_cookies(self) -> None:
        assert filled(LOCAL, "a=1; Path=/").cookie_header("http://localhost:8080/", NOW) == "a=1"

    def test_secure_cookies_are_left_alone(self) -> None:
        store = filled(HTTPS, "a=1; Secure; Path=/api")
        (result,) = store.receive("http://chat.example.com/", ["a=2; Path=/api/auth"], NOW)
        assert isinstance(result, Dropped)
        assert result.rule is Rule.SECURE_KEPT
        (domain,) = store.receive("http://other.example.com/", ["a=2; Path=/api; Domain=example.com"], NOW)
        assert isinstance(domain, Dropped)
        (above,) = store.receive("http://chat.example.com/", ["a=2; Path=/"], NOW)
        assert isinstance(above, Kept)


class TestPrefixes:
    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            ("__Host-a=1; Secure; Path=/", None),
            ("__HOST-a=1; Secure; Path=/", None),
            ("__Host-a=1; Path=/", Rule.PREFIX),
            ("__Host-a=1; Secure", Rule.PREFIX),
            ("__Host-a=1; Secure; Path=/api", Rule.PREFIX),
            ("__Host-a=1; Secure; Path=/; Domain=chat.example.com", Rule.PREFIX),
            ("__Host-a=1; Secure; Path=/; Domain=", None),
            ("__Secure-a=1; Secure; Domain=example.com", None),
            ("__Secure-a=1", Rule.PREFIX),
            ("__secure-a=1", Rule.PREFIX),
            ("__Http-a=1; Secure; HttpOnly", None),
            ("__Http-a=1; Secure", Rule.PREFIX),
            ("__Host-Http-a=1; Secure; HttpOnly; Path=/", None),
            ("__Host-Http-a=1; Secure; Path=/", Rule.PREFIX),
            ("__Host-sid", Rule.PREFIX),
            ("=__Secure-sid; Secure", Rule.PREFIX),
            ("__Hos-a=1", None),
        ],
    )
    def test_over_https(self, header: str, expected: Rule | None) -> None:
        result = one("https://chat.example.com/", header)
        assert (result.rule if isinstance(result, Dropped) else None) == expected

    def test_host_prefix_may_name_an_address_as_domain(self) -> None:
        assert kept("https://10.0.0.5/", "__Host-a=1; Secure; Path=/; Domain=10.0.0.5").host_only


class TestSameSite:
    def test_none_needs_secure(self) -> None:
        assert rule(HTTPS, "a=1; SameSite=None") is Rule.SAME_SITE_NONE
        assert rule(LOCAL, "a=1; SameSite=None") is Rule.SAME_SITE_NONE
        assert kept(HTTPS, "a=1; SameSite=none; Secure").same_site == "None"

    def test_partitioned_needs_secure(self) -> None:
        assert rule(HTTPS, "a=1; Partitioned") is Rule.PARTITIONED
        assert kept(HTTPS, "a=1; Partitioned; Secure").partitioned

    @pytest.mark.parametrize("text", ["", "; SameSite", "; SameSite=often", "; SameSite=Strict; SameSite=often"])
    def test_unknown_is_unsaid(self, text: str) -> None:
        assert kept(HTTPS, f"a=1{text}").same_site is None

    SENT: Final = (
        # method, navigation, what goes along from another site at once, and after three minutes
        ("GET", True, "lax=1; none=1; unsaid=1", "lax=1; none=1; unsaid=1"),
        ("POST", True, "none=1; unsaid=1", "none=1"),
        ("GET", False, "none=1", "none=1"),
        ("POST", False, "none=1", "none=1"),
    )

    @pytest.mark.parametrize(("method", "navigation", "at_once", "later"), SENT)
    def test_from_another_site(self, method: str, navigation: bool, at_once: str, later: str) -> None:
        headers = ("lax=1; SameSite=Lax", "none=1; SameSite=None; Secure", "unsaid=1", "strict=1; SameSite=Strict")
        store = filled("https://chat.example.com/", *headers)
        for elapsed, expected in ((0, at_once), (180, later)):
            header = store.cookie_header(
                "https://chat.example.com/oauth/openid/callback",
                NOW + timedelta(seconds=elapsed),
                site_for_cookies="https://login.example.net/",
                method=method,
                navigation=navigation,
            )
            assert header == expected

    @pytest.mark.parametrize(
        ("page", "target", "same"),
        [
            ("https://example.com/", "https://chat.example.com/", True),
            ("http://chat.example.com/", "https://chat.example.com/", False),
            ("https://chat.example.com:8443/", "https://chat.example.com/", True),
            ("http://localhost:3000/", "http://localhost:3080/", True),
            ("http://127.0.0.1:3080/", "http://localhost:3080/", False),
            ("http://10.0.0.5/", "http://10.0.0.6/", False),
            ("https://a.duckdns.org/", "https://b.duckdns.org/", False),
            ("https://a.example.co.uk/", "https://b.example.co.uk/", True),
            ("https://a.co.uk/", "https://b.co.uk/", False),
            ("http://chat.lan/", "http://api.lan/", False),
            ("data:text/html,x", "https://chat.example.com/", False),
        ],
    )
    def test_what_is_the_same_site(self, page: str, target: str, same: bool) -> None:
        store = filled(target, "a=1; SameSite=Strict; Path=/")
        assert bool(store.cookie_header(target, NOW, site_for_cookies=page)) is same


class TestDomain:
    @pytest.mark.parametrize(
        ("host", "domain", "scope"),
        [
            ("chat.example.com", "chat.example.com", ("chat.example.com", False)),
            ("chat.example.com", ".Example.COM", ("example.com", False)),
            ("chat.example.com", "com", None),
            ("chat.example.com", "other.example.com", None),
            ("chat.example.com", "x.chat.example.com", None),
            ("chat.example.com", "example.com.", None),
            ("chat.example.com", "example.com:443", None),
            ("chat.example.com", "ex\xe4mple.com", None),
            ("chat.example.co.uk", "co.uk", None),
            ("chat.example.co.uk", "example.co.uk", ("example.co.uk", False)),
            ("chat.duckdns.org", "duckdns.org", None),
            ("chat.lan", "lan", None),
            ("chat.lan", "chat.lan", ("chat.lan", False)),
            ("chatserver", "chatserver", ("chatserver", True)),
            ("localhost", "localhost", ("localhost", True)),
            ("chat.localhost", "localhost", None),
            ("10.0.0.5", "10.0.0.5", ("10.0.0.5", True)),
            ("10.0.0.5", ".10.0.0.5", ("10.0.0.5", True)),
            ("10.0.0.5", "0.0.5", None),
            ("10.0.0.5", "0.5", None),
            ("[fd00::1]", "[fd00::1]", ("[fd00::1]", True)),
            ("[fd00::1]", "fd00::1", None),
            ("chat.example.com", "", ("chat.example.com", True)),
        ],
    )
    def test_attribute(self, host: str, domain: str, scope: tuple[str, bool] | None) -> None:
        result = one(f"https://{host}/", f"a=1; Domain={domain}")
        if scope is None:
            assert isinstance(result, Dropped)
            assert result.rule is Rule.DOMAIN
        else:
            assert isinstance(result, Kept)
            assert (result.cookie.domain, result.cookie.host_only) == scope

    def test_host_only_and_domain_cookies_stand_side_by_side(self) -> None:
        store = filled(HTTPS, "a=1; Path=/", "a=2; Path=/; Domain=chat.example.com")
        assert store.cookie_header(HTTPS, NOW) == "a=1; a=2"
        assert store.cookie_header("https://sub.chat.example.com/", NOW) == "a=2"


class TestPath:
    @pytest.mark.parametrize(
        ("url", "path"),
        [
            ("https://h.org", "/"),
            ("https://h.org/", "/"),
            ("https://h.org/api", "/"),
            ("https://h.org/api/auth/login", "/api/auth"),
            ("https://h.org/api/auth/", "/api/auth"),
            ("https://h.org/api/./x/../auth/login?next=/a/b/c", "/api/auth"),
            ("https://h.org/\u8336/x", "/%E8%8C%B6"),
        ],
    )
    def test_default(self, url: str, path: str) -> None:
        assert kept(url, "a=1").path == path
        assert kept(url, "a=1; Path=api").path == path


class TestStore:
    def test_no_value_is_shown(self) -> None:
        store = filled(HTTPS, "refreshToken=hunter2; Secure", "hunter2")
        results = store.receive(HTTPS, ["refreshToken=hunter2", "__Host-a=hunter2", "=a=hunter2"], NOW)
        assert "hunter2" not in repr((store, store.cookies(), [r for r in results if isinstance(r, Kept)]))
        assert all("hunter2" not in repr(result) for result in results)

    @pytest.mark.parametrize(
        "url", ["ftp://h.org/", "file:///etc/passwd", "http://", "http://[x", "http://h:99999/", "x"]
    )
    def test_addresses_without_cookies(self, url: str) -> None:
        assert rule(url, "a=1") is Rule.SCHEME
        assert filled(HTTPS, "a=1; Path=/").cookie_header(url, NOW) == ""

    def test_a_new_value_goes_to_the_end_and_an_old_one_keeps_its_place(self) -> None:
        store = filled(HTTPS, "a=1", "b=2", "a=1")
        assert store.cookie_header(HTTPS, NOW) == "a=1; b=2"
        store.receive(HTTPS, ["a=3"], NOW)
        assert store.cookie_header(HTTPS, NOW) == "b=2; a=3"


def pieces() -> Iterator[str]:
    yield from (
        "a",
        "=",
        ";",
        " ",
        "\t",
        '"',
        "__Host-",
        "Secure",
        "; Path=",
        "/",
        "; Domain=",
        ".",
        "example.com",
        "\x00",
    )
    yield from (
        "; Max-Age=",
        "9" * 30,
        "-",
        "; Expires=",
        "3 Feb 99999 1:1:1",
        "31 Feb",
        "; SameSite=None",
        "\ud800",
        "\u8336",
    )
    yield from ("[", "]", ":", "%", "\uff0e", "\u0131", "; Partitioned", "\x85", "\u0664")


HEADERS: Final = st.one_of(st.text(st.characters()), st.lists(st.sampled_from(tuple(pieces()))).map("".join))
URLS: Final = st.one_of(
    st.text(), HEADERS.map(lambda text: f"http://{text}"), HEADERS.map(lambda text: f"https://chat.example.com/{text}")
)


@settings(deadline=None, max_examples=examples(300))
@given(url=URLS, headers=st.lists(HEADERS, max_size=4), later=st.integers(0, 10**9))
def test_nothing_that_is_sent_raises(url: str, headers: Sequence[str], later: int) -> None:
    store = CookieStore()
    for address in (url, HTTPS):
        results = store.receive(address, headers, NOW)
        assert len(results) == len(headers)
        assert "\r" not in store.cookie_header(address, NOW + timedelta(seconds=later), site_for_cookies=url)
