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
        consequence="every sign-in fails with an error.",
        settings=("LDAP_URL",),
        transient=True,
        harmless=True,
    ),
    ("name", "unresolved", "inside", "refused", "unreachable", "silent", "closed", "garbled", "handshake"),
)
PLAIN_PORT = _connect(
    "connect.plain-port",
    "The port does not speak TLS from the first byte, but LDAP_URL begins with ldaps://.",
    "Use the directory's port for ldaps, usually 636.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_URL",),
)
TLS_PORT = _connect(
    "connect.tls-port",
    "The port speaks TLS from the first byte, but LDAP_URL begins with ldap://.",
    "Write ldaps:// in LDAP_URL.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_URL",),
)
CERTIFICATE_OK = _connect("certificate.ok", "The directory's certificate passes LibreChat's verification.")
CERTIFICATE = FindingFamily(
    _connect(
        "certificate.{}",
        "LibreChat refuses the directory's certificate.",
        "Set LDAP_CA_CERT_PATH to the certificate of the authority, and LDAP_TLS_REJECT_UNAUTHORIZED=true.",
        consequence="every sign-in fails with an error.",
        settings=("LDAP_CA_CERT_PATH", "LDAP_URL"),
    ),
    ("untrusted", "self-signed", "expired", "not-yet", "name", "weak"),
)
CERTIFICATE_UNVERIFIED = _connect(
    "certificate.unverified",
    "LibreChat accepts any certificate from the directory.",
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
    "Compare both with the directory. In .env, put a password with # or $ in single quotes.",
    consequence="LibreChat tells everybody that their own password is wrong.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
BIND_ACCOUNT = _bind(
    "bind.account",
    "The directory rejected LDAP_BIND_DN: its account cannot sign in.",
    "Unlock or enable that account in the directory.",
    consequence="LibreChat shows this to everybody as the state of their own account.",
    settings=("LDAP_BIND_DN",),
)
BIND_REMEMBERED = _bind(
    "bind.remembered",
    "The directory rejected this LDAP_BIND_DN and password before, so they were not tried again.",
    "Correct one of the two. To try the same values once more, set checks.ldap.again to true in the answers.",
    consequence="More wrong passwords lock the account, and then nobody can sign in.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
BIND_UNREMEMBERED = _bind(
    "bind.unremembered",
    "No password was sent: the wizard cannot record a rejection here, and a second one may lock the account.",
    "Run the wizard as the owner of the folder.",
    settings=("LDAP_BIND_DN",),
    test_only=True,
)
BIND_WITHHELD = _bind(
    "bind.withheld",
    "The password of LDAP_BIND_DN was not sent, because the connection is not protected. LibreChat does send it.",
    "Use LDAP_URL=ldaps://HOST:636, and LDAP_TLS_REJECT_UNAUTHORIZED=true if LDAP_CA_CERT_PATH is set.",
    settings=("LDAP_URL", "LDAP_CA_CERT_PATH"),
    test_only=True,
    withheld=True,
)
BIND_NEEDS_TLS = _bind(
    "bind.needs-tls",
    "The directory accepts passwords over TLS only.",
    "LDAP_URL=ldaps://HOST:636",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_URL",),
)
BIND_NAME = _bind(
    "bind.name",
    "The directory says that LDAP_BIND_DN is not a distinguished name.",
    "Write it as in the directory, without quotes: cn=reader,dc=example,dc=com",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_BIND_DN",),
)
BIND_EMPTY = _bind(
    "bind.empty-password",
    "LDAP_BIND_DN is set without a password, and the directory refuses such a bind.",
    "Set LDAP_BIND_CREDENTIALS, or remove LDAP_BIND_DN for an anonymous search.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_BIND_CREDENTIALS", "LDAP_BIND_DN"),
    supersedes=("rules.ldap.bind",),
)
BIND_FAILED = _bind(
    "bind.failed",
    "The directory refused the bind of LDAP_BIND_DN.",
    "Check the directory's log.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_BIND_DN",),
)
SILENT = FindingFamily(
    _of(
        "silent.{}",
        "The directory does not answer.",
        "Check the directory's log. LibreChat sets no time limit.",
        consequence="sign-ins never finish, and the page waits forever.",
        settings=("LDAP_URL",),
        transient=True,
    ),
    ("connect", "bind", "search", "user"),
)
BROKEN = FindingFamily(
    _of(
        "broken.{}",
        "The directory closed the connection, or answered with something that is not LDAP.",
        "Check that LDAP_URL has the directory's port.",
        consequence="every sign-in fails with an error.",
        settings=("LDAP_URL",),
        transient=True,
    ),
    ("bind", "search", "user"),
)

