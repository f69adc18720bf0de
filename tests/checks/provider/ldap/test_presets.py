"""Each LDAP preset finds that product's person, nobody else's entry, and makes the account that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.provider.ldap.static import static_findings
from checks.provider.ldap.task import LdapTask
from tests.wizard.librechat.providers.ldap_entries import DirectoryEntry, matches
from tests.wizard.librechat.providers.ldap_servers import as_librechat_sees
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Status
from wizard.interview.directory_presets import LDAP_PRESETS, DirectoryPreset
from wizard.interview.steps import step
from wizard.librechat.ldap_account import account_verdict
from wizard.librechat.ldap_filter import parse_ldap_filter, with_user_name
from wizard.librechat.ldap_settings import ldap_settings
from wizard.librechat.releases import RECORDED
from wizard.rules import check

KNOWN = [preset for preset in LDAP_PRESETS if preset.id != "other"]
SCHEMA = frozenset({"objectcategory", "objectclass", "samaccountname", "uid", "nsaccountlock", "mail", "cn"})


def _entry(name: str, **attributes: str | list[str]) -> DirectoryEntry:
    texts = {key: [value] if isinstance(value, str) else value for key, value in attributes.items()}
    return DirectoryEntry(name, {key: [text.encode() for text in values] for key, values in texts.items()})


POSIX = ["top", "person", "organizationalPerson", "inetOrgPerson", "posixAccount"]
NAMED = {"cn": "Ada Lovelace", "displayName": "Ada Lovelace", "givenName": "Ada", "mail": "ada@example.org"}
PEOPLE = {
    "ad": _entry("CN=Ada,OU=Staff,DC=example,DC=com", objectCategory="person", objectClass=["top", "person", "user"], sAMAccountName="ada", **NAMED),
    "openldap": _entry("uid=ada,ou=people,dc=example,dc=com", objectClass=POSIX, uid="ada", **NAMED),
    "freeipa": _entry("uid=ada,cn=users,cn=accounts,dc=example,dc=com", objectClass=POSIX, uid="ada", **NAMED),
    "lldap": _entry("uid=ada,ou=people,dc=example,dc=com", objectClass=["inetOrgPerson", "person"], uid="ada", **NAMED),
}  # fmt: skip
OTHERS = {
    "ad": _entry("CN=ada,CN=Computers,DC=example,DC=com", objectCategory="computer", objectClass=["user", "computer"], sAMAccountName="ada"),
    "openldap": _entry("uid=ada,ou=hosts,dc=example,dc=com", objectClass=["account"], uid="ada"),
    "freeipa": _entry("uid=ada,cn=users,cn=accounts,dc=example,dc=com", objectClass=POSIX, uid="ada", nsAccountLock="TRUE"),
    "lldap": _entry("uid=eve,ou=people,dc=example,dc=com", objectClass=["person"], uid="eve"),
}  # fmt: skip


def _variables(preset: DirectoryPreset) -> dict[str, str]:
    return {**preset.example, "LDAP_BIND_CREDENTIALS": "Secret-of-reader", **preset.values}


def test_every_product_is_here() -> None:
    assert [preset.id for preset in KNOWN] == list(PEOPLE)


@pytest.mark.parametrize("preset", KNOWN, ids=[preset.id for preset in KNOWN])
def test_a_preset_finds_its_person_and_makes_the_account(preset: DirectoryPreset) -> None:
    settings = ldap_settings(_variables(preset), RECORDED)
    asked = parse_ldap_filter(with_user_name(settings.pattern, "ada"))
    assert matches(PEOPLE[preset.id], asked, SCHEMA)
    assert not matches(OTHERS[preset.id], asked, SCHEMA)
    verdict = account_verdict(as_librechat_sees(PEOPLE[preset.id], settings.attributes, ()), settings, (), ())
    assert verdict.fault is None
    account = verdict.account
    assert (account.identity, account.name, account.email) == ("ada", "Ada Lovelace", "ada@example.org")


@pytest.mark.parametrize("preset", KNOWN, ids=[preset.id for preset in KNOWN])
def test_a_preset_needs_addresses_and_the_account_alone(preset: DirectoryPreset, tmp_path: Path) -> None:
    variables = _variables(preset)
    main = {name.removeprefix("settings.") for name in step("ldap").questions if name.startswith("settings.")}
    assert main <= variables.keys()
    task = LdapTask(variables=variables, settings=ldap_settings(variables, RECORDED), folder=tmp_path)
    assert list(static_findings(task)) == []
    # Where the authority's certificate is mounted is the operator's own.
    del variables["LDAP_CA_CERT_PATH"]
    found = check(deployment(variables, release="v0.8.8-rc1"))
    assert [each.id for each in found if each.status is Status.FAIL and "ldap" in each.id] == []
