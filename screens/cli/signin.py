"""``librechat-wizard signin``: one real sign-in from the terminal, and LibreChat's decision for that person."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

from checks.model import Report, Subject
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
from wizard.findings import openid_sign_in as ids
from wizard.findings import saml, social_sign_in
from wizard.findings.oauth import TITLES
from wizard.librechat.providers import SOCIAL

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Sequence

    from checks.provider.signin.listener import CallbackListener
    from checks.provider.signin.renewing import Renewal
    from screens.cli.options import SignInOptions
    from wizard.findings.model import FindingEntry

_Result = TypeVar("_Result")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1"})
_USER_NAME: Final = "User name or mail address, as it would be typed at LibreChat: "


def run(options: SignInOptions) -> ExitStatus:
    """Sign in once; ``InvalidInput`` where that provider is not configured. 0: would get in, 1: would not, 4: not known."""
    output = Output("signin", as_json=options.as_json)
    return output.finish(lambda: _run(options, output))


def _run(options: SignInOptions, output: Output) -> ExitStatus:
    subject = Subject(
        deployment=deployment(take(options.folder, Answers()), {}), reach=options.reach, expected_up=True, tell=tell
    )
    output.parts["provider"] = options.provider
    if options.provider in SOCIAL:
        sign_in = sign_ins.browser_sign_in(options.provider, subject)
        outcome = _at_browser(sign_in, subject, options.provider, social_sign_in.UNREDEEMED)
    elif options.provider == "saml":
        outcome = _saml(subject)
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
    return _at_browser(sign_in, subject, "openid", ids.UNREDEEMED, is_asked=bool(listen))


def _at_browser(
    sign_in: sign_ins.BrowserSignIn, subject: Subject, provider: str, without: FindingEntry, *, is_asked: bool = False
) -> sign_ins.SignInOutcome:
    """Have a person sign in; ``is_asked``: a listener was asked for, ``without``: what is said if nothing comes."""
    begun = _run_now(sign_in.begin())
    if not begun.url:
        return sign_ins.SignInOutcome(report=begun.report)
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(each) for each in _listeners(begun, is_asked=is_asked)]
        if not listeners and (running := _running_with(subject, provider)):
            tell(f"Note: {running}\n")
        tell(sign_ins.address_words(begun.url, begun.redirect, is_listening=True) if listeners else begun.words)
        outcome = _pasted(sign_in, listeners) or _nothing(without)
        if outcome.afterwards:
            tell(f"{outcome.afterwards}\n")
        return outcome


def _run_now(work: Coroutine[Any, Any, _Result]) -> _Result:
    from checks.net.aio import run_until_signal

    return run_until_signal(work)


def _nothing(entry: FindingEntry) -> sign_ins.SignInOutcome:
    return sign_ins.SignInOutcome(report=Report.of([entry.unknown("Nothing was pasted.")]))


def _listeners(begun: sign_ins.Opened, *, is_asked: bool) -> Iterator[CallbackListener]:
    """Give a listener where the browser is sent to this machine, and nobody else listens there."""
    from checks.provider.signin.listener import CallbackListener

    parts, asked = urlsplit(begun.redirect), parse_qs(urlsplit(begun.url).query)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        return
    try:
        state = asked.get("state", [""])[-1]
        yield CallbackListener(parts.port or 80, parts.hostname, state=state, path=parts.path)
    except OSError as error:
        if is_asked:
            message = f"cannot be used: {error.strerror}."
            raise InvalidInput(Problem(field="--listen", message=message, remedy="Choose a free port.")) from None


def _running_with(subject: Subject, provider: str) -> str:
    """Say that a running LibreChat will answer the callback itself; nothing where none answers with this provider."""
    from checks.provider.signin.running import is_offered
    from wizard.basics.own_command import own_command

    if not _run_now(is_offered(subject, provider)):
        return ""
    service = subject.deployment.service or "api"
    return (
        f"LibreChat runs there with {TITLES.get(provider, 'OpenID')} and answers the callback itself, so the code leaves the address bar. "
        f"Stop it in the meantime ({subject.deployment.compose_command} stop {service}), or copy the address of the callback "
        f"from the browser's network view, or use LibreChat's log: {own_command('doctor', '--watch-signin')}"
    )


def _pasted(
    sign_in: sign_ins.BrowserSignIn, listeners: Sequence[CallbackListener] = ()
) -> sign_ins.SignInOutcome | None:
    """Return what came of what is pasted; what is no answer to this sign-in may be followed by another paste."""
    outcome = None
    with HiddenLines() as lines, contextlib.suppress(InputEnded):
        for _ in range(sign_ins.TRIES):
            given = lines.read(listeners)
            tell("Received.")
            outcome = _run_now(sign_in.finish(given))
            if not outcome.may_try_again:
                break
            for finding in outcome.report.findings:
                tell(f"{finding.summary} {finding.remedy}")
    return outcome


def _ldap(subject: Subject, options: SignInOptions) -> sign_ins.SignInOutcome:
    from checks import passwords

    user = options.user or _typed(_USER_NAME)
    tell("The password is sent once; a wrong one counts at the directory.")
    password = passwords.read(options.password_file or "-", "--password-file")
    return _run_now(sign_ins.ldap_sign_in_of(subject, user, password))


def _typed(prompt: str) -> str:
    """Return a line that a person types in view."""
    import sys

    if sys.stdin is None or not sys.stdin.isatty():
        raise InvalidInput(Problem(field="--user", message="is missing.", remedy="Name the person: --user NAME"))
    sys.stderr.write(prompt)
    sys.stderr.flush()
    text = plain(sys.stdin.readline(4096).strip(), limit=1000)
    if not text:
        raise InvalidInput(Problem(field="--user", message="is empty.", remedy="Name the person: --user NAME"))
    return text


def _saml(subject: Subject) -> sign_ins.SignInOutcome:
    sign_in = sign_ins.browser_sign_in("saml", subject)
    begun = _run_now(sign_in.begin())
    if not begun.url:
        return sign_ins.SignInOutcome(report=begun.report)
    tell(begun.words)
    return _pasted(sign_in) or _nothing(saml.RESPONSE_UNREAD)