BASE_MISSING = _search(
    "base.missing",
    "LDAP_USER_SEARCH_BASE does not exist in the directory, or LDAP_BIND_DN is not allowed to see it.",
    "Compare it with the directory: CN=Users is not OU=Users.",
    consequence="Everybody sees 'Bad search base'.",
    settings=("LDAP_USER_SEARCH_BASE",),
)
BASE_REFERRAL = _search(
    "base.referral",
    "LDAP_USER_SEARCH_BASE belongs to another directory; this one only returns a referral.",
    "Set LDAP_URL to that directory, or use a search base in this one.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_USER_SEARCH_BASE", "LDAP_URL"),
)
BASE_REFUSED = _search(
    "base.refused",
    "The directory says that LDAP_USER_SEARCH_BASE is not a distinguished name.",
    "Write it as in the directory: ou=people,dc=example,dc=com",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_USER_SEARCH_BASE",),
)
SEARCH_DENIED = _search(
    "search.denied",
    "The directory does not allow this account to search.",
    "Set LDAP_BIND_DN and LDAP_BIND_CREDENTIALS to an account that may read people's entries.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
SEARCH_LIMIT = _search(
    "search.limit",
    "The search reached a limit of the directory.",
    "Make LDAP_SEARCH_FILTER match one person only.",
    consequence="every such sign-in fails with an error.",
    settings=("LDAP_SEARCH_FILTER",),
)
SEARCH_FAILED = _search(
    "search.failed",
    "The directory refused the search.",
    "Check the directory's log.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_SEARCH_FILTER", "LDAP_USER_SEARCH_BASE"),
)
SEARCH_LARGE = _search(
    "search.large",
    "The directory's answer is larger than any person's entry, and was not read completely.",
    "Make LDAP_SEARCH_FILTER match one person only.",
    settings=("LDAP_SEARCH_FILTER",),
    test_only=True,
)
BASE_OK = _search("base.ok", "LDAP_USER_SEARCH_BASE exists in the directory, and the account may read it.")
USER_NOT_FOUND = _search(
    "user.not-found",
    "The search finds nobody with this name.",
    "Compare LDAP_SEARCH_FILTER and LDAP_USER_SEARCH_BASE with the person's entry.",
    consequence="This person sees 'Invalid username/password'.",
    settings=("LDAP_SEARCH_FILTER", "LDAP_USER_SEARCH_BASE"),
)
USER_SEVERAL = _search(
    "user.several",
    "The search finds more than one entry for this name.",
    "Make LDAP_SEARCH_FILTER match one person only.",
    consequence="Such sign-ins fail with an error.",
    settings=("LDAP_SEARCH_FILTER",),
)
USER_CHARACTERS = _search(
    "user.characters",
    "LibreChat cannot search for a name with *, brackets or $$ in it.",
    "Let such people sign in with their mail address.",
    consequence="This person sees 'Invalid username/password'.",
    settings=("LDAP_SEARCH_FILTER",),
)
USER_FOUND = _search("user.found", "The search finds exactly one entry.")

ACCOUNT_OK = _account("account.ok", "The entry can become an account.")
ACCOUNT_VALUES = _account(
    "account.many-values",
    "An attribute of this entry has several values, and LibreChat's database refuses the account.",
    "Set LDAP_ID, LDAP_USERNAME and LDAP_FULL_NAME to attributes with one value.",
    consequence="Such people cannot sign in.",
    settings=("LDAP_ID", "LDAP_USERNAME", "LDAP_FULL_NAME"),
)
ACCOUNT_MAIL = _account(
    "account.mail-invalid",
    "LibreChat's database rejects the mail address of this entry.",
    "Set LDAP_EMAIL to another attribute.",
    consequence="Such people cannot sign in.",
    settings=("LDAP_EMAIL",),
)
ACCOUNT_NO_MAIL = _account(
    "account.mail-missing",
    "This entry has no mail address, and LibreChat makes one up.",
    "Set LDAP_EMAIL=userPrincipalName, or another attribute that contains an address.",
    consequence="Such accounts get no mail, two of them without a user name collide, and LibreChat logs the whole entry.",
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
    "Set LDAP_ID to an attribute that every person has, such as entryUUID.",
    consequence="All such people share one account, even with the first administrator.",
    settings=("LDAP_ID",),
)
ACCOUNT_BINARY = _account(
    "account.binary",
    "LDAP_ID is set to a binary attribute:",
    "Set LDAP_ID=sAMAccountName, or entryUUID outside Active Directory.",
    consequence="its bytes are mangled, and two people can get the same identity.",
    settings=("LDAP_ID",),
)
ATTRIBUTE_CASE = FindingFamily(
    _account(
        "attribute-case.{}",
        "{} is not spelled as in the directory:",
        "Write the attribute as the directory spells it.",
        consequence="LibreChat ignores it and uses its default attributes.",
    ),
    ("LDAP_ID", "LDAP_USERNAME", "LDAP_EMAIL", "LDAP_FULL_NAME"),
)
ATTRIBUTE_MISSING = FindingFamily(
    _account(
        "attribute-missing.{}",
        "This entry does not have the attribute that {} names:",
        "Use an attribute that people's entries have.",
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
    "The directory rejected this test user and password before, so they were not tried again.",
    "Correct checks.ldap.password. To try the same password once more, set checks.ldap.again to true in the answers.",
    settings=("checks.ldap.password",),
    test_only=True,
)
USER_FAILED = _account(
    "user.failed",
    "The directory refused the test user's bind.",
    "Check the directory's log.",
    consequence="Sign-ins end with an error.",
    settings=("checks.ldap.password",),
)
UNDECIDED = _of(
    "undecided",
    "No fault found. Only a real sign-in can test the rest.",
    "Set checks.ldap.user in the answers to a person's name, so that their entry can be checked.",
)
WOULD_BE = _account("signin.would-be", "This person would be signed in.", consequence="")
