"""Findings of the ``ldap`` check: from the connection to the account that a person would get."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="ldap")
_NOBODY = "nobody can sign in."
_connect = partial(_of, stage="connect", consequence=_NOBODY)
_bind = partial(_of, stage="bind", consequence=_NOBODY)
_search = partial(_of, stage="search")
_account = partial(_of, stage="account")

CONNECT_OK = _connect("connect.ok", "The directory answers.")
CONNECT = FindingFamily(
    _connect(
        "connect.{}",
        "Could not connect to the directory.",
        "Check LDAP_URL, and the firewall on the way.",
        consequence="every sign-in ends with an error.",
        settings=("LDAP_URL",),
        transient=True,
        harmless=True,
    ),
    ("name", "unresolved", "inside", "refused", "unreachable", "silent", "closed", "garbled", "handshake"),
)
PLAIN_PORT = _connect(
    "connect.plain-port",
    "The port does not speak TLS from the first byte, and LDAP_URL begins with ldaps://.",
    "Use the directory's port for ldaps, usually 636.",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_URL",),
)
TLS_PORT = _connect(
    "connect.tls-port",
    "The port speaks TLS from the first byte, and LDAP_URL begins with ldap://.",
    "Write ldaps:// in LDAP_URL.",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_URL",),
)
CERTIFICATE_OK = _connect("certificate.ok", "The directory's certificate verifies as LibreChat verifies it.")
CERTIFICATE = FindingFamily(
    _connect(
        "certificate.{}",
        "LibreChat refuses the directory's certificate.",
        "Name the authority's certificate in LDAP_CA_CERT_PATH, with LDAP_TLS_REJECT_UNAUTHORIZED=true.",
        consequence="every sign-in ends with an error.",
        settings=("LDAP_CA_CERT_PATH", "LDAP_URL"),
    ),
    ("untrusted", "self-signed", "expired", "not-yet", "name", "weak"),
)
CERTIFICATE_UNVERIFIED = _connect(
    "certificate.unverified",
    "LibreChat accepts any certificate of the directory.",
    "LDAP_TLS_REJECT_UNAUTHORIZED=true",
    consequence="Anyone between LibreChat and the directory can read every password.",
    settings=("LDAP_TLS_REJECT_UNAUTHORIZED", "LDAP_CA_CERT_PATH"),
    supersedes=("rules.ldap.unverified",),
)

BIND_OK = _bind("bind.ok", "The directory accepted LDAP_BIND_DN and its password.")
BIND_ANONYMOUS = _bind("bind.anonymous", "LibreChat searches without a password.")
BIND_REFUSED = _bind(
    "bind.refused",
    "The directory rejected LDAP_BIND_DN or its password.",
    "Compare both with the directory. In .env, put a password with # or $ into single quotes.",
    consequence="Everybody sees that their own password is wrong.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
BIND_ACCOUNT = _bind(
    "bind.account",
    "The directory rejected LDAP_BIND_DN: its account cannot sign in.",
    "Unlock or enable that account in the directory.",
    consequence="Everybody sees this as the state of their own account.",
    settings=("LDAP_BIND_DN",),
)
BIND_REMEMBERED = _bind(
    "bind.remembered",
    "The directory rejected this LDAP_BIND_DN with this password before; it was not tried again.",
    "Change one of the two. To try the same once more, set checks.ldap.again to true in the answers.",
    consequence="Further wrong passwords lock the account, and then nobody can sign in.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
BIND_UNREMEMBERED = _bind(
    "bind.unremembered",
    "No password was sent: the wizard cannot write down a rejection here, and a second one may lock the account.",
    "Run it as the owner of the folder.",
    settings=("LDAP_BIND_DN",),
    test_only=True,
)
BIND_WITHHELD = _bind(
    "bind.withheld",
    "The password of LDAP_BIND_DN was not sent, because the connection does not protect it. LibreChat sends it.",
    "Use LDAP_URL=ldaps://HOST:636, with LDAP_TLS_REJECT_UNAUTHORIZED=true where LDAP_CA_CERT_PATH is set.",
    settings=("LDAP_URL", "LDAP_CA_CERT_PATH"),
    test_only=True,
    withheld=True,
)
BIND_NEEDS_TLS = _bind(
    "bind.needs-tls",
    "The directory accepts passwords over TLS only.",
    "LDAP_URL=ldaps://HOST:636",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_URL",),
)
BIND_NAME = _bind(
    "bind.name",
    "The directory says that LDAP_BIND_DN is not a distinguished name.",
    "Write it as in the directory, without quotes: cn=reader,dc=example,dc=com",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_BIND_DN",),
)
BIND_EMPTY = _bind(
    "bind.empty-password",
    "LDAP_BIND_DN is set without a password, and the directory refuses such a bind.",
    "Set LDAP_BIND_CREDENTIALS, or remove LDAP_BIND_DN for an anonymous search.",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_BIND_CREDENTIALS", "LDAP_BIND_DN"),
    supersedes=("rules.ldap.bind",),
)
BIND_FAILED = _bind(
    "bind.failed",
    "The directory refused the bind of LDAP_BIND_DN.",
    "Look into the directory's log.",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_BIND_DN",),
)
SILENT = FindingFamily(
    _of(
        "silent.{}",
        "The directory does not answer.",
        "Look into the directory's log. LibreChat sets no time limit.",
        consequence="sign-ins never end: the page waits forever.",
        settings=("LDAP_URL",),
        transient=True,
    ),
    ("connect", "bind", "search", "user"),
)
BROKEN = FindingFamily(
    _of(
        "broken.{}",
        "The directory closed the connection, or answered with something that is not LDAP.",
        "Is the port in LDAP_URL that of the directory?",
        consequence="every sign-in ends with an error.",
        settings=("LDAP_URL",),
        transient=True,
    ),
    ("bind", "search", "user"),
)

BASE_MISSING = _search(
    "base.missing",
    "The directory has no entry LDAP_USER_SEARCH_BASE, or LDAP_BIND_DN may not see it.",
    "Compare it with the directory: CN=Users is not OU=Users.",
    consequence="Everybody sees 'Bad search base'.",
    settings=("LDAP_USER_SEARCH_BASE",),
)
BASE_REFERRAL = _search(
    "base.referral",
    "LDAP_USER_SEARCH_BASE belongs to another directory: this one only refers to it.",
    "Name that directory in LDAP_URL, or a base of this one.",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_USER_SEARCH_BASE", "LDAP_URL"),
)
BASE_REFUSED = _search(
    "base.refused",
    "The directory says that LDAP_USER_SEARCH_BASE is not a distinguished name.",
    "Write it as in the directory: ou=people,dc=example,dc=com",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_USER_SEARCH_BASE",),
)
SEARCH_DENIED = _search(
    "search.denied",
    "The directory does not allow this account to search.",
    "Set LDAP_BIND_DN and LDAP_BIND_CREDENTIALS to an account that may read people.",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
SEARCH_LIMIT = _search(
    "search.limit",
    "The search reached a limit of the directory.",
    "Make LDAP_SEARCH_FILTER match one person only.",
    consequence="every such sign-in ends with an error.",
    settings=("LDAP_SEARCH_FILTER",),
)
SEARCH_FAILED = _search(
    "search.failed",
    "The directory refused the search.",
    "Look into the directory's log.",
    consequence="every sign-in ends with an error.",
    settings=("LDAP_SEARCH_FILTER", "LDAP_USER_SEARCH_BASE"),
)
SEARCH_LARGE = _search(
    "search.large",
    "The directory's answer is larger than any entry of a person, and was not read to its end.",
    "Make LDAP_SEARCH_FILTER match one person only.",
    settings=("LDAP_SEARCH_FILTER",),
    test_only=True,
)
BASE_OK = _search("base.ok", "The directory has LDAP_USER_SEARCH_BASE, and the account may read it.")
USER_NOT_FOUND = _search(
    "user.not-found",
    "The search finds nobody of this name.",
    "Compare LDAP_SEARCH_FILTER and LDAP_USER_SEARCH_BASE with the person's entry.",
    consequence="This person sees 'Invalid username/password'.",
    settings=("LDAP_SEARCH_FILTER", "LDAP_USER_SEARCH_BASE"),
)
USER_SEVERAL = _search(
    "user.several",
    "The search finds more than one entry for this name.",
    "Make LDAP_SEARCH_FILTER match one person only.",
    consequence="Such sign-ins end with an error.",
    settings=("LDAP_SEARCH_FILTER",),
)
USER_CHARACTERS = _search(
    "user.characters",
    "LibreChat cannot search for a name with *, brackets or $$ in it.",
    "Let such people sign in by mail address.",
    consequence="This person sees 'Invalid username/password'.",
    settings=("LDAP_SEARCH_FILTER",),
)
USER_FOUND = _search("user.found", "The search finds exactly one entry.")

ACCOUNT_OK = _account("account.ok", "The entry becomes an account.")
ACCOUNT_VALUES = _account(
    "account.many-values",
    "An attribute of this entry has several values, and LibreChat's database refuses the account.",
    "Name attributes with one value in LDAP_ID, LDAP_USERNAME and LDAP_FULL_NAME.",
    consequence="Such people cannot sign in.",
    settings=("LDAP_ID", "LDAP_USERNAME", "LDAP_FULL_NAME"),
)
ACCOUNT_MAIL = _account(
    "account.mail-invalid",
    "The mail address of this entry is not valid to LibreChat's database.",
    "Name another attribute in LDAP_EMAIL.",
    consequence="Such people cannot sign in.",
    settings=("LDAP_EMAIL",),
)
ACCOUNT_NO_MAIL = _account(
    "account.mail-missing",
    "This entry has no mail address, and LibreChat makes one up.",
    "LDAP_EMAIL=userPrincipalName, or another attribute with an address.",
    consequence="Such accounts get no mail, two without a user name collide, and LibreChat logs the whole entry.",
    settings=("LDAP_EMAIL",),
)
ACCOUNT_DOMAIN = _account(
    "account.domain",
    "The mail domain of this entry is not in registration.allowedDomains.",
    "Add the domain to registration.allowedDomains in librechat.yaml.",
    consequence="Such people are told 'Email domain not allowed'.",
    settings=("LDAP_EMAIL",),
)
ACCOUNT_IDENTITY = _account(
    "account.no-identity",
    "This entry has no attribute that identifies the account.",
    "Name an attribute that every person has in LDAP_ID, such as entryUUID.",
    consequence="All such people share one account, the first administrator's included.",
    settings=("LDAP_ID",),
)
ACCOUNT_BINARY = _account(
    "account.binary",
    "LDAP_ID names an attribute that is not text:",
    "LDAP_ID=sAMAccountName, or entryUUID outside Active Directory.",
    consequence="its bytes are mangled, and two people can get the same identity.",
    settings=("LDAP_ID",),
)
ATTRIBUTE_CASE = FindingFamily(
    _account(
        "attribute-case.{}",
        "{} is spelled otherwise than in the directory:",
        "Write the attribute as the directory spells it.",
        consequence="LibreChat ignores it and uses its default attributes.",
    ),
    ("LDAP_ID", "LDAP_USERNAME", "LDAP_EMAIL", "LDAP_FULL_NAME"),
)
ATTRIBUTE_MISSING = FindingFamily(
    _account(
        "attribute-missing.{}",
        "This entry has no attribute of the name in {}:",
        "Name an attribute that people's entries have.",
        consequence="LibreChat uses its default attributes.",
    ),
    ("LDAP_ID", "LDAP_USERNAME", "LDAP_EMAIL", "LDAP_FULL_NAME"),
)
USER_OK = _account("user.ok", "The directory accepted the test user's password.")
USER_REFUSED = _account(
    "user.refused",
    "The directory rejected the test user.",
    "Compare the password in checks.ldap.password with the directory.",
    consequence="This person cannot sign in.",
    settings=("checks.ldap.password",),
)
USER_REMEMBERED = _account(
    "user.remembered",
    "The directory rejected this test user with this password before; it was not tried again.",
    "Correct checks.ldap.password. To try the same once more, set checks.ldap.again to true in the answers.",
    settings=("checks.ldap.password",),
    test_only=True,
)
USER_FAILED = _account(
    "user.failed",
    "The directory refused the test user's bind.",
    "Look into the directory's log.",
    consequence="Sign-ins end with an error.",
    settings=("checks.ldap.password",),
)
UNDECIDED = _of(
    "undecided",
    "No fault found; a real sign-in decides the rest.",
    "Name a person in checks.ldap.user of the answers, so their entry can be looked at.",
)
WOULD_BE = _account("signin.would-be", "This person would be signed in.", consequence="")
