"""Log causes: LDAP."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import RECREATE, UNREACHED, LogCause, thread

_of = partial(LogCause, check="log")
_NEAR = ("requireLdapAuth", "[ldapStrategy]", "ldap", "LDAP", "Ldap")
_ALL = "Nobody can sign in."
_UNCLEAR = ("log.ldap.no-user", "log.ldap.closed")

NO_USER = _of(
    "ldap.no-user",
    "An LDAP sign-in failed. LibreChat logs the same line for a wrong password, an unknown name and a rejected service "
    "account.",
    "If all users are affected, the directory rejects the service account, or the search finds no entry. Test LDAP_BIND_DN, LDAP_BIND_CREDENTIALS, LDAP_USER_SEARCH_BASE and LDAP_SEARCH_FILTER with ldapsearch. If one user is affected, the name or password is wrong.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS", "LDAP_USER_SEARCH_BASE", "LDAP_SEARCH_FILTER"),
    docs=thread(5929),
    lines=("(requireLdapAuth) Error: No user", "Invalid username/password"),
    certain=False,
)
CA_FILE = _of(
    "ldap.ca-file",
    "LibreChat's container cannot read the file in LDAP_CA_CERT_PATH.",
    "Mount the file (volumes: ./ldap-ca.pem:/app/ldap-ca.pem:ro) and set LDAP_CA_CERT_PATH=/app/ldap-ca.pem. Or "
    f"remove the setting. Then run: {RECREATE}",
    consequence="LibreChat does not start, even without LDAP_URL.",
    settings=("LDAP_CA_CERT_PATH",),
    lines=("[ldapStrategy] Failed to read CA certificate",),
    supersedes=("log.process.crashed", "log.config.directory", "log.files.folder"),
)
CERTIFICATE = _of(
    "ldap.certificate",
    "LibreChat does not trust the directory's certificate.",
    "Mount the CA's certificate, set LDAP_CA_CERT_PATH to its path in the container, and set "
    f"LDAP_TLS_REJECT_UNAUTHORIZED=true (which has no effect on its own). Then run: {RECREATE}",
    consequence=_ALL,
    settings=("LDAP_CA_CERT_PATH", "LDAP_TLS_REJECT_UNAUTHORIZED"),
    docs=thread(9534),
    lines=(
        "unable to verify the first certificate",
        "self-signed certificate",
        "self signed certificate",
        "unable to get local issuer certificate",
    ),
    near=_NEAR,
    supersedes=(*_UNCLEAR, "log.network.certificate"),
)
CERTIFICATE_NAME = _of(
    "ldap.certificate-name",
    "The directory's certificate does not match the host name in LDAP_URL, or has expired.",
    "In LDAP_URL, use a host name from the certificate (ldaps://dc1.example.com), or renew the certificate. Then run: "
    f"{RECREATE}",
    consequence=_ALL,
    settings=("LDAP_URL",),
    lines=(
        "does not match certificate's altnames",
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "certificate has expired",
        "certificate is not yet valid",
    ),
    near=_NEAR,
    supersedes=(*_UNCLEAR, "log.network.certificate"),
)
STARTTLS = _of(
    "ldap.starttls",
    "LDAP_STARTTLS does not work, and makes LibreChat send the service account's password in plain text.",
    f"Remove LDAP_STARTTLS and use ldaps:// in LDAP_URL. Change the service account's password. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("LDAP_STARTTLS", "LDAP_URL"),
    docs=thread(94, "vesse/node-ldapauth-fork"),
    lines=("Cannot set headers after they are sent to the client",),
    near=_NEAR,
    certain=False,
    supersedes=_UNCLEAR,
)
CLOSED = _of(
    "ldap.closed",
    "The directory closed the connection.",
    "Check LDAP_URL: ldaps:// usually needs port 636, and ldap:// port 389. Use ldaps:// if the directory requires "
    "TLS. Remove LDAP_STARTTLS, which does not work.",
    consequence=_ALL,
    settings=("LDAP_URL", "LDAP_STARTTLS"),
    lines=("ldap://* closed", "ldaps://* closed", "ConnectionError:*ldap"),
    certain=False,
)
UNREACHABLE = _of(
    "ldap.unreachable",
    "LibreChat could not connect to the directory.",
    "Make sure that LDAP_URL works inside the container: the name must resolve there, and the port (389 or 636) must be "
    f"open. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("LDAP_URL",),
    lines=(
        "ECONNREFUSED*:389#",
        "ECONNREFUSED*:636#",
        "ETIMEDOUT*:389#",
        "ETIMEDOUT*:636#",
        "EHOSTUNREACH*:389#",
        "EHOSTUNREACH*:636#",
        "getaddrinfo ENOTFOUND",
        "getaddrinfo EAI_AGAIN",
        "ECONNREFUSED*:3268#",
        "ECONNREFUSED*:3269#",
        "[ECONNREFUSED]",
    ),
    near=("requireLdapAuth", "[ldapStrategy]", ":389", ":636"),
    supersedes=(*_UNCLEAR, "log.network.name", *UNREACHED),
)
BIND_REQUIRED = _of(
    "ldap.bind-required",
    "The directory requires a service account for the search, and LDAP_BIND_DN is empty.",
    f"Set LDAP_BIND_DN and LDAP_BIND_CREDENTIALS. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
    lines=("a successful bind must be completed", "Operations Error"),
    near=(*_NEAR, "LdapErr"),
    supersedes=_UNCLEAR,
)
TLS_REQUIRED = _of(
    "ldap.tls-required",
    "The directory does not accept passwords over a connection without TLS.",
    f"Use ldaps:// in LDAP_URL. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("LDAP_URL",),
    lines=(
        "confidentiality required",
        "Strong Auth Required",
        "strongerAuthRequired",
        "Confidentiality Required",
        "Transport encryption required",
        "BindSimple: Transport encryption required",
    ),
    supersedes=_UNCLEAR,
)
BASE = _of(
    "ldap.base",
    "LDAP_USER_SEARCH_BASE does not exist in the directory.",
    f"Correct the search base (CN=Users and OU=Users are different), and check every DC= part. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("LDAP_USER_SEARCH_BASE",),
    lines=("Bad search base", "No Such Object", "NoSuchObjectError"),
    supersedes=_UNCLEAR,
)
URL = _of(
    "ldap.url",
    "LDAP_URL is not a URL that LibreChat can use.",
    f"Use a single ldap:// or ldaps:// URL, without quotes: LDAP_URL=ldaps://dc1.example.com. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("LDAP_URL",),
    lines=("is an invalid LDAP url",),
    supersedes=_UNCLEAR,
)
FILTER = _of(
    "ldap.filter",
    "LDAP_SEARCH_FILTER is not a valid filter: LibreChat crashes at the first sign-in.",
    f"Balance the parentheses and write {{{{username}}}} exactly like this: LDAP_SEARCH_FILTER=(sAMAccountName={{{{username}}}}). Then run: {RECREATE}",
    consequence="The container restarts whenever someone tries to sign in.",
    settings=("LDAP_SEARCH_FILTER",),
    lines=("unbalanced parens", "invalid attribute name", "missing paren", "Unbalanced parens", "ldap-filter"),
    supersedes=(*_UNCLEAR, "log.process.crashed"),
)
TOO_MANY = _of(
    "ldap.too-many",
    "LDAP_SEARCH_FILTER matches more than one entry for a user name.",
    f"In the filter, use an attribute with unique values, or set a more specific LDAP_USER_SEARCH_BASE. Then run: {RECREATE}",
    consequence="Affected users cannot sign in.",
    settings=("LDAP_SEARCH_FILTER", "LDAP_USER_SEARCH_BASE"),
    lines=(
        "Size Limit Exceeded",
        "SizeLimitExceededError",
        "LDAP user search returned",
        "unexpected number of matches",
    ),
)
REFERRAL = _of(
    "ldap.referral",
    "The directory refers LibreChat to another server for part of the tree.",
    f"In LDAP_URL, use the server from the referral, or the global catalog: LDAP_URL=ldaps://dc1.example.com:3269. Then run: {RECREATE}",
    consequence=_ALL,
    settings=("LDAP_URL", "LDAP_USER_SEARCH_BASE"),
    lines=("ErrorController => error Referral", "ReferralError"),
)
LOCKED = _of(
    "ldap.account-state",
    "Active Directory rejected a sign-in because of the account or its password.",
    "The code after 'data' shows the reason. 533: the account is disabled. 775: the account is locked. 532 or 773: the password has expired or "
    "must be changed. 701: the account has expired. 52e: the password is wrong. 525: the account was not found. If all users are affected, the account is the one in LDAP_BIND_DN.",
    consequence="Affected users cannot sign in.",
    settings=("LDAP_BIND_DN", "LDAP_BIND_CREDENTIALS"),
    lines=(
        "AcceptSecurityContext error, data 533",
        "AcceptSecurityContext error, data 775",
        "AcceptSecurityContext error, data 532",
        "AcceptSecurityContext error, data 773",
        "AcceptSecurityContext error, data 701",
        "AcceptSecurityContext error, data 52e",
        "AcceptSecurityContext error, data 525",
        "Account disabled",
        "User account locked",
    ),
    supersedes=_UNCLEAR,
)
OTHER_PROVIDER = _of(
    "ldap.other-provider",
    "An account with the same email address already exists with a different sign-in method. LibreChat does not link accounts.",
    'Change the account: docker compose exec mongodb mongosh LibreChat --eval \'db.users.updateOne({email: "ADDRESS"}, {$set: {provider: "ldap", ldapId: '
    '"ID"}})\'',
    consequence="The user cannot sign in while LDAP is on.",
    docs=thread(10571),
    lines=("[ldapStrategy]*already exists with provider",),
    at_info=("[ldapStrategy] User ",),
    weight=Status.WARN,
)
MAIL = _of(
    "ldap.mail",
    "A user's directory entry has no usable email address.",
    "Fill in the mail attribute, or specify the attribute that contains the address: LDAP_EMAIL=userPrincipalName. Then "
    f"run: {RECREATE}",
    consequence="That user gets a made-up address, or cannot sign in.",
    settings=("LDAP_EMAIL",),
    docs="https://github.com/danny-avila/LibreChat/pull/4177",
    lines=("[ldapStrategy] No email found", "[ldapStrategy] User validation failed: email"),
)
SEVERAL = _of(
    "ldap.several-values",
    "An attribute that LibreChat reads has several values in a user's entry.",
    f"Use single-valued attributes in LDAP_ID, LDAP_USERNAME and LDAP_FULL_NAME. Then run: {RECREATE}",
    consequence="Affected users cannot sign in.",
    settings=("LDAP_ID", "LDAP_USERNAME", "LDAP_FULL_NAME"),
    lines=("[ldapStrategy] User validation failed:*Cast to string failed",),
    supersedes=("log.ldap.mail",),
)
PANEL = _of(
    "ldap.duplicate",
    "An account with the same email address already exists, but without this LDAP ID.",
    'Add the ID to the account: docker compose exec mongodb mongosh LibreChat --eval \'db.users.updateOne({email: "ADDRESS"}, {$set: {provider: "ldap", ldapId: "ID"}})\'. '
    "If LDAP_ID was changed, restore its old value.",
    consequence="The user cannot sign in.",
    settings=("LDAP_ID",),
    lines=("E11000 duplicate key error*ldapId", "E11000 duplicate key error*email"),
    near=_NEAR,
    supersedes=("log.accounts.duplicate",),
)
