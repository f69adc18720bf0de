"""Sizes, numbers and times of cookies against what Chromium 150 was seen to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checks.browser.cookies import LEFT_PER_SITE, MAX_PER_SITE, CookieStore, Dropped, Rule
from tests.checks.browser.cookiejar import HTTPS, NOW, filled, kept, one, rule


class TestLimits:
    def test_name_and_value(self) -> None:
        assert kept(HTTPS, f"name={'v' * 4092}").name == "name"
        assert rule(HTTPS, f"name={'v' * 4093}") is Rule.SIZE
        assert rule(HTTPS, "a=" + "\u8336" * 1366) is Rule.SIZE

    def test_attribute_that_is_too_long_is_ignored(self) -> None:
        assert kept(HTTPS, f"a=1; Path=/{'x' * 1024}").path == "/api/auth"
        assert kept(HTTPS, f"a=1; Path=/{'x' * 1023}").path == f"/{'x' * 1023}"

    @pytest.mark.parametrize("text", ["a=1\x00", "a\r=1", "a=1\nb", "a=x\ty", "a=1; Path=/\x01", "a=1; x\x7f=2"])
    def test_control_characters(self, text: str) -> None:
        assert rule(HTTPS, text) is Rule.CHARACTER

    def test_one_site_has_so_many_cookies(self) -> None:
        store = CookieStore()
        results = store.receive(HTTPS, [f"c{number}=1; Path=/" for number in range(MAX_PER_SITE + 1)], NOW)
        gone = [result.name for result in results if isinstance(result, Dropped) and result.rule is Rule.CROWDED]
        assert gone == [f"c{number}" for number in range(MAX_PER_SITE + 1 - LEFT_PER_SITE)]
        assert len(store.cookies()) == LEFT_PER_SITE

    def test_insecure_cookies_make_way_first(self) -> None:
        store = filled(HTTPS, "session=1; Secure; Path=/")
        store.receive(HTTPS, [f"c{number}=1; Path=/" for number in range(10_000)], NOW)
        assert "session=1" in store.cookie_header(HTTPS, NOW)
        assert len(store.cookies()) <= MAX_PER_SITE


class TestTime:
    @pytest.mark.parametrize(
        ("attributes", "seconds"),
        [
            ("", None),
            ("Max-Age=900", 900),
            ("Max-Age=+900", 900),
            ("Max-Age=900; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 900),
            ("Max-Age=soon; Expires=Tue, 03 Feb 2026 05:05:06 GMT", 3600),
            ("Max-Age=15.5", None),
            ("Max-Age=99999999999999999999", 400 * 86400),
            ("Max-Age=400000000", 400 * 86400),
            ("Expires=Sun, 03 May 2099 10:20:30 GMT", 400 * 86400),
            ("Expires=Sun, 03 May 99999 10:20:30 GMT", 400 * 86400),
            ("Expires=Tue Feb  3 04:20:06 2026 CET", 900),
            ("Expires=03-February-26 4:20:6", 900),
            ("Expires=Tue, 31 Feb 2026 04:20:06 GMT", None),
            ("Expires=Tue, 03 Feb 2026 04:20:06pm GMT", None),
            ("Expires=7 days", None),
            ("Expires=", None),
        ],
    )
    def test_life(self, attributes: str, seconds: int | None) -> None:
        expires = kept(HTTPS, f"a=1; {attributes}").expires
        assert expires == (None if seconds is None else NOW + timedelta(seconds=seconds))

    @pytest.mark.parametrize("end", ["Max-Age=0", "Max-Age=-1", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
    def test_removal(self, end: str) -> None:
        store = filled(HTTPS, "a=1; Path=/", "b=2; Path=/")
        (result,) = store.receive(HTTPS, [f"a=; Path=/; {end}"], NOW)
        assert isinstance(result, Dropped)
        assert result.rule is Rule.EXPIRED
        assert store.cookie_header(HTTPS, NOW) == "b=2"

    def test_cookie_ends_when_its_time_is_over(self) -> None:
        store = filled(HTTPS, "a=1; Path=/; Max-Age=60", "b=2; Path=/")
        assert store.cookie_header(HTTPS, NOW + timedelta(seconds=59)) == "a=1; b=2"
        assert store.cookie_header(HTTPS, NOW + timedelta(seconds=60)) == "b=2"
        assert [cookie.name for cookie in store.cookies()] == ["b"]

    def test_expires_is_read_by_the_servers_clock(self) -> None:
        slow = NOW - timedelta(days=30)
        header = "a=1; Expires=Sun, 11 Jan 2026 04:05:06 GMT"
        assert rule(HTTPS, header) is Rule.EXPIRED
        assert kept(HTTPS, header, server_date=slow).expires == NOW + timedelta(days=7)

    def test_absurd_clocks_do_no_harm(self) -> None:
        far = NOW.replace(year=9999)
        assert isinstance(one(HTTPS, "a=1; Expires=7 Aug 100 1:1:1", server_date=far), Dropped)
        assert kept(HTTPS, "a=1; Expires=7 Aug 9999 1:1:1", server_date=NOW.replace(year=1)).persistent
