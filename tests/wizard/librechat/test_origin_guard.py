"""The guard on sign-in against the cases of LibreChat's own tests (origin.spec.ts), and origins as Node's URL gives them."""

from __future__ import annotations

import json
import subprocess

import pytest

from wizard.librechat.browser_url import origin
from wizard.librechat.origin_guard import GUARD_SINCE, SignInRequest, is_refused, trusted_origins
from wizard.librechat.releases import Release

_HOST = "chat.example.com"


def _request(sent_origin: str = "", site: str = "", *, host: str = _HOST, protocol: str = "https") -> SignInRequest:
    return SignInRequest(sent_origin, site, host, protocol)


@pytest.mark.parametrize(
    ("request_", "settings", "refused"),
    [
        (_request(site="same-origin"), {}, False),
        (_request(site="none"), {}, False),
        (_request("https://other.example.com", "cross-site"), {"DOMAIN_CLIENT": f"https://{_HOST}"}, True),
        (_request("https://other.example.com", "same-site"), {"DOMAIN_CLIENT": f"https://{_HOST}"}, True),
        (
            _request("https://client.example.com", "same-site"),
            {"DOMAIN_CLIENT": "https://client.example.com/app/"},
            False,
        ),
        (_request("https://panel.example.com", "cross-site"), {"ADMIN_PANEL_URL": "https://panel.example.com"}, False),
        (_request(), {}, False),
        (_request(f"https://{_HOST}", host=f"{_HOST}:443"), {}, False),
        (_request(f"http://{_HOST}"), {}, True),
        (_request("https://other.example.com"), {}, True),
        (_request("null"), {}, True),
        (_request("not a url"), {}, True),
        (_request(f"https://{_HOST}:8443"), {}, True),
        # Plain HTTP behind a proxy that passes no Host: only the address in DOMAIN_* gets in (issue 15918).
        (_request("http://10.30.0.111", host="api", protocol="http"), {"DOMAIN_SERVER": "http://localhost:3080"}, True),
        (_request("http://10.30.0.111", host="api", protocol="http"), {"DOMAIN_SERVER": "http://10.30.0.111"}, False),
        (_request("http://10.30.0.111:3080", host="10.30.0.111:3080", protocol="http"), {}, False),
        (_request("http://chat.lan", host="chat.lan", protocol="http"), {"DOMAIN_CLIENT": "chat.lan"}, False),
        (_request("http://chat.lan", host="", protocol="http"), {"DOMAIN_CLIENT": "localhost:3080"}, True),
    ],
)
def test_a_sign_in_is_refused_as_librechat_refuses_it(
    request_: SignInRequest, settings: dict[str, str], refused: bool
) -> None:
    assert is_refused(request_, settings, GUARD_SINCE) is refused


def test_before_the_guard_nothing_is_refused() -> None:
    foreign = _request("https://other.example.com", "cross-site")
    assert not is_refused(foreign, {}, Release(0, 8, 8, 3))
    assert is_refused(foreign, {}, Release(0, 8, 8))


def test_trusted_origins_leave_out_what_is_no_web_address() -> None:
    settings = {
        "DOMAIN_CLIENT": "https://a.example/x",
        "DOMAIN_SERVER": "https://a.example",
        "ADMIN_PANEL_URL": "panel:3",
    }
    assert trusted_origins(settings) == ("https://a.example",)


_ADDRESSES = [
    "https://Chat.Example.com:443/x?y#z",
    "http://chat.example.com:8080",
    "http://chat.example.com:080/",
    "localhost:3080",
    "chat.example.com",
    "",
    "HTTP://127.1:3080",
    "http://[::1]:3080/",
    "http://[0:0::1]",
    "https://user:pw@chat.example.com/",
    "https:///chat.example.com",
    "https:\\\\chat.example.com",
    "https://chat.example.com:99999",
    "https://chat.example.com:",
    "ftp://chat.example.com:21",
    "file:///etc/passwd",
    "mailto:a@example.com",
    "null",
    " https://chat.example.com ",
    "https://exa mple.com",
    "http://0x7f.1",
]


def test_an_origin_is_what_node_makes_of_it() -> None:
    script = (
        "const f=(t)=>{try{const o=new URL(t).origin;return o==='null'?null:o}catch{return null}};"
        f"console.log(JSON.stringify({json.dumps(_ADDRESSES)}.map(f)))"
    )
    judged = json.loads(subprocess.run(["node", "-e", script], check=True, capture_output=True).stdout)
    assert [origin(text) for text in _ADDRESSES] == judged
