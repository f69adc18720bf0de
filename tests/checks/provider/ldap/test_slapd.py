"""The check against a real OpenLDAP: what works, what each wrong setting turns it into, and that nobody is locked out."""

from __future__ import annotations

import random
import sys

import pytest

from tests.checks.provider.ldap.conftest import Tasks
from tests.checks.provider.ldap.row_servers import findings_of
from tests.rounds import NAME
from tests.servers.certificates import Certificates
from tests.servers.slapd import (
    ADA_PASSWORD,
    BASE,
    LOCKABLE,
    LOCKABLE_PASSWORD,
    READER,
    READER_PASSWORD,
    OpenLdap,
    openldap,
)
from wizard.basics.finding import Finding, Status


def _failed(found: list[Finding]) -> list[str]:
    return [finding.id for finding in found if finding.status is Status.FAIL]


async def test_a_working_directory_passes_and_says_who_it_would_be(slapd: OpenLdap, task: Tasks) -> None:
    found = await findings_of(task(slapd.tls, password=ADA_PASSWORD))
    assert not [finding for finding in found if finding.status is not Status.PASS]
    summaries = [finding.summary for finding in found]
    assert (
        "Ada Lovelace, ada@example.org, id ada, would get the role USER (ADMIN if LibreChat has no accounts yet)."
        in summaries
    )
    assert found[-1].id == "ldap.user.ok"


async def test_without_a_password_a_real_sign_in_decides_the_rest(slapd: OpenLdap, task: Tasks) -> None:
    found = await findings_of(task(slapd.tls))
    assert found[-1].id == "ldap.undecided"
    found = await findings_of(task(slapd.tls, user=""))
    assert [finding.id for finding in found][-2:] == ["ldap.base.ok", "ldap.undecided"]


NOBODY = f"ou=nobody,{BASE}"
MUTATIONS: dict[str, tuple[str, dict[str, str | None]]] = {
    "LDAP_BIND_DN misspelled": ("ldap.bind.refused", {"LDAP_BIND_DN": f"cn=raeder,ou=services,{BASE}"}),
    "LDAP_BIND_DN is not a name": ("ldap.bind.name", {"LDAP_BIND_DN": "reader"}),
    "wrong password": ("ldap.bind.refused", {"LDAP_BIND_CREDENTIALS": "nope"}),
    "empty password": ("ldap.bind.empty-password", {"LDAP_BIND_CREDENTIALS": ""}),
    "no bind": ("ldap.base.missing", {"LDAP_BIND_DN": None, "LDAP_BIND_CREDENTIALS": None}),
    "account may not read": (
        "ldap.base.missing",
        {"LDAP_BIND_DN": f"cn=noread,ou=services,{BASE}", "LDAP_BIND_CREDENTIALS": "noread-pw"},
    ),
    "base missing": ("ldap.base.missing", {"LDAP_USER_SEARCH_BASE": NOBODY}),
    "base is not a name": ("ldap.base.name", {"LDAP_USER_SEARCH_BASE": "people"}),
    "base elsewhere": ("ldap.base.referral", {"LDAP_USER_SEARCH_BASE": f"cn=ref1,ou=remote,{BASE}"}),
    "filter matches nobody": ("ldap.user.not-found", {"LDAP_SEARCH_FILTER": "(mail={{username}})"}),
    "filter with a group": (
        "ldap.user.not-found",
        {"LDAP_SEARCH_FILTER": f"(&(uid={{{{username}}}})(ou=cn=chat,{BASE}))"},
    ),
    "filter unbalanced": ("ldap.filter.syntax", {"LDAP_SEARCH_FILTER": "(uid={{username}}"}),
    "filter in quotes": ("ldap.filter.syntax", {"LDAP_SEARCH_FILTER": '"(uid={{username}})"'}),
    "filter without value": ("ldap.filter.empty", {"LDAP_SEARCH_FILTER": "mail="}),
    "filter of everybody": ("ldap.user.several", {"LDAP_SEARCH_FILTER": "(objectClass=inetOrgPerson)"}),
    "no scheme": ("ldap.url.no-url", {"LDAP_URL": "ldap.example.org"}),
    "two servers": ("ldap.url.several", {"LDAP_URL": "ldaps://a.example.org,ldaps://b.example.org"}),
    "two servers with ports": ("ldap.url.no-url", {"LDAP_URL": "ldaps://a.example.org:636,ldaps://b.example.org:636"}),
    "http": ("ldap.url.scheme", {"LDAP_URL": "http://127.0.0.1"}),
    "port 0": ("ldap.url.port-zero", {"LDAP_URL": "ldaps://localhost:0"}),
    "nobody listens": ("ldap.connect.refused", {"LDAP_URL": "ldaps://localhost:1"}),
    "StartTLS": ("ldap.settings.starttls", {"LDAP_STARTTLS": "true"}),
    "form off": ("ldap.settings.form-off", {"ALLOW_EMAIL_LOGIN": "false"}),
    "half": ("ldap.settings.half", {"LDAP_USER_SEARCH_BASE": None}),
    "certificate not trusted": ("ldap.certificate.untrusted", {"LDAP_CA_CERT_PATH": None}),
}
"""One fact broken each time, and the one finding that has to fail."""


