"""Findings: what the proxy in front of LibreChat does with requests."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_NOBODY = "Nobody can open LibreChat."
_of = partial(FindingEntry, check="proxy")
AROUND_OPEN = _of(
    "around.open",
    "LibreChat can also be reached without the proxy, unencrypted.",
    "Publish LibreChat's own port only on this machine (127.0.0.1).",
    consequence="People who connect there can forge the address that limits and bans use (X-Forwarded-For), and sign in unencrypted.",
    settings=("HOST", "PORT"),
)
AROUND_CLOSED = _of("around.closed", "LibreChat's own port cannot be reached without the proxy.")
AROUND_UNTOLD = _of(
    "around.untold",
    "Could not check from here whether LibreChat's own port can be reached without the proxy.",
    "On another machine, run: curl http://THE-SERVER:3080/health. It must not answer OK.",
    settings=("HOST", "PORT"),
)
PROTO_UNUSED = _of(
    "proto.unused",
    "Nothing in this setup depends on X-Forwarded-Proto: only sign-in with OpenID and Secure cookies does.",
)
PROTO_OK = _of("proto.ok", "LibreChat detects https behind the proxy, so OpenID gets its session cookie.")
PROTO_MISSING = _of(
    "proto.missing",
    "The session cookie of OpenID is for https only, but LibreChat does not detect https behind the proxy.",
    "Configure the proxy to set X-Forwarded-Proto.",
    consequence="Everybody who signs in with OpenID ends up at the login page (auth_failed).",
    settings=("TRUST_PROXY",),
)
PROTO_UNTOLD = _of(
    "proto.untold",
    "LibreChat's answer does not show whether it detects https behind the proxy.",
    "The result of the check 'instance' shows whether OpenID is ready. If it is not, LibreChat's log shows why.",
)
LIMITED = _of(
    "limited",
    "LibreChat reports too many sign-in attempts from this address.",
    "Wait, then try again. LOGIN_MAX and LOGIN_WINDOW set how many attempts an address has.",
    consequence="If nobody here tried, all people share one address behind the proxy, and nobody can sign in now.",
    settings=("LOGIN_MAX", "LOGIN_WINDOW"),
)
ADDRESS_OWN = _of("address.own", "LibreChat uses people's real addresses and ignores forged X-Forwarded-For headers.")
ADDRESS_NOT_CLAIMED = _of(
    "address.not-claimed",
    "LibreChat ignores forged X-Forwarded-For headers. Could not check whether it tells people apart: this machine has only one address.",
)
ADDRESS_WRONG = _of(
    "address.wrong",
    "LibreChat counts two addresses as one, or trusts a forged X-Forwarded-For header.",
    "Configure the proxy to set X-Forwarded-For, and set TRUST_PROXY to the number of proxies.",
    consequence="Sign-in limits and bans apply to everybody, or to nobody.",
    settings=("TRUST_PROXY",),
)
ADDRESS_UNTOLD = _of(
    "address.untold",
    "LibreChat's answers have no rate-limit headers, so it is unknown which address it counts.",
    "Check that the proxy does not remove headers and that LOGIN_MAX is a number. Try again in five minutes.",
    settings=("LOGIN_MAX",),
)
ADDRESS_CLAIMED = _of(
    "address.claimed",
    "LibreChat trusts a forged X-Forwarded-For header.",
    "Configure the proxy to overwrite X-Forwarded-For, and set TRUST_PROXY to the number of proxies.",
    consequence="Sign-in limits and bans apply to nobody, or to the wrong person.",
    settings=("TRUST_PROXY",),
)
ADDRESS_SHARED = _of(
    "address.shared",
    "LibreChat counts all people as one address.",
    "Configure the proxy to set X-Forwarded-For, and set TRUST_PROXY to the number of proxies.",
    consequence="After seven sign-in attempts in five minutes, by anybody, nobody can sign in, and a ban applies to everybody.",
    settings=("TRUST_PROXY",),
)
PASSAGE_OK = _of("passage.ok", "Requests to LibreChat's API reach it.")
PASSAGE_LOGIN = _of(
    "passage.login",
    "The proxy asks for its own login for LibreChat's API. LibreChat needs the same header (Authorization) for "
    "its sessions: people see the page, but get no answers or repeated password prompts.",
    "Remove auth_basic (nginx) or basic_auth (Caddy) from /api/ and /oauth/.",
)
PASSAGE_GATEWAY = _of(
    "passage.gateway",
    "The proxy answers, but cannot reach LibreChat.",
    "Check that LibreChat is running, and that the host and port in proxy_pass (nginx) or reverse_proxy (Caddy) lead to it.",
    consequence=_NOBODY,
)
PASSAGE_REDIRECT = _of(
    "passage.redirect",
    "LibreChat's API is redirected to a different address.",
    "Exempt /api/ and /oauth/ from the proxy's own login, or check the address that it redirects to (--url).",
    consequence=_NOBODY,
)
PASSAGE_OTHER = _of(
    "passage.other",
    "A different program answers at LibreChat's API.",
    "Pass every path on to LibreChat, unchanged: location / { proxy_pass http://...; } in nginx.",
    consequence=_NOBODY,
)
UPLOAD_SILENT = _of(
    "upload.silent",
    "A large request was not answered in time: the connection is slow, or a proxy delays it.",
    "Try again over a faster connection, and check the proxy's size limit.",
)
UPLOAD_BROKEN = _of(
    "upload.broken",
    "A large request was aborted; small ones work.",
    "Raise the proxy's size limit.",
    consequence="Larger files cannot be sent.",
)
UPLOAD_LIMIT = _of(
    "upload.limit",
    "The proxy refuses large requests (413).",
    "Raise the proxy's size limit.",
    consequence="People cannot send files or pictures larger than this limit.",
)
UPLOAD_OK = _of("upload.ok", "Large requests work.")
UPLOAD_OTHER = _of(
    "upload.other",
    "A large request got a different answer than a small one.",
    "A firewall in the proxy may inspect requests; check its size limit.",
    consequence="Larger files may fail.",
)
STREAMING_EXPECTED = _of("streaming.expected", "Streaming was not measured; it is expected to work.")
STREAMING_UNTOLD = _of(
    "streaming.untold",
    "Could not check whether the proxy streams a model's answer, because LibreChat streams nothing else.",
    "Ask a model for a long answer. If it appears all at once, set proxy_buffering off; in nginx, or flush_interval -1 in Caddy.",
)
HOPS_TOO_FEW = _of(
    "hops.too-few",
    "There are more proxies in front of LibreChat than TRUST_PROXY says.",
    "Set TRUST_PROXY to the number of proxies.",
    consequence="LibreChat counts everybody behind the extra proxy as one address, so they share one sign-in limit.",
    settings=("TRUST_PROXY",),
)

UNANSWERED = FindingFamily(
    _of(
        "passage.{}",
        "The site did not return a valid HTTP response ({}).",
        "See the checks dns and tls, and the proxy's log.",
        consequence="nobody can reach LibreChat.",
    ),
    FAILURES,
)
