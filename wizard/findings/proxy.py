"""What the proxy before LibreChat does with requests."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FAILURES, FindingEntry, FindingFamily

_NOBODY = "Nobody can open LibreChat."
_of = partial(FindingEntry, check="proxy")
AROUND_OPEN = _of(
    "around.open",
    "LibreChat answers past the proxy as well, without encryption.",
    "Publish LibreChat's own port to this machine only.",
    consequence="People who come there pick the address that limits and bans count by (X-Forwarded-For), and sign in unencrypted.",
    settings=("HOST", "PORT"),
)
AROUND_CLOSED = _of("around.closed", "LibreChat's own port does not answer past the proxy.")
AROUND_UNTOLD = _of(
    "around.untold",
    "Whether LibreChat's own port can be reached past the proxy could not be checked from here.",
    "From another machine: curl http://THE-SERVER:3080/health must not answer OK.",
    settings=("HOST", "PORT"),
)
PROTO_UNUSED = _of(
    "proto.unused",
    "Nothing in this set-up depends on X-Forwarded-Proto: only sign-in with OpenID does, with Secure cookies.",
)
PROTO_OK = _of("proto.ok", "LibreChat knows that people come over https: OpenID gets its session cookie.")
PROTO_MISSING = _of(
    "proto.missing",
    "The session cookie of OpenID is for https only, and LibreChat does not know that people come over https.",
    "Let the proxy set X-Forwarded-Proto.",
    consequence="Everybody who signs in there comes back to the login page (auth_failed).",
    settings=("TRUST_PROXY",),
)
PROTO_UNTOLD = _of(
    "proto.untold",
    "LibreChat's answer does not say whether it knows that people come over https.",
    "The check instance says whether OpenID is ready; LibreChat's log says why it is not.",
)
LIMITED = _of(
    "limited",
    "LibreChat says that there were too many sign-in attempts from this address.",
    "Wait, then try again. LOGIN_MAX and LOGIN_WINDOW say how many attempts an address has.",
    consequence="If nobody here tried, everybody shares one address before LibreChat, and nobody can sign in now.",
    settings=("LOGIN_MAX", "LOGIN_WINDOW"),
)
ADDRESS_OWN = _of(
    "address.own", "LibreChat tells people apart by the address that they come from, whatever their browsers claim."
)
ADDRESS_NOT_CLAIMED = _of(
    "address.not-claimed",
    "LibreChat does not believe an address that a browser claims. Whether it tells people apart could not be seen: this machine reaches it from one address only.",
)
ADDRESS_WRONG = _of(
    "address.wrong",
    "LibreChat takes two people at two addresses for one, or believes an address that a browser claims.",
    "Let the proxy set X-Forwarded-For; TRUST_PROXY has to be the number of proxies.",
    consequence="Limits of sign-in attempts and bans hit everybody, or nobody.",
    settings=("TRUST_PROXY",),
)
ADDRESS_UNTOLD = _of(
    "address.untold",
    "LibreChat's answers say nothing of a limit, so that the address it counts people by is not known.",
    "Does the proxy take headers away? Is LOGIN_MAX a number? Try again in five minutes.",
    settings=("LOGIN_MAX",),
)
ADDRESS_CLAIMED = _of(
    "address.claimed",
    "LibreChat believes an address that a browser claims.",
    "Let the proxy overwrite X-Forwarded-For; TRUST_PROXY has to be the number of proxies.",
    consequence="Limits of sign-in attempts and bans hit nobody, or somebody else.",
    settings=("TRUST_PROXY",),
)
ADDRESS_SHARED = _of(
    "address.shared",
    "LibreChat takes all people for the same one.",
    "Let the proxy set X-Forwarded-For; TRUST_PROXY has to be the number of proxies.",
    consequence="After seven sign-in attempts in five minutes, of anybody, nobody can sign in, and a ban hits everybody.",
    settings=("TRUST_PROXY",),
)
PASSAGE_OK = _of("passage.ok", "Requests to LibreChat's API reach it.")
PASSAGE_LOGIN = _of(
    "passage.login",
    "The proxy asks for a login of its own at LibreChat's API. LibreChat needs the same header (Authorization) for its sessions: people see its page, and then no answers or one password prompt after the other.",
    "Take auth_basic (nginx) or basic_auth (Caddy) away from /api/ and /oauth/.",
)
PASSAGE_GATEWAY = _of(
    "passage.gateway",
    "The proxy answers, but does not reach LibreChat behind it.",
    "Is LibreChat up, and do host and port in proxy_pass (nginx) or reverse_proxy (Caddy) lead to it?",
    consequence=_NOBODY,
)
PASSAGE_REDIRECT = _of(
    "passage.redirect",
    "LibreChat's API leads to another place: its requests end there.",
    "Exempt /api/ and /oauth/ from the proxy's own login, or open the address that it leads to (--url).",
    consequence=_NOBODY,
)
PASSAGE_OTHER = _of(
    "passage.other",
    "Another program than LibreChat answers at its API.",
    "Pass every path on to LibreChat, unchanged: location / { proxy_pass http://...; } in nginx.",
    consequence=_NOBODY,
)
UPLOAD_SILENT = _of(
    "upload.silent",
    "A large request was not answered in time: a slow line does that, and some proxies, too.",
    "Try again from a faster line; look at the proxy's limit for sizes.",
)
UPLOAD_BROKEN = _of(
    "upload.broken",
    "A large request was broken off, while small ones get through.",
    "Raise the proxy's limit for sizes.",
    consequence="Larger files cannot be sent.",
)
UPLOAD_LIMIT = _of(
    "upload.limit",
    "The proxy refuses large requests (413).",
    "Raise the proxy's limit for sizes.",
    consequence="People cannot send files or pictures that are larger than its limit.",
)
UPLOAD_OK = _of("upload.ok", "Large requests get through.")
UPLOAD_OTHER = _of(
    "upload.other",
    "A large request was answered in another way than a small one.",
    "A firewall of the proxy may look into it; look at its limit for sizes.",
    consequence="Larger files may not get through.",
)
STREAMING_EXPECTED = _of("streaming.expected", "Streaming was not measured; it is expected to work.")
STREAMING_UNTOLD = _of(
    "streaming.untold",
    "Whether the proxy passes a model's answer on piece by piece could not be checked: nothing else in LibreChat is streamed.",
    "Ask the model for something long. If it appears all at once: proxy_buffering off; in nginx, flush_interval -1 in Caddy.",
)
HOPS_TOO_FEW = _of(
    "hops.too-few",
    "More proxies stand before LibreChat than TRUST_PROXY says.",
    "Set TRUST_PROXY to the number of proxies.",
    consequence="LibreChat takes a proxy's address for that of everybody behind it, so that all of them share one limit of sign-in attempts.",
    settings=("TRUST_PROXY",),
)

UNANSWERED = FindingFamily(
    _of(
        "passage.{}",
        "The site gave no answer that a browser understands ({}).",
        "The checks dns and tls say how far the way goes; the proxy's log says the rest.",
        consequence="nobody gets to LibreChat.",
    ),
    FAILURES,
)
