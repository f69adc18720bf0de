"""``librechat-wizard signin``: one real sign-in from the terminal, and LibreChat's decision for that person."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

from checks.model import RunMemory, Subject
from screens.cli.output import Output
from screens.cli.streams import tell
from screens.shared import sign_ins
from screens.shared.hidden_line import HiddenLines, InputEnded
from wizard.answers.model import Answers
from wizard.basics.exit_status import ExitStatus
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take
from wizard.librechat.providers import SOCIAL

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Sequence

    from checks.provider.signin.listener import CallbackListener
    from checks.provider.signin.renewing import Renewal
    from screens.cli.options import SignInOptions
    from wizard.basics.secret import Secret

_Result = TypeVar("_Result")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1"})
_PIPED: Final = "The password on standard input (--password-file was not given)"
_USER_NAME: Final = "User name or email address, as you would type it in LibreChat: "


def run(options: SignInOptions) -> ExitStatus:
    """Sign in once; ``InvalidInput`` if that provider is not configured. 0: would get in, 1: would not, 4: not known."""
    output = Output("signin", as_json=options.as_json)
    return output.finish(lambda: _run(options, output))


def _run(options: SignInOptions, output: Output) -> ExitStatus:
    subject = Subject(
        memory=RunMemory(),
        deployment=deployment(take(options.folder, Answers()), {}),
        site_options=options.site_options,
        expected_up=True,
        tell=tell,
    )
    output.parts["provider"] = options.provider
    if options.provider in {"saml", *SOCIAL}:
        sign_in = sign_ins.browser_sign_in(options.provider, subject)
        outcome = _at_browser(sign_in)
    else:
        outcome = (_ldap if options.provider == "ldap" else _openid)(subject, options)
    output.report = outcome.report
    output.parts |= outcome.parts
    output.show_report()
    output.show(f"{outcome.closing}\n")
    return outcome.report.exit_status


def _openid(subject: Subject, options: SignInOptions) -> sign_ins.SignInOutcome:
    return openid_sign_in(subject, listen=options.listen)


def openid_sign_in(subject: Subject, *, listen: int = 0, renewal: Renewal | None = None) -> sign_ins.SignInOutcome:
    """Sign in through OpenID with a browser; ``listen``: the port of a listener, ``renewal``: how long tokens are renewed."""
    from checks.provider.signin.openid import LOOPBACK

    redirect = LOOPBACK.format(listen) if listen else ""
    sign_in = sign_ins.browser_sign_in("openid", subject, redirect=redirect, renewal=renewal)
    return _at_browser(sign_in, is_asked=bool(listen))


def _at_browser(sign_in: sign_ins.BrowserSignIn, *, is_asked: bool = False) -> sign_ins.SignInOutcome:
    """Have a person sign in; ``is_asked``: a listener was asked for."""
    begun = _run_now(sign_in.begin())
    if not begun.url:
        return begun.unopened()
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(each) for each in _listeners(begun, is_asked=is_asked)]
        words = begun.words(is_listening=bool(listeners))
        outcome = _pasted(sign_in, words, listeners) or begun.nothing_pasted()
        if outcome.afterwards:
            tell(f"{outcome.afterwards}\n")
        return outcome


def _run_now(work: Coroutine[Any, Any, _Result]) -> _Result:
    from checks.net.aio import run_until_signal

    return run_until_signal(work)


def _listeners(begun: sign_ins.Opened, *, is_asked: bool) -> Iterator[CallbackListener]:
    """Yield a listener where the browser is sent to this machine, and nobody else takes the callback there.

    A LibreChat on ::1 leaves 127.0.0.1 of the same port free, and gets the browser first.
    """
    from checks.provider.signin.listener import CallbackListener

    parts, asked = urlsplit(begun.redirect), parse_qs(urlsplit(begun.url).query)
    if begun.note or parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        return
    try:
        state = asked.get("state", [""])[-1]
        yield CallbackListener(parts.port or 80, parts.hostname, state=state, path=parts.path)
    except OSError as error:
        if is_asked:
            message = f"cannot be used: {error.strerror}."
            raise InvalidInput(Problem(field="--listen", message=message, remedy="Choose a free port.")) from None


def _pasted(
    sign_in: sign_ins.BrowserSignIn, words: str, listeners: Sequence[CallbackListener] = ()
) -> sign_ins.SignInOutcome | None:
    """Say what to paste, and return what came of it; ``None``: nothing was pasted."""
    with HiddenLines() as lines:
        # Not before: what is pasted at once would be echoed.
        tell(words)

        def read() -> Secret | None:
            try:
                given = lines.read(listeners)
            except InputEnded:
                return None
            tell("Received.")
            return given

        return sign_ins.pasted_outcome(sign_in, read, _run_now, tell)


def _ldap(subject: Subject, options: SignInOptions) -> sign_ins.SignInOutcome:
    from checks import passwords

    sign_ins.demand_ldap(subject)
    user = options.user or _typed(_USER_NAME)
    tell("The password is sent once. The directory counts a wrong password as a failed attempt.")
    password = passwords.read(options.password_file or "-", "--password-file" if options.password_file else _PIPED)
    return _run_now(sign_ins.ldap_sign_in_of(subject, user, password))


def _typed(prompt: str) -> str:
    """Return a line that a person types in view."""
    import sys

    if sys.stdin is None or not sys.stdin.isatty():
        raise InvalidInput(Problem(field="--user", message="is missing.", remedy="Add --user NAME."))
    sys.stderr.write(prompt)
    sys.stderr.flush()
    text = plain(sys.stdin.readline(4096).strip(), limit=1000)
    if not text:
        raise InvalidInput(Problem(field="--user", message="is empty.", remedy="Add --user NAME."))
    return text
