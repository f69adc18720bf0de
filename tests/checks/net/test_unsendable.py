"""What settings and other machines hand to the HTTP client, and what no request can hold: an error of ours, nothing else."""

from __future__ import annotations

import pytest

from checks.net.errors import HttpError
from checks.net.foreign_json import foreign_json
from checks.net.http import Web
from checks.provider.conversation import ProviderRequest, WebTransport
from tests.servers.answering import Answering, Asked, answer

_ADDRESSES = (
    *("", "localhost:3000", "chat.example.com", "//chat.example.com", "ftp://x/", "file:///etc/passwd", "javascript:1"),
    *(
        "http://",
        "http://x:abc",
        "http://x:99999",
        "http://x:-1",
        "http://x:0",
        "http://[::1",
        "http://[::1:3080",
        "http://[v1]",
    ),
    *(
        f"http://{'a' * 64}.test/",
        f"http://{'a.' * 200}test/",
        "http://a..b/",
        "http://xn--/",
        "http://\ud800/",
        "http://x y/",
    ),
)


@pytest.mark.parametrize("address", _ADDRESSES, ids=lambda text: ascii(text)[:30])
async def test_an_address_that_is_none_is_an_error_of_ours(address: str) -> None:
    async with Web(None, seconds=5) as web:
        with pytest.raises(HttpError):
            await web.ask("GET", address)


async def test_headers_and_forms_are_sent_whole_or_not_at_all() -> None:
    async def asked(token: str) -> str:
        async with Web(None, is_browser=False) as web:
            return (await web.ask("GET", f"{url}/\u00e9?q=\u00e9", headers={"Authorization": f"Bearer {token}"})).text

    seen: list[Asked] = []

    def handle(request: Asked) -> bytes:
        seen.append(request)
        return answer(200, "here")

    async with Answering(handle) as server:
        url = f"http://127.0.0.1:{server.port}"
        assert await asked("one") == "here"
        assert await asked("\u00e9") == "here", "Node sends latin-1"
        for token in ("\u20ac", "\ud800", "a\r\nX-Other: 1", "a\nb", "a\0b"):
            with pytest.raises(HttpError):
                await asked(token)
        assert [each.path for each in seen] == ["/%C3%A9?q=%C3%A9"] * 2
        transport = WebTransport(context=None, settings={})
        await transport(ProviderRequest(method="POST", url=f"{url}/token", form={"refresh_token": "a\ud800b"}))
        assert seen[-1].body == b"refresh_token=a%EF%BF%BDb", "URLSearchParams replaces a lone surrogate"


@pytest.mark.parametrize("text", [b'{"exp": NaN}', b"[Infinity]", b"-Infinity", b"", b"\xff"])
def test_what_javascript_does_not_read_is_not_read(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|value|decode"):
        foreign_json(text)


def test_numbers_are_those_of_javascript() -> None:
    huge = b"9" * 5000
    assert foreign_json(b"[1, %s, -%s, 1e999]" % (huge, huge)) == [1, float("inf"), float("-inf"), float("inf")]
