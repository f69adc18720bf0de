"""What a person reads before a browser sign-in: known problems, a running LibreChat, the address, what to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.basics.finding import Status
from wizard.basics.own_command import in_folder, own_command
from wizard.basics.plain_text import plain
from wizard.catalogue.answers_form import Stack
from wizard.findings.oauth import TITLES
from wizard.librechat.cookies import state_cookie
from wizard.librechat.providers import SOCIAL

if TYPE_CHECKING:
    from checks.model import Report, Subject
    from wizard.deployment.model import Deployment

_LIVES: Final = "The code expires after about a minute."
_OPEN: Final = "Open this URL in any browser and sign in:"
_KEEP_LOG: Final = (
    "Before you sign in, open the Network tab of the browser's developer tools and turn on 'Preserve log'."
)
_WAITS: Final = "The wizard is waiting for the browser. If the browser is on another machine, copy the URL from the browser's address bar and paste it here. What you paste is not displayed."
_PASTE: Final = f"Then copy the complete URL from the address bar and paste it here (not shown). {_LIVES}"
_RESPONSE: Final = (
    f"{_KEEP_LOG}\nAfter the sign-in, copy the SAMLResponse form field of the last POST and paste it here (not shown)."
)
_FORM: Final = (
    f"Apple sends the code to LibreChat in a form, never in the address bar.\n{_KEEP_LOG}\n"
    "After the sign-in, select the POST to /oauth/apple/callback and open its Payload tab. Paste the form here (not\n"
    "shown): the full 'view source' text, or the lines that begin with state and code."
)
_MAY_RUN: Final = (
    "Note: if LibreChat is running with Apple sign-in, it receives the form and uses up the code. Stop LibreChat first,\n"
    "or sign in to LibreChat instead and explain its log with this command:"
)
_LONGEST: Final = 1000


def opening_words(provider: str, url: str, redirect: str, *, is_listening: bool = False) -> str:
    """Return what a person does with the address."""
    if provider == "apple":
        after = _FORM
    elif provider == "saml":
        after = _RESPONSE
    else:
        paste = _WAITS if is_listening else _PASTE
        after = f"The browser is then redirected to {redirect} (an error page there is fine).\n{paste}"
    return f"{_OPEN}\n\n{url}\n\n{after}"


def known_before(report: Report) -> str:
    """Return what the settings and the provider's own documents show to be wrong for every person; empty if nothing is."""
    shown = (*report.having(Status.FAIL), *report.having(Status.WARN), *report.having(Status.UNKNOWN))
    return "\n".join(
        plain(" ".join(filter(None, (f"{each.status}:", each.summary, each.consequence, each.remedy))), limit=_LONGEST)
        for each in shown
    )


async def running_note(subject: Subject, provider: str) -> str:
    """Return what to do about a LibreChat that runs and answers the callback itself; empty if none with this provider answers."""
    from checks.provider.signin.running_instance import is_offered

    deployment = subject.deployment
    if not await is_offered(subject, provider):
        # Apple's form goes to LibreChat even if that cannot be reached from here, and nobody sees it arrive.
        return f"{_MAY_RUN}\n  {log_command(deployment)}" if provider == "apple" else ""
    title = TITLES.get(provider, "OpenID")
    is_form = provider == "apple"
    effect = (
        ". It receives the form and may use the code first."
        if is_form
        else ". It handles the callback itself, so the code disappears from the address bar."
    )
    lines = [f"Note: LibreChat is already running with {title} sign-in{effect} Choose one:", *_stopping(deployment)]
    if not is_form and _refuses_our_state(deployment, provider):
        lines.append("  - copy the callback URL from the browser's Network tab and paste it here")
    lines.append(f"  - sign in to LibreChat instead, then explain the log with: {log_command(deployment)}")
    return "\n".join(lines)


def _refuses_our_state(deployment: Deployment, provider: str) -> bool:
    """Whether LibreChat leaves a code alone that comes with a state which it did not send, so that it can be redeemed here."""
    return provider not in SOCIAL or state_cookie(provider, {}, deployment.release) is not None


def _stopping(deployment: Deployment) -> tuple[str, ...]:
    """Return the lines that say how LibreChat is stopped and started again, as far as it is known what runs it."""
    if (view := deployment.kubernetes) is not None:
        scale = f"kubectl -n {view.release.namespace} scale deployment/{view.release.fullname} --replicas="
        stop, start = f"{scale}0", f"{scale}{view.replicas}"
    elif deployment.stack is Stack.LOCAL:
        return ("  - stop LibreChat before you sign in",)
    else:
        command, service = deployment.compose_command, deployment.service or "api"
        stop, start = in_folder(f"{command} stop {service}"), in_folder(f"{command} start {service}")
    return f"  - stop LibreChat before you sign in: {stop}", f"    and start LibreChat afterwards: {start}"


def log_command(deployment: Deployment) -> str:
    """Return what explains a sign-in from LibreChat's log, for how it runs."""
    if (view := deployment.kubernetes) is not None:
        logs = f"kubectl -n {view.release.namespace} logs --since=5m deployment/{view.release.fullname}"
        return f"{logs} | {own_command('explain', is_piped=True)}"
    if deployment.stack is Stack.LOCAL:
        return own_command("explain", "FILE")
    return own_command("doctor", "--watch-signin")
