"""Findings of the ``ldap`` check: from the connection to the account that a person would get."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import ONLY_A_SIGN_IN, FindingEntry, FindingFamily

_of = partial(FindingEntry, check="ldap")
_NOBODY = "nobody can sign in."
_connect = partial(_of, stage="connect", consequence=_NOBODY)
_bind = partial(_of, stage="bind", consequence=_NOBODY)
_search = partial(_of, stage="search")
_account = partial(_of, stage="account")

CONNECT_OK = _connect("connect.ok", "The directory responds.")
CONNECT = FindingFamily(
    _connect(
        "connect.{}",
        "Could not connect to the directory.",
        "Check LDAP_URL and the firewalls between LibreChat and the directory.",
        consequence="every sign-in fails with an error.",
        settings=("LDAP_URL",),
        transient=True,
        harmless=True,
    ),
    ("name", "unresolved", "inside", "refused", "unreachable", "silent", "closed", "garbled", "handshake"),
)
PLAIN_PORT = _connect(
    "connect.plain-port",
    "LDAP_URL begins with ldaps://, but the port does not use TLS from the first byte.",
    "Use the directory's LDAPS port, usually 636.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_URL",),
)
TLS_PORT = _connect(
    "connect.tls-port",
    "LDAP_URL begins with ldap://, but the port uses TLS from the first byte.",
    "Use ldaps:// in LDAP_URL.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_URL",),
)
CERTIFICATE_OK = _connect("certificate.ok", "LibreChat accepts the directory's certificate.")
CERTIFICATE = FindingFamily(
    _connect(
        "certificate.{}",
        "LibreChat rejects the directory's certificate.",
        "Set LDAP_CA_CERT_PATH to the CA's certificate, and set LDAP_TLS_REJECT_UNAUTHORIZED=true.",
        consequence="every sign-in fails with an error.",
        settings=("LDAP_CA_CERT_PATH", "LDAP_URL"),
    ),
    ("untrusted", "self-signed", "expired", "not-yet", "name", "weak"),
)
CERTIFICATE_UNVERIFIED = _connect(
    "certificate.unverified",
    "LibreChat accepts any certificate from the directory.",
    "Set LDAP_TLS_REJECT_UNAUTHORIZED=true",
    consequence="Anyone on the network between LibreChat and the directory can read every password.",
    settings=("LDAP_TLS_REJECT_UNAUTHORIZED", "LDAP_CA_CERT_PATH"),
    supersedes=("rules.ldap.unverified",),
)

BIND_OK = _bind("bind.ok", "The directory accepted LDAP_BIND_DN and its password.")
BIND_ANONYMOUS = _bind("bind.anonymous", "LibreChat searches the directory without a password.")
BIND_REFUSED = _bind(
    "bind.refused",
    "The directory rejected LDAP_BIND_DN or its password.",
    "Check LDAP_BIND_DN and LDAP_BIND_CREDENTIALS. In .env, use single quotes around a password that contains # or $.",
    consequence="All users see a wrong-password error.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
BIND_ACCOUNT = _bind(
    "bind.account",
    "The directory rejected LDAP_BIND_DN because of the account's state (disabled, locked or expired).",
    "Unlock or enable that account in the directory.",
    consequence="Users see a misleading error about the state of their own accounts.",
    settings=("LDAP_BIND_DN",),
)
BIND_REMEMBERED = _bind(
    "bind.remembered",
    "The directory has already rejected this LDAP_BIND_DN and password, so the wizard did not try them again.",
    "Change LDAP_BIND_DN or its password. To try the same values again, set checks.ldap.again to true in the answers file.",
    consequence="Further attempts with a wrong password may lock the account, and then nobody can sign in.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
BIND_UNREMEMBERED = _bind(
    "bind.unremembered",
    "The wizard sent no password: it cannot record a rejection in this folder, and a second rejection may lock the account.",
    "Run the wizard as the folder's owner.",
    settings=("LDAP_BIND_DN",),
    test_only=True,
)
BIND_WITHHELD = _bind(
    "bind.withheld",
    "The wizard did not send the password of LDAP_BIND_DN, because the connection does not protect it. LibreChat itself "
    "still sends the password.",
    "Set LDAP_URL=ldaps://HOST:636. If LDAP_CA_CERT_PATH is set, also set LDAP_TLS_REJECT_UNAUTHORIZED=true.",
    settings=("LDAP_URL", "LDAP_CA_CERT_PATH"),
    test_only=True,
    withheld=True,
)
BIND_NEEDS_TLS = _bind(
    "bind.needs-tls",
    "The directory accepts passwords only over TLS.",
    "Set LDAP_URL=ldaps://HOST:636",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_URL",),
)
BIND_NAME = _bind(
    "bind.name",
    "The directory says that LDAP_BIND_DN is not a distinguished name.",
    "Write LDAP_BIND_DN as the directory does, without quotes: cn=reader,dc=example,dc=com",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_BIND_DN",),
)
BIND_EMPTY = _bind(
    "bind.empty-password",
    "LDAP_BIND_DN is set without a password, and the directory refuses a bind without one.",
    "Set LDAP_BIND_CREDENTIALS, or remove LDAP_BIND_DN for an anonymous search.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_BIND_CREDENTIALS", "LDAP_BIND_DN"),
    supersedes=("rules.ldap.bind",),
)
BIND_FAILED = _bind(
    "bind.failed",
    "The directory refused the bind with LDAP_BIND_DN.",
    "Check the directory's log.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_BIND_DN",),
)
SILENT = FindingFamily(
    _of(
        "silent.{}",
        "The directory does not respond.",
        "Check the directory's log. LibreChat sets no timeout.",
        consequence="sign-ins never finish: the page keeps loading.",
        settings=("LDAP_URL",),
        transient=True,
    ),
    ("connect", "bind", "search", "user"),
)
BROKEN = FindingFamily(
    _of(
        "broken.{}",
        "The directory closed the connection, or sent a response that is not LDAP.",
        "Check the port in LDAP_URL.",
        consequence="every sign-in fails with an error.",
        settings=("LDAP_URL",),
        transient=True,
    ),
    ("bind", "search", "user"),
)

BASE_MISSING = _search(
    "base.missing",
    "The directory has no entry with the name in LDAP_USER_SEARCH_BASE, or LibreChat is not allowed to read the entry.",
    "Compare LDAP_USER_SEARCH_BASE with the directory: CN=Users and OU=Users are different.",
    consequence="All users see 'Bad search base'.",
    settings=("LDAP_USER_SEARCH_BASE",),
)
BASE_REFERRAL = _search(
    "base.referral",
    "LDAP_USER_SEARCH_BASE is in another directory: this directory returns only a referral.",
    "Set LDAP_URL to the directory given in the referral, or use a search base in this directory.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_USER_SEARCH_BASE", "LDAP_URL"),
)
BASE_REFUSED = _search(
    "base.refused",
    "The directory says that LDAP_USER_SEARCH_BASE is not a distinguished name.",
    "Write LDAP_USER_SEARCH_BASE as the directory does: ou=people,dc=example,dc=com",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_USER_SEARCH_BASE",),
)
SEARCH_DENIED = _search(
    "search.denied",
    "The directory does not allow LibreChat to search.",
    "Set LDAP_BIND_DN and LDAP_BIND_CREDENTIALS to an account that can read users' entries.",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
)
SEARCH_LIMIT = _search(
    "search.limit",
    "The search exceeded one of the directory's limits.",
    "Make LDAP_SEARCH_FILTER match only one entry.",
    consequence="every sign-in whose search exceeds a limit fails with an error.",
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
    "The directory's response is too large for one user's entry, so the check stopped reading it.",
    "Make LDAP_SEARCH_FILTER match only one entry.",
    settings=("LDAP_SEARCH_FILTER",),
    test_only=True,
)
BASE_OK = _search("base.ok", "The entry named in LDAP_USER_SEARCH_BASE exists, and LibreChat can read it.")
USER_NOT_FOUND = _search(
    "user.not-found",
    "The search finds no entry with this name.",
    "Compare LDAP_SEARCH_FILTER and LDAP_USER_SEARCH_BASE with the user's entry.",
    consequence="This user sees 'Invalid username/password'.",
    settings=("LDAP_SEARCH_FILTER", "LDAP_USER_SEARCH_BASE"),
)
USER_SEVERAL = _search(
    "user.several",
    "The search finds more than one entry for this name.",
    "Make LDAP_SEARCH_FILTER match only one entry.",
    consequence="Sign-ins with this name fail with an error.",
    settings=("LDAP_SEARCH_FILTER",),
)
USER_CHARACTERS = _search(
    "user.characters",
    "LibreChat cannot search for a name that contains *, parentheses or $$.",
    "Ask users with such names to sign in with their email address, which LDAP_SEARCH_FILTER must match.",
    consequence="This user sees 'Invalid username/password'.",
    settings=("LDAP_SEARCH_FILTER",),
)
USER_FOUND = _search("user.found", "The search finds exactly one entry.")

ACCOUNT_OK = _account("account.ok", "LibreChat can create an account from this entry.")
ACCOUNT_VALUES = _account(
    "account.many-values",
    "An attribute of this entry has several values, so LibreChat's database rejects the account.",
    "Use single-valued attributes in LDAP_ID, LDAP_USERNAME and LDAP_FULL_NAME.",
    consequence="Users with such entries cannot sign in.",
    settings=("LDAP_ID", "LDAP_USERNAME", "LDAP_FULL_NAME"),
)
ACCOUNT_MAIL = _account(
    "account.mail-invalid",
    "LibreChat's database rejects the email address in this entry.",
    "Set LDAP_EMAIL to another attribute.",
    consequence="Users with such entries cannot sign in.",
    settings=("LDAP_EMAIL",),
)
ACCOUNT_NO_MAIL = _account(
    "account.mail-missing",
    "This entry has no email address, so LibreChat makes one up.",
    "Set LDAP_EMAIL to userPrincipalName or to another attribute that contains an address.",
    consequence="These accounts receive no mail. If several entries also have no user name, only the first person to sign in succeeds. LibreChat logs the whole LDAP entry.",
    settings=("LDAP_EMAIL",),
)
ACCOUNT_DOMAIN = _account(
    "account.domain",
    "The email domain of this entry is not in registration.allowedDomains.",
    "Add the domain to registration.allowedDomains in librechat.yaml.",
    consequence="Users with such entries see 'Email domain not allowed'.",
    settings=("LDAP_EMAIL",),
)
ACCOUNT_IDENTITY = _account(
    "account.no-identity",
    "This entry has no attribute that identifies the account.",
    "Set LDAP_ID to an attribute that every user has, such as entryUUID.",
    consequence="All users without this attribute share one account, possibly the first administrator's.",
    settings=("LDAP_ID",),
)
ACCOUNT_BINARY = _account(
    "account.binary",
    "LDAP_ID is set to an attribute whose values are not text:",
    "Set LDAP_ID=sAMAccountName for Active Directory, or LDAP_ID=entryUUID for other directories.",
    consequence="LibreChat garbles the value, and two users can end up with the same identity.",
    settings=("LDAP_ID",),
)
ATTRIBUTE_CASE = FindingFamily(
    _account(
        "attribute-case.{}",
        "The attribute named in {} is spelled differently in the directory:",
        "Spell the attribute as the directory does.",
        consequence="LibreChat ignores the setting and uses default attributes.",
    ),
    ("LDAP_ID", "LDAP_USERNAME", "LDAP_EMAIL", "LDAP_FULL_NAME"),
)
ATTRIBUTE_MISSING = FindingFamily(
    _account(
        "attribute-missing.{}",
        "This entry does not have the attribute named in {}:",
        "Use an attribute that users' entries have.",
        consequence="LibreChat uses its default attributes.",
    ),
    ("LDAP_ID", "LDAP_USERNAME", "LDAP_EMAIL", "LDAP_FULL_NAME"),
)
USER_OK = _account("user.ok", "The directory accepted the test user's password.")
USER_REFUSED = _account(
    "user.refused",
    "The directory rejected the test user.",
    "Check that checks.ldap.password contains the test user's current directory password.",
    consequence="This user cannot sign in.",
    settings=("checks.ldap.password",),
)
USER_REMEMBERED = _account(
    "user.remembered",
    "The directory has already rejected this test user and password, so the wizard did not try them again.",
    "Correct checks.ldap.password. To try the same password again, set checks.ldap.again to true in the answers file.",
    settings=("checks.ldap.password",),
    test_only=True,
)
USER_FAILED = _account(
    "user.failed",
    "The directory refused the test user's bind.",
    "Check the directory's log.",
    consequence="Sign-ins fail with an error.",
    settings=("checks.ldap.password",),
)
UNDECIDED = _of(
    "undecided",
    f"No problems found. {ONLY_A_SIGN_IN}",
    "To check a user's entry, set checks.ldap.user in the answers file.",
)
WOULD_BE = _account("signin.would-be", "This user would be signed in.", consequence="")
