"""The answers file as typed parts: each field declares the question that is asked for it.

A question is asked in the step of the interview that its section names; one that is not asked is in an answers file alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from wizard.basics.secret import Secret
from wizard.catalogue import declare
from wizard.catalogue.conditions import answered, both
from wizard.catalogue.config_form import Interface, Registration, Turnstile
from wizard.catalogue.directory_form import CheckLdap, CheckSaml
from wizard.catalogue.kubernetes_form import Kubernetes
from wizard.catalogue.model import Choice
from wizard.catalogue.parts import Part, ask, optional
from wizard.librechat.config_file import SECURE_IMAGES_SINCE
from wizard.librechat.releases import Release

_MOST_PROXIES: Final = 20
"""As TRUST_PROXY, which it goes to. LibreChat itself has no bound: Number() || 1 (api/server/index.js:82, v0.8.8-rc1)."""


def _mail_address(text: str) -> str:
    # Loaded where somebody gives one: most answers hold none.
    from wizard.librechat.mail_address import is_plain

    if not is_plain(text):
        raise ValueError
    return text


class Stack(StrEnum):
    """How LibreChat is run."""

    COMPOSE = "compose"
    DEPLOY = "deploy"
    HELM = "helm"
    LOCAL = "local"
    """Without Docker: a clone that npm, systemd or pm2 runs."""


class Access(StrEnum):
    """How people reach LibreChat."""

    LOCALHOST = "localhost"
    HTTPS_PROXY = "https-proxy"
    HTTPS_EXISTING = "https-existing"
    HTTP_LAN = "http-lan"


class Certificate(StrEnum):
    """Where the certificate of the proxy that the wizard writes comes from."""

    ACME = "acme"
    INTERNAL = "internal"
    FILES = "files"


_OWN_PROXY: Final = answered("access", Access.HTTPS_PROXY)
_FROM_FILES: Final = both(_OWN_PROXY, answered("proxy.certificate", Certificate.FILES))


class Installation(Part, place="librechat", section="welcome"):
    """The part ``librechat:``: which LibreChat it is. ``None``: it is found out from the folder."""

    release: Release | None = ask(declare.text("release", "LibreChat release", pattern=r"v?\d+\.\d+\.\d+(-rc\d*)?",
        help="The available settings and their effects depend on the release. Answer this only if the wizard cannot detect the running release from the LibreChat folder, or detects the wrong one.",
        empty="The wizard detects the release from the LibreChat folder, or assumes the newest known release."),
        default=None, parse=Release.parse, noun="LibreChat release", remedy="Write a tag such as v0.8.7.")  # fmt: skip
    stack: Stack | None = ask(declare.choice("stack", "How LibreChat runs",
        help="LibreChat runs with docker-compose.yml (for a single machine), with deploy-compose.yml (which includes nginx), on Kubernetes with the official Helm chart, or without Docker from a clone of its repository. The chart's files go into the kubernetes folder.",
        empty="docker-compose.yml if it exists in the LibreChat folder.",
        choices=(
            Choice("compose", "docker-compose.yml"),
            Choice("deploy", "deploy-compose.yml"),
            Choice("helm", "Kubernetes, with the official Helm chart"),
            Choice("local", "npm, systemd or pm2, without Docker"))),
        default=None, parse=Stack)  # fmt: skip
    service: str = ask(declare.text("service", "LibreChat's service", pattern=r"[A-Za-z0-9._-]{1,100}",
        help="The service in the compose files that runs LibreChat. The wizard finds the service by its image and mounts. "
        "Answer this only if several services look like LibreChat or none does.",
        empty="The wizard detects the service from the compose files."),
        default="", noun="service of a compose file", remedy="Write the name as it appears under services:.")  # fmt: skip


class Proxy(Part, place="proxy", section="access"):
    """The part ``proxy:``."""

    server: str = ask(declare.choice("server", "Proxy",
        help="Which proxy terminates HTTPS. If you run your own proxy, choose the one that you want a configuration example for.",
        empty="Caddy with docker-compose.yml; the included nginx with deploy-compose.yml; examples for all proxies if you run your own.",
        choices=(Choice("caddy", "Caddy"), Choice("nginx", "nginx"), Choice("traefik", "Traefik (only as your own proxy)")),
        applies=answered("access", Access.HTTPS_PROXY, Access.HTTPS_EXISTING)),
        default="")  # fmt: skip
    certificate: Certificate = ask(declare.choice("certificate", "Certificate",
        help="Where the proxy's certificate comes from. A public certificate requires a public name that resolves to this machine, and open ports 80 and 443.",
        empty="A public certificate, obtained and renewed automatically.",
        choices=(
            Choice("acme", "Public and automatic (Let's Encrypt)"),
            Choice("internal", "From a new private CA on this machine (for a LAN)"),
            Choice("files", "From my own certificate files")),
        applies=_OWN_PROXY),
        default=Certificate.ACME, parse=Certificate, needs={"files": ("certificate_file", "key_file")})  # fmt: skip
    certificate_file: str = ask(declare.path("certificate_file", "Certificate file",
        help="The certificate and its chain in PEM format. Relative paths are relative to the LibreChat folder.",
        empty="Required if you use your own certificate files.",
        applies=_FROM_FILES),
        default="")  # fmt: skip
    key_file: str = ask(declare.path("key_file", "Key file",
        help="The certificate's private key in PEM format, without a passphrase.",
        empty="Required if you use your own certificate files.",
        applies=_FROM_FILES),
        default="")  # fmt: skip
    email: str = ask(declare.email("email", "Certificate contact", pattern=r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}",
        help="The certificate authority sends email to this address if there is a problem with the certificate.",
        empty="The certificate authority gets no contact address.",
        applies=both(_OWN_PROXY, answered("proxy.certificate", "", Certificate.ACME))),
        default="", noun="email address", remedy="Write an address such as admin@example.com, or leave the answer out.")  # fmt: skip
    hops: int = ask(declare.integer("hops", "Proxies in front of LibreChat", minimum=1, maximum=_MOST_PROXIES,
        help="How many proxies a request passes through, such as 2 for a CDN in front of nginx. LibreChat uses this number to find the client's IP address.",
        empty="One.",
        applies=answered("access", Access.HTTPS_EXISTING)),
        default=1, noun="number of proxies", remedy="Count the proxies in front of LibreChat: 1, 2, ...")  # fmt: skip
    hsts: bool | None = ask(declare.switch("hsts", "Require HTTPS (HSTS from the proxy)",
        help="The proxy tells browsers to open this host only over HTTPS for the next two years (Strict-Transport-Security: max-age=63072000). Users cannot bypass certificate errors. Turn HSTS on after HTTPS has worked for a few weeks. To undo it, answer no and keep HTTPS running until everyone has opened LibreChat again. Browsers then drop the rule (max-age=0).",
        empty="The proxy does not send the header. Browsers that received the header earlier still require HTTPS.",
        consequence="After you turn HSTS off, a browser still requires HTTPS until it next opens LibreChat over HTTPS. Until then, that browser cannot open LibreChat without HTTPS or with an expired certificate.",
        docs="https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security",
        applies=answered("access", Access.HTTPS_PROXY, Access.HTTPS_EXISTING)),
        default=None)  # fmt: skip


class Imap(Part, place="checks.imap", needs=("host", "user"), section="mail"):
    """The part ``checks.imap``: the mailbox that ``checks.mail_to`` leads to. It is only read, and only over TLS."""

    host: str = ask(declare.host("host", "Mailbox: IMAP server",
        help="The IMAP server of the mailbox that receives the test email. If set, the wizard reads the code in that email automatically. The wizard changes nothing in the mailbox.",
        empty="You type the code from the test email yourself."),
        default="")  # fmt: skip
    port: int | None = ask(declare.port("port", "Mailbox: port", minimum=1, maximum=0xFFFF,
        help="993, or 143 for connections that start unencrypted.",
        empty="993, or 143 with starttls."),
        default=None, noun="port", remedy="Write 993, or 143 with tls: starttls.")  # fmt: skip
    starttls: bool = ask(declare.choice("tls", "Mailbox: encryption",
        help="How the connection is encrypted. The wizard does not read a mailbox over an unencrypted connection.",
        empty="TLS from the first byte.",
        choices=(Choice("true", "TLS from the first byte (port 993)"), Choice("starttls", "STARTTLS (port 143)"))),
        default=False, parse="starttls".__eq__, remedy="The wizard does not read a mailbox over an unencrypted "
        "connection.")  # fmt: skip
    user: str = ask(declare.text("user", "Mailbox: user name",
        help="Often the full email address.",
        empty="Required if an IMAP server is set."),
        default="")  # fmt: skip
    password: Secret | None = ask(declare.secret("password", "Mailbox: password",
        help="Used only for the check and not stored. Some providers require an app password.",
        empty="The wizard does not read the mailbox."),
        default=None, variable="IMAP_PASSWORD")  # fmt: skip
    folder: str = ask(declare.text("folder", "Mailbox: folder",
        help="The mailbox folder that receives the test email.",
        empty="INBOX."),
        default="INBOX")  # fmt: skip

    @property
    def tcp_port(self) -> int:
        """The port; if none is given, the default of the TLS mode (RFC 8314 section 3.2, RFC 3501)."""
        return self.port or (143 if self.starttls else 993)


class CheckLogin(Part, place="checks.login", section="accounts"):
    """The part ``checks.login``: the account that checks sign in with."""

    email: str = ask(declare.text("email", "Test account",
        help="A LibreChat account that the checks can sign in with. It is not written to LibreChat's files.",
        empty="Sign-in is not tested."),
        default="")  # fmt: skip
    password: Secret | None = ask(declare.secret("password", "Test account password",
        help="Used only for the check and not stored.",
        empty="Sign-in is not tested."),
        default=None, variable="PROBE_PASSWORD")  # fmt: skip
    create: bool = ask(declare.switch("create", "Create a test account",
        help="The wizard creates an account for the sign-in test and removes it afterwards.",
        empty="The wizard does not create an account."),
        default=False, excludes="email", is_asked=False)  # fmt: skip


class CheckInputs(Part, place="checks", section="mail"):
    """The part ``checks:``: what only the checks need."""

    mail_to: str = ask(declare.email("mail_to", "Send the test email to",
        help="One of your email addresses, to test whether LibreChat's email arrives. The address is not written to LibreChat's files.",
        empty="No test email is sent."),
        default="", parse=_mail_address, noun="email address", remedy="Write somebody@example.com.")  # fmt: skip
    imap: Imap | None = optional(Imap)
    """``None``: nobody looks whether the test mail arrives."""
    from_container: bool = ask(declare.switch("from_container", "Test email from LibreChat's container",
        help="If LibreChat runs here, the wizard also sends one email to the test recipient from inside LibreChat's container (docker compose exec). It also contacts the OpenID provider from that container.",
        empty="The wizard runs nothing in the container."),
        default=False)  # fmt: skip
    login: CheckLogin = CheckLogin()
    ldap: CheckLdap = CheckLdap()
    saml: CheckSaml = CheckSaml()
    allow_insecure_login: bool = ask(declare.switch("allow_insecure_login", "Send passwords over unprotected connections",
        help="Lets the checks send passwords over unprotected connections: to a mail server with an unverified certificate, and to LibreChat over http://.",
        empty="The checks send no passwords over such connections."),
        default=False, is_asked=False)  # fmt: skip


class AnswersForm(Part, section="access"):
    """The answers file from above: its parts in their order."""

    librechat: Installation = Installation()
    access: Access | None = ask(declare.choice("access", "How users reach LibreChat",
        help="Browsers keep LibreChat's sign-in cookies only over HTTPS or on localhost, so this answer decides whether people stay signed in.",
        empty="Addresses, proxies and compose files stay unchanged.",
        consequence="If you choose HTTPS but users open LibreChat over plain HTTP, most releases keep asking them to sign in.",
        docs="https://www.librechat.ai/docs/remote",
        choices=(
            Choice("https-proxy", "HTTPS, with a proxy that the wizard sets up",
                "People stay signed in. Requires a host name and ports 80 and 443."),
            Choice("https-existing", "HTTPS, with my own proxy",
                "People stay signed in. Your proxy keeps its certificate."),
            Choice("localhost", "Only on this machine (localhost)",
                "You stay signed in. Other machines cannot reach LibreChat."),
            Choice("http-lan", "Plain HTTP on a LAN (not recommended)",
                "People stay signed in, but passwords are exposed. Secure cookies are off."))),
        default=None, parse=Access)  # fmt: skip
    proxy: Proxy = Proxy()
    kubernetes: Kubernetes = Kubernetes()
    settings: Mapping[str, Any] = MappingProxyType({})
    """LibreChat's variables, which the rest of the catalogue declares."""
    registration: Registration = Registration()
    turnstile: Turnstile = Turnstile()
    interface: Interface = Interface()
    secure_image_links: bool | None = ask(declare.switch("secureImageLinks", "Images only for signed-in users", section="page",
        help="Whether LibreChat sends chat images only to their owner, identified by the sign-in cookie. Written to librechat.yaml.",
        empty="librechat.yaml stays unchanged. If this option is not set there, it is on in v0.8.8-rc2 and later, and off in earlier releases.",
        consequence="If this is on and browsers drop the sign-in cookie (for example, over plain HTTP), images do not appear. If off, anyone with an image's link can view it.",
        docs=f"{declare.MANUAL}configuration/librechat_yaml/object_structure/config", since=SECURE_IMAGES_SINCE),
        default=None, goes_to_config=True)  # fmt: skip
    checks: CheckInputs = CheckInputs()
