"""Findings: what the proxy in front of LibreChat does with requests."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_NOBODY = "Nobody can open LibreChat."
_of = partial(FindingEntry, check="proxy")
AROUND_OPEN = _of(
    "around.open",
    "LibreChat can also be reached without the proxy, over an unencrypted connection.",
    "Publish LibreChat's own port only on 127.0.0.1.",
    consequence="Users who connect this way send their passwords unencrypted, and can forge the IP address (X-Forwarded-For) on which limits and bans are based.",
    settings=("HOST", "PORT"),
)
AROUND_CLOSED = _of("around.closed", "LibreChat's own port cannot be reached without the proxy.")
AROUND_UNTOLD = _of(
    "around.untold",
    "Could not check from this machine whether LibreChat's own port can be reached without the proxy.",
    "On another machine, check that this command does not print OK: curl http://THE-SERVER:3080/health",
    settings=("HOST", "PORT"),
)
PROTO_UNUSED = _of(
    "proto.unused",
    "Nothing in this setup depends on X-Forwarded-Proto: only OpenID sign-in and Secure cookies need it.",
)
PROTO_OK = _of("proto.ok", "LibreChat detects HTTPS, so OpenID sign-ins get a session cookie.")
PROTO_MISSING = _of(
    "proto.missing",
    "OpenID's session cookie requires HTTPS, but LibreChat does not detect HTTPS.",
    "Configure the proxy to set X-Forwarded-Proto.",
    consequence="Everyone who signs in with OpenID is sent back to the sign-in page (auth_failed).",
    settings=("TRUST_PROXY",),
)
PROTO_UNTOLD = _of(
    "proto.untold",
    "The response does not show whether LibreChat detects HTTPS.",
    "If OpenID is not ready, LibreChat's log shows the reason. To check, run: doctor --only instance",
)
LIMITED = _of(
    "limited",
    "LibreChat reports too many sign-in attempts from this IP address.",
    "Wait, then try again. LOGIN_MAX and LOGIN_WINDOW limit the attempts from one IP address.",
    consequence="If nobody at this IP address has tried to sign in, LibreChat sees the same IP address for all users, and "
    "nobody can currently sign in.",
    settings=("LOGIN_MAX", "LOGIN_WINDOW"),
)
ADDRESS_OWN = _of("address.own", "LibreChat uses users' real IP addresses and ignores forged X-Forwarded-For headers.")
ADDRESS_NOT_CLAIMED = _of(
    "address.not-claimed",
    "LibreChat ignores forged X-Forwarded-For headers. The check had only one IP address to connect from, so it could not tell whether LibreChat distinguishes users.",
)
ADDRESS_WRONG = _of(
    "address.wrong",
    "LibreChat treats two IP addresses as one, or trusts a forged X-Forwarded-For header.",
    "Configure the proxy to set X-Forwarded-For, and set TRUST_PROXY to the number of proxies.",
    consequence="Sign-in limits and bans apply to all users, or to none.",
    settings=("TRUST_PROXY",),
)
ADDRESS_UNTOLD = _of(
    "address.untold",
    "The responses have no rate-limit headers, so it is unknown which IP address LibreChat uses.",
    "Check that the proxy does not remove headers and that LOGIN_MAX is a number. Try again in five minutes.",
    settings=("LOGIN_MAX",),
)
ADDRESS_CLAIMED = _of(
    "address.claimed",
    "LibreChat trusts a forged X-Forwarded-For header.",
    "Configure the proxy to overwrite X-Forwarded-For, and set TRUST_PROXY to the number of proxies.",
    consequence="Sign-in limits and bans apply to nobody, or to the wrong user.",
    settings=("TRUST_PROXY",),
)
ADDRESS_SHARED = _of(
    "address.shared",
    "LibreChat sees the same IP address for all users.",
    "Configure the proxy to set X-Forwarded-For, and set TRUST_PROXY to the number of proxies.",
    consequence="After seven sign-in attempts by anyone within five minutes, nobody can sign in, and a ban applies to "
    "all users.",
    settings=("TRUST_PROXY",),
)
PASSAGE_OK = _of("passage.ok", "Requests to LibreChat's API reach LibreChat.")
PASSAGE_LOGIN = _of(
    "passage.login",
    "The proxy requires its own authentication for LibreChat's API. LibreChat uses the same header (Authorization) for its sessions. Users see the page, but requests fail or browsers keep asking for a password.",
    "Remove auth_basic (nginx) or basic_auth (Caddy) from /api/ and /oauth/.",
)
PASSAGE_GATEWAY = _of(
    "passage.gateway",
    "The proxy responds, but cannot reach LibreChat.",
    "Check that LibreChat is running, and check the host and port in proxy_pass (nginx) or reverse_proxy (Caddy).",
    consequence=_NOBODY,
)
PASSAGE_REDIRECT = _of(
    "passage.redirect",
    "Requests to LibreChat's API are redirected to a different address.",
    "Exempt /api/ and /oauth/ from the proxy's own authentication, or use --url to check the address that the proxy redirects to.",
    consequence=_NOBODY,
)
PASSAGE_OTHER = _of(
    "passage.other",
    "A different program responds to requests for LibreChat's API.",
    "Configure the proxy to pass every path to LibreChat unchanged. For nginx: location / { proxy_pass http://...; }",
    consequence=_NOBODY,
)
UPLOAD_SILENT = _of(
    "upload.silent",
    "A large request got no response in time: the connection is slow, or a proxy delays requests.",
    "Try again over a faster connection, and check the proxy's size limit.",
)
UPLOAD_BROKEN = _of(
    "upload.broken",
    "A large request was aborted, although small ones work.",
    "Raise the proxy's size limit.",
    consequence="Users cannot upload large files.",
)
UPLOAD_LIMIT = _of(
    "upload.limit",
    "The proxy refuses large requests (413).",
    "Raise the proxy's size limit.",
    consequence="Users cannot upload files or images that are larger than the limit.",
)
UPLOAD_OK = _of("upload.ok", "Large requests work.")
UPLOAD_OTHER = _of(
    "upload.other",
    "A large request got a different response than a small one.",
    "A web application firewall may inspect large requests. Check its size limit.",
    consequence="Uploads of large files may fail.",
)
STREAMING_EXPECTED = _of("streaming.expected", "Streaming was not tested; it is expected to work.")
STREAMING_UNTOLD = _of(
    "streaming.untold",
    "Could not check whether the proxy streams responses: LibreChat streams only model responses, and the check requests none.",
    "Ask a model for a long response. If it appears all at once, set 'proxy_buffering off;' in nginx, or "
    "'flush_interval -1' in Caddy.",
)
HOPS_TOO_FEW = _of(
    "hops.too-few",
    "There are more proxies in front of LibreChat than TRUST_PROXY specifies.",
    "Set TRUST_PROXY to the number of proxies.",
    consequence="LibreChat sees one IP address for all users behind the same proxy, so they share one sign-in limit.",
    settings=("TRUST_PROXY",),
)

UNANSWERED = FindingFamily(
    _of(
        "passage.{}",
        "The site did not return a valid HTTP response ({}).",
        "See the results of the dns and tls checks, and the proxy's log.",
        consequence="nobody can reach LibreChat.",
    ),
    FAILURES,
)