async def test_each_broken_fact_turns_its_pass_into_the_right_fail(slapd: OpenLdap, task: Tasks) -> None:
    assert _failed(await findings_of(task(slapd.tls))) == []
    for what, (expected, changed) in MUTATIONS.items():
        found = await findings_of(task(slapd.tls, **changed))
        sys.stdout.write(f"{what:<26} {', '.join(_failed(found))}\n")
        assert _failed(found) == [expected], what
        failed = next(finding for finding in found if finding.status is Status.FAIL)
        assert failed.remedy, what
        assert failed.consequence, what
        assert READER_PASSWORD not in repr(found)


@pytest.mark.parametrize(
    ("user", "expected", "changed"),
    [
        ("twocn", "ldap.account.many-values", {}),
        ("ada", "ldap.account.mail-invalid", {"LDAP_EMAIL": "uid"}),
        ("twin@example.org", "ldap.user.several", {"LDAP_SEARCH_FILTER": "(mail={{username}})"}),
        ("a*", "ldap.user.characters", {}),
    ],
)
async def test_people_who_cannot_sign_in(
    slapd: OpenLdap, task: Tasks, user: str, expected: str, changed: dict[str, str]
) -> None:
    assert _failed(await findings_of(task(slapd.tls, user=user, **changed))) == [expected]


async def test_attributes_count_with_their_case(slapd: OpenLdap, task: Tasks) -> None:
    found = await findings_of(task(slapd.tls, LDAP_ID="employeenumber", LDAP_FULL_NAME="givenName, sn"))
    warned = {finding.id: finding for finding in found if finding.status is Status.WARN}
    assert warned["ldap.attribute-case.ldap-id"].remedy == "LDAP_ID=employeeNumber"
    assert "ldap.settings.name-blank" in warned
    # With its true name it is the identity.
    found = await findings_of(task(slapd.tls, LDAP_ID="employeeNumber"))
    assert any("id 4711," in finding.summary for finding in found)


async def test_an_entry_without_an_address_is_warned_about(slapd: OpenLdap, task: Tasks) -> None:
    found = await findings_of(task(slapd.tls, user="nomail"))
    assert "ldap.account.mail-missing" in [finding.id for finding in found if finding.status is Status.WARN]


