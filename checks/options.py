"""How to reach a running LibreChat: address, ``--resolve``, own certificate authority, and the remaining request allowance."""

import ipaddress
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret

OPENID_LINK: Final = "/oauth/openid"
"""The path at which a sign-in through OpenID begins: portals and bookmarks link to it."""
MOST_LIMITED: Final = 3
"""Requests to rate-limited routes in one run (LibreChat counts seven in five minutes, for everybody at one address)."""


class Login(NamedTuple):
    """The account that the sign-in is tried with."""

    email: str
    password: Secret


class SiteOptions(NamedTuple):
    """What the command line says about the way to the running LibreChat."""

    url: str = ""
    """``--url``; empty: DOMAIN_CLIENT."""
    openid_link: str = ""
    """``--url`` as it was given where it is a link to /oauth/openid, with what is behind it; empty: another address."""
    resolve: Mapping[str, str] = MappingProxyType({})
    """``--resolve``: an address for a host name (lower case), in place of asking DNS."""
    cacert: Path | None = None
    """``--cacert``: certificates to trust besides the public ones."""
    login: Login | None = None
    """``--login``; else ``checks.login`` of the answers."""
    make_login: bool = False
    """``--make-login``: an account is made for the sign-in, and removed again; else ``checks.login.create``."""
    stays: float = 0
    """``--for``: seconds that the test account is to stay signed in; its access token is let run out, if it ends by then."""
    allow_insecure_login: bool = False
    """``--allow-insecure-login``: passwords may go to a mail server that nobody verified, and to LibreChat over plain HTTP;
    else ``checks.allow_insecure_login``."""


class LimitReached(Exception):
    """No further request to a rate-limited route is made in this run."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class Allowance:
    """Counts the requests of one run that LibreChat counts too, and ends them at the first 429."""

    def __init__(self, used: int = 0) -> None:
        self.used = used
        self.is_stopped = False

    def need(self, number: int) -> None:
        """Raise ``LimitReached`` if fewer requests are left than what tells anything: one alone would be wasted."""
        if self.is_stopped or self.used + number > MOST_LIMITED:
            raise LimitReached(f"this run is not allowed to make {number} more rate-limited requests")

    def take(self) -> None:
        """Count one request; ``LimitReached`` if it must not be made."""
        if self.is_stopped:
            raise LimitReached("LibreChat reported too many requests, so this run sends no more")
        if self.used >= MOST_LIMITED:
            raise LimitReached(f"this run has used up its {MOST_LIMITED} rate-limited requests")
        self.used += 1

    def stop(self) -> None:
        """Make no further request: a 429 came."""
        self.is_stopped = True


def resolve_map(given: Sequence[str]) -> Mapping[str, str]:
    """Read ``--resolve HOST:ADDRESS`` options; an IPv6 address may be in brackets.

    ``InvalidInput`` names the option whose address or host is none.
    """
    from wizard.librechat.site import Site

    found: dict[str, str] = {}
    problems = []
    for text in given:
        host, _, address = text.partition(":")
        try:
            # As the address that people open is read: an international name in its xn-- form.
            name = Site.parse(f"http://{host.strip().removesuffix('.')}").host
            found[name] = str(ipaddress.ip_address(address.strip().removeprefix("[").removesuffix("]")))
        except ValueError:
            remedy = "Specify a host name and an IP address: --resolve chat.example.com:203.0.113.7"
            problems.append(Problem(field="--resolve", message="is not HOST:ADDRESS.", remedy=remedy))
    if problems:
        raise InvalidInput(*problems)
    return MappingProxyType(found)


def with_url(reach: SiteOptions, url: str | None) -> SiteOptions:
    """Return the reach with ``--url``; ``InvalidInput`` if that is not an address, and where it is empty.

    A link to /oauth/openid is the site that it leads to; the check ``openid`` looks at what is behind it.
    """
    from wizard.librechat.site import Site

    if url is None:
        return reach
    before, is_link, _ = url.partition(OPENID_LINK)
    try:
        link = url.strip() if is_link else ""
        return reach._replace(url=Site.parse(before if is_link else url).url, openid_link=link)
    except ValueError as error:
        problem = Problem(
            field="--url", message=f"is not valid: {error}.", remedy="Copy the URL from the browser's address bar."
        )
        raise InvalidInput(problem) from None


def with_login(reach: SiteOptions, email: str | None, password_file: str | None) -> SiteOptions:
    """Return the reach with ``--login`` and the password from ``--password-file`` (``-`` is standard input).

    ``InvalidInput`` if one of the two is missing, or the file cannot be read or is empty.
    """
    if email is None and password_file is None:
        return reach
    if email is None or password_file is None:
        missing = "--login EMAIL" if email is None else "--password-file FILE"
        raise InvalidInput(f"--login and --password-file must be used together: {missing} is missing.")
    if not email.strip():
        raise InvalidInput(Problem(field="--login", message="is empty.", remedy="Enter the account's email address."))
    from checks import passwords

    return reach._replace(login=Login(email=email.strip(), password=passwords.read(password_file, "--password-file")))


def with_making(reach: SiteOptions, *, wanted: bool) -> SiteOptions:
    """Return the reach with ``--make-login``; ``InvalidInput`` together with ``--login``."""
    if wanted and reach.login is not None:
        raise InvalidInput("--make-login creates an account, and --login uses an existing one: use only one of them.")
    return reach._replace(make_login=wanted)
