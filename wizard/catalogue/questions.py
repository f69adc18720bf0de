"""What the wizard asks that is no variable: the other parts of the answers file, and what only guides a person.

A question is declared as a :class:`~wizard.catalogue.model.Setting` too, so that every front end draws it like any other.
Its id is its place in the answers file: ``access``, ``proxy.hops``, ``settings.EMAIL_HOST``. Ids that begin with ``guide.``
never reach that file.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from wizard import catalogue
from wizard.basics.problem import InvalidInput, Problem
from wizard.catalogue.model import Choice, Kind, Setting

SETTINGS: Final = "settings."
GUIDE: Final = "guide."
EXTENT: Final = "guide.extent"
PROVIDERS: Final = "guide.providers"
MAIL_PRESET: Final = "guide.mail"
OPENID_PRESET: Final = "guide.openid"

_PROXIES: Final = (
    Choice(value="caddy", label="Caddy"),
    Choice(value="nginx", label="nginx"),
    Choice(value="traefik", label="Traefik (a proxy of your own only)"),
)

QUESTIONS: Final[tuple[Setting, ...]] = (
    Setting(
        key=EXTENT,
        section="welcome",
        kind=Kind.CHOICE,
        title="How much to decide",
        help="The essentials lead to a safe set-up in a few steps. Everything else stays as it is and can be reached at any time, in the list of steps or by search.",
        empty="Only the essentials are asked.",
        default="essentials",
        choices=(
            Choice(value="essentials", label="The essentials"),
            Choice(value="everything", label="Every step, one after the other"),
        ),
    ),
    Setting(
        key="librechat.release",
        section="welcome",
        kind=Kind.TEXT,
        title="LibreChat release",
        help="Which settings exist and what they do depends on the release. Answer this only where the folder does not tell, or tells something else than what runs.",
        empty="It is found out from the folder; where nothing tells it, the newest known release is assumed.",
    ),
    Setting(
        key="librechat.stack",
        section="welcome",
        kind=Kind.CHOICE,
        title="Compose file",
        help="LibreChat comes with two: docker-compose.yml for one machine, deploy-compose.yml with an nginx of its own.",
        empty="docker-compose.yml where it stands in the folder.",
        choices=(
            Choice(value="compose", label="docker-compose.yml"),
            Choice(value="deploy", label="deploy-compose.yml"),
        ),
    ),
    Setting(
        key="access",
        section="access",
        kind=Kind.CHOICE,
        title="How people reach LibreChat",
        help="Browsers keep LibreChat's sign-in cookies only over HTTPS or on localhost: this answer decides whether people stay signed in.",
        empty="Addresses, proxies and compose files stay as they are.",
        consequence="Over plain HTTP most releases end in a loop: sign in, be asked to sign in again.",
        docs="https://www.librechat.ai/docs/remote",
        choices=(
            Choice(value="https-proxy", label="HTTPS, by a proxy that the wizard sets up"),
            Choice(value="https-existing", label="HTTPS, by a proxy that I have"),
            Choice(value="localhost", label="Only on this machine (localhost)"),
            Choice(value="http-lan", label="Plain HTTP in a LAN (not recommended)"),
        ),
    ),
    Setting(
        key="proxy.server",
        section="access",
        kind=Kind.CHOICE,
        title="Proxy",
        help="Which proxy terminates HTTPS. With a proxy of your own: the one whose ready text you want.",
        empty="Caddy with docker-compose.yml, the nginx that is there with deploy-compose.yml; for a proxy of your own a text for each.",
        choices=_PROXIES,
    ),
    Setting(
        key="proxy.certificate",
        section="access",
        kind=Kind.CHOICE,
        title="Certificate",
        help="Where the proxy's certificate comes from. A public one needs a public name that leads here and open ports 80 and 443.",
        empty="A public certificate, fetched and renewed by itself.",
        default="acme",
        choices=(
            Choice(value="acme", label="Public, by itself (Let's Encrypt)"),
            Choice(value="internal", label="From an authority of your own, made here, for a LAN"),
            Choice(value="files", label="From files that I have"),
        ),
    ),
    Setting(
        key="proxy.email",
        section="access",
        kind=Kind.EMAIL,
        title="Contact for the certificate",
        help="The certificate authority writes to it when something is wrong with the certificate.",
        empty="No contact is given.",
    ),
    Setting(
        key="proxy.certificate_file",
        section="access",
        kind=Kind.PATH,
        title="Certificate file",
        help="The certificate with its chain, as PEM. A relative path counts from the LibreChat folder.",
        empty="It has to be given where the certificate comes from files.",
    ),
    Setting(
        key="proxy.key_file",
        section="access",
        kind=Kind.PATH,
        title="Key file",
        help="The private key of that certificate, as PEM without a passphrase.",
        empty="It has to be given where the certificate comes from files.",
    ),
    Setting(
        key="proxy.hops",
        section="access",
        kind=Kind.INT,
        title="Proxies before LibreChat",
        help="How many proxies a request passes, such as a CDN and then nginx: 2. LibreChat takes the visitor's address from that many places before itself.",
        empty="One.",
        default="1",
        minimum=1,
        maximum=10,
    ),
    Setting(
        key="proxy.hsts",
        section="access",
        kind=Kind.BOOL,
        title="HTTPS only, remembered by browsers (HSTS)",
        help="The proxy asks browsers to open this host by HTTPS alone for the next two years, and to let nobody past a certificate error (Strict-Transport-Security: max-age=63072000). Turn it on when HTTPS has worked for some weeks. To take it back, answer no and keep HTTPS until everybody has opened LibreChat once more: browsers forget it then (max-age=0).",
        empty="The proxy says nothing about it. Browsers that were asked before keep to it.",
        consequence="It cannot be taken back from browsers that do not come by: without HTTPS, or with an expired certificate, they do not open LibreChat at all.",
        docs="https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security",
    ),
    Setting(
        key="registration.allowedDomains",
        section="accounts",
        kind=Kind.LIST,
        title="Mail domains that may register",
        help="Only addresses of these domains may have an account: example.com, example.org. It goes to librechat.yaml.",
        empty="Every mail domain may.",
        docs="https://www.librechat.ai/docs/configuration/librechat_yaml/object_structure/registration",
    ),
    Setting(
        key="registration.socialLogins",
        section="providers",
        kind=Kind.LIST,
        title="Order of the sign-in buttons",
        help="Which providers have a button, in which order: google, github, discord, facebook, apple, openid, saml. It goes to librechat.yaml. Apple needs it: it is not in LibreChat's own list.",
        empty="LibreChat's own list: google, facebook, openid, github, discord, saml.",
        docs="https://www.librechat.ai/docs/configuration/librechat_yaml/object_structure/registration",
    ),
    Setting(
        key=PROVIDERS,
        section="providers",
        kind=Kind.LIST,
        title="Sign-in providers",
        help="Accounts that people already have and may sign in with. Each one chosen gets a step of its own.",
        empty="People sign in with mail address and password alone.",
        choices=(
            Choice(value="google", label="Google"),
            Choice(value="github", label="GitHub"),
            Choice(value="discord", label="Discord"),
            Choice(value="facebook", label="Facebook"),
            Choice(value="apple", label="Apple"),
            Choice(value="openid", label="OpenID (Keycloak, Authentik, Entra ID, ...)"),
            Choice(value="saml", label="SAML"),
            Choice(value="ldap", label="LDAP or Active Directory"),
        ),
    ),
    Setting(
        key=MAIL_PRESET,
        section="mail",
        kind=Kind.CHOICE,
        title="Mail provider",
        help="Fills in server, port and encryption of a well-known provider.",
        empty="Fill in the fields yourself.",
    ),
    Setting(
        key=OPENID_PRESET,
        section="openid",
        kind=Kind.CHOICE,
        title="Identity provider",
        help="Fills in what is the same for everybody with this provider, and says what to set up there.",
        empty="Fill in the fields yourself.",
    ),
    Setting(
        key="checks.mail_to",
        section="mail",
        kind=Kind.EMAIL,
        title="Send the test mail to",
        help="A mail address of yours, for the test whether LibreChat's mail arrives. It is not written to LibreChat's files.",
        empty="No test mail is sent.",
    ),
    Setting(
        key="checks.from_container",
        section="mail",
        kind=Kind.BOOL,
        title="Test mail from LibreChat's container",
        help="Where LibreChat runs here, one mail to the address above is sent from inside its container (docker compose exec), too.",
        empty="Nothing is run in the container.",
    ),
    Setting(
        key="checks.imap.host",
        section="mail",
        kind=Kind.HOST,
        title="Mailbox: IMAP server",
        help="The mailbox that the test mail goes to, where the wizard is to read the code from it by itself. It is only read.",
        empty="The code is typed by hand.",
    ),
    Setting(
        key="checks.imap.port",
        section="mail",
        kind=Kind.PORT,
        title="Mailbox: port",
        help="993, or 143 where the connection begins in clear.",
        empty="993, or 143 with starttls.",
    ),
    Setting(
        key="checks.imap.tls",
        section="mail",
        kind=Kind.CHOICE,
        title="Mailbox: encryption",
        help="How TLS begins. No mailbox is read in clear.",
        empty="TLS from the first byte.",
        choices=(
            Choice(value="true", label="TLS from the first byte (port 993)"),
            Choice(value="starttls", label="STARTTLS (port 143)"),
        ),
    ),
    Setting(
        key="checks.imap.user",
        section="mail",
        kind=Kind.TEXT,
        title="Mailbox: user",
        help="Often the whole mail address.",
        empty="It has to be given where an IMAP server is.",
    ),
    Setting(
        key="checks.imap.password",
        section="mail",
        kind=Kind.SECRET,
        title="Mailbox: password",
        help="It is used for the check and kept nowhere. Some providers want an app password.",
        empty="The mailbox is not read.",
    ),
    Setting(
        key="checks.imap.folder",
        section="mail",
        kind=Kind.TEXT,
        title="Mailbox: folder",
        help="The folder that the test mail arrives in.",
        empty="INBOX.",
    ),
    Setting(
        key="checks.login.email",
        section="checks",
        kind=Kind.EMAIL,
        title="Test account",
        help="An account of LibreChat that checks may sign in with. It is not written to LibreChat's files.",
        empty="Signing in is not tested.",
    ),
    Setting(
        key="checks.login.password",
        section="checks",
        kind=Kind.SECRET,
        title="Password of the test account",
        help="It is used for the check and kept nowhere.",
        empty="Signing in is not tested.",
    ),
)


@cache
def _by_id() -> dict[str, Setting]:
    return {question.key: question for question in QUESTIONS}


def question(identity: str) -> Setting:
    """Return what is asked under this id; ``InvalidInput`` where there is no such question."""
    name = identity.removeprefix(SETTINGS)
    found = catalogue.by_key().get(name) if name != identity else _by_id().get(identity)
    if found is None:
        raise InvalidInput(Problem(field=identity[:80], message="there is no such question."))
    return found


def label(identity: str) -> str:
    """Return the name that the answers file has for it: ``EMAIL_HOST``, ``proxy.hops``."""
    return identity.removeprefix(SETTINGS)
