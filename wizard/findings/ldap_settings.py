"""Findings of the ``ldap`` check from the settings alone."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="ldap")
_NOBODY = "nobody can sign in."
_setting = partial(_of, stage="settings", consequence=_NOBODY)

HALF = _setting(
    "settings.half",
    "LDAP_URL or LDAP_USER_SEARCH_BASE is missing:",
    "Set both, or remove both.",
    consequence="LDAP is off, and users sign in with local accounts.",
    settings=("LDAP_URL", "LDAP_USER_SEARCH_BASE"),
    supersedes=("rules.ldap.half",),
)
FORM_OFF = _setting(
    "settings.form-off",
    "ALLOW_EMAIL_LOGIN is off, so LibreChat also refuses LDAP sign-ins:",
    "Set ALLOW_EMAIL_LOGIN=true",
    settings=("ALLOW_EMAIL_LOGIN",),
    supersedes=("rules.ldap.form",),
)
STARTTLS = _setting(
    "settings.starttls",
    "LDAP_STARTTLS=true never works, and makes LibreChat send the bind password in plain text.",
    "Remove LDAP_STARTTLS and use LDAP_URL=ldaps://HOST:636.",
    consequence="Nobody can sign in, and anyone on the network can read the password of LDAP_BIND_DN.",
    settings=("LDAP_STARTTLS", "LDAP_URL"),
)
URL = FindingFamily(
    _setting(
        "url.{}",
        "LibreChat cannot use LDAP_URL:",
        "Set LDAP_URL=ldaps://HOST:636",
        consequence="every sign-in fails with an error.",
        settings=("LDAP_URL",),
        supersedes=("rules.ldap.url",),
    ),
    ("no-url", "scheme", "scope", "filter", "several", "brackets"),
)
PORT_ZERO = _setting(
    "url.port-zero",
    "The port in LDAP_URL is 0:",
    "Set LDAP_URL=ldaps://HOST:636",
    consequence="LibreChat crashes at the first sign-in.",
    settings=("LDAP_URL",),
)
URL_LOOPBACK = _setting(
    "url.loopback",
    "LDAP_URL points to this machine, but inside the container, that address is the container itself.",
    "Use the name of the directory's service, or host.docker.internal.",
    settings=("LDAP_URL",),
)
FILTER_SYNTAX = _setting(
    "filter.syntax",
    "LibreChat cannot parse LDAP_SEARCH_FILTER:",
    "Set LDAP_SEARCH_FILTER=(uid={{username}})",
    consequence="LibreChat crashes at the first sign-in.",
    settings=("LDAP_SEARCH_FILTER",),
)
FILTER_EMPTY = _setting(
    "filter.empty",
    "LDAP_SEARCH_FILTER compares an attribute with an empty value:",
    "Set LDAP_SEARCH_FILTER=mail={{username}}",
    consequence="every sign-in fails with an error.",
    settings=("LDAP_SEARCH_FILTER",),
    supersedes=("rules.ldap.filter",),
)
FILTER_PLACEHOLDER = _setting(
    "filter.placeholder",
    "LDAP_SEARCH_FILTER does not contain {{username}}:",
    "Set LDAP_SEARCH_FILTER=mail={{username}}",
    consequence="the search finds the same entry for all users, or none at all.",
    settings=("LDAP_SEARCH_FILTER",),
    supersedes=("rules.ldap.filter",),
)
BASE = _setting(
    "base.name",
    "LDAP_USER_SEARCH_BASE is not a distinguished name:",
    "Set LDAP_USER_SEARCH_BASE=ou=people,dc=example,dc=com",
    consequence="LibreChat crashes at the first sign-in.",
    settings=("LDAP_USER_SEARCH_BASE",),
)
CA_UNREADABLE = _setting(
    "ca.unreadable",
    "LibreChat cannot read the file in LDAP_CA_CERT_PATH:",
    "Mount the file into the container and set LDAP_CA_CERT_PATH to its path there. Or remove the setting.",
    consequence="LibreChat does not start.",
    settings=("LDAP_CA_CERT_PATH",),
)
CA_UNSEEN = _setting(
    "ca.unseen",
    "The file in LDAP_CA_CERT_PATH could not be checked from this machine.",
    "Make sure that the file is mounted into the container. LibreChat does not start without it.",
    settings=("LDAP_CA_CERT_PATH",),
    harmless=True,
)
CA_EMPTY = _setting(
    "ca.not-pem",
    "The file in LDAP_CA_CERT_PATH contains no PEM certificate, so LibreChat does not trust any certificate.",
    "Convert the file to PEM: openssl x509 -inform der -in FILE -out ca.pem",
    settings=("LDAP_CA_CERT_PATH",),
)
NAME_BLANK = _setting(
    "settings.name-blank",
    "An attribute name contains a space, so it matches no attribute in the directory:",
    "Write the names without spaces: LDAP_FULL_NAME=givenName,sn",
    consequence="LibreChat ignores that attribute, and users' names are incomplete.",
    settings=("LDAP_FULL_NAME",),
)