@pytest.mark.parametrize(
    ("certificate", "expected"), [("expired", "expired"), ("wronghost", "name"), ("untrusted", "untrusted")]
)
async def test_certificates_are_judged_as_by_node(
    certificates: Certificates, task: Tasks, certificate: str, expected: str
) -> None:
    with openldap(certificates, certificate) as server:
        assert _failed(await findings_of(task(server.tls))) == [f"ldap.certificate.{expected}"]
        # Without LDAP_TLS_REJECT_UNAUTHORIZED=true LibreChat does not look, and the check says what it does not see.
        found = await findings_of(task(server.tls, LDAP_TLS_REJECT_UNAUTHORIZED=None))
        assert _failed(found) == []
        assert "ldap.certificate.unverified" in [finding.id for finding in found if finding.status is Status.WARN]
        (end,) = [finding for finding in found if finding.id == "ldap.undecided"]
        assert "No problems" not in end.summary, "it is said next to a warning"


async def test_a_port_of_the_other_kind(slapd: OpenLdap, task: Tasks) -> None:
    found = await findings_of(task(slapd.plain))
    assert _failed(found) == ["ldap.connect.plain-port"] or _failed(found) == ["ldap.connect.closed"]
    found = await findings_of(task(slapd.tls, LDAP_URL=f"ldap://localhost:{slapd.tls}"))
    assert _failed(found) == ["ldap.broken.bind"] or _failed(found) == ["ldap.connect.tls-port"]


async def test_ten_runs_with_one_wrong_password_make_one_failed_bind(slapd: OpenLdap, task: Tasks) -> None:
    slapd.reset(LOCKABLE)
    ids = []
    for _ in range(10):
        found = await findings_of(task(slapd.tls, LDAP_BIND_DN=LOCKABLE, LDAP_BIND_CREDENTIALS="wrong"))
        ids.append(_failed(found))
    assert ids == [["ldap.bind.refused"], *[["ldap.bind.remembered"]] * 9]
    assert slapd.failures(LOCKABLE) == 1
    # The right password is another one, and works; a person may say that the same is to be tried again.
    found = await findings_of(task(slapd.tls, LDAP_BIND_DN=LOCKABLE, LDAP_BIND_CREDENTIALS=LOCKABLE_PASSWORD))
    assert _failed(found) == []
    found = await findings_of(task(slapd.tls, LDAP_BIND_DN=LOCKABLE, LDAP_BIND_CREDENTIALS="wrong", again=True))
    assert _failed(found) == ["ldap.bind.refused"]
    slapd.reset(LOCKABLE)


async def test_the_same_for_a_test_user(slapd: OpenLdap, task: Tasks) -> None:
    user = f"uid=twocn,ou=people,{BASE}"
    changed = {"LDAP_FULL_NAME": "sn"}
    ids = [_failed(await findings_of(task(slapd.tls, user="twocn", password="no", **changed))) for _ in range(5)]
    assert ids == [["ldap.user.refused"], *[["ldap.user.remembered"]] * 4]
    assert slapd.failures(user) == 1


async def test_random_runs_with_two_wrong_passwords_never_lock(slapd: OpenLdap, task: Tasks) -> None:
    slapd.reset(LOCKABLE)
    chance = random.Random(17)
    runs = 200 if NAME != "fast" else 40
    for _ in range(runs):
        password = chance.choice(["wrong one", "wrong two", LOCKABLE_PASSWORD])
        await findings_of(task(slapd.tls, user="", LDAP_BIND_DN=LOCKABLE, LDAP_BIND_CREDENTIALS=password))
        assert slapd.failures(LOCKABLE) <= 2
    found = await findings_of(task(slapd.tls, LDAP_BIND_DN=LOCKABLE, LDAP_BIND_CREDENTIALS=LOCKABLE_PASSWORD))
    assert _failed(found) == []


def test_another_client_sees_the_same(slapd: OpenLdap, certificates: Certificates) -> None:
    with slapd.signed_in(READER, READER_PASSWORD, certificates.ca) as connection:
        connection.search(f"ou=people,{BASE}", "(uid=ada)", attributes=["cn", "mail"])
        assert [str(entry.cn) for entry in connection.entries] == ["Ada Lovelace"]
    with slapd.signed_in(READER, "nope", certificates.ca) as connection:
        assert connection.result["description"] == "invalidCredentials"
