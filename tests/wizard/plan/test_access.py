"""What follows from the access answer, on the compose files that LibreChat ships, judged by a real Docker Compose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wizard.plan.accesses import BASES, NOW, OVERRIDE, RELEASES, STACKS, apply, inputs, merged
from wizard.answers.model import Access, Certificate, Proxy, Stack
from wizard.composefile.judge import ComposeVerdictKind, judge
from wizard.plan.access import AccessPlan, needs
from wizard.plan.certificates import local_authority

ANSWERS: dict[str, tuple[Access, Proxy, dict[str, str]]] = {
    "localhost": (Access.LOCALHOST, Proxy(), {}),
    "acme": (Access.HTTPS_PROXY, Proxy(email="admin@example.com"), {"DOMAIN_CLIENT": "https://chat.example.com"}),
    "internal": (
        Access.HTTPS_PROXY,
        Proxy(certificate=Certificate.INTERNAL),
        {"DOMAIN_CLIENT": "https://192.168.1.10"},
    ),
    "internal-caddy-8443": (
        Access.HTTPS_PROXY,
        Proxy(certificate=Certificate.INTERNAL, server="caddy"),
        {"DOMAIN_CLIENT": "https://chat.lan:8443"},
    ),
    "files": (
        Access.HTTPS_PROXY,
        Proxy(certificate=Certificate.FILES, certificate_file="tls/a.pem", key_file="tls/a.key"),
        {"DOMAIN_CLIENT": "https://chat.example.com"},
    ),
    "existing": (Access.HTTPS_EXISTING, Proxy(hops=2), {"DOMAIN_CLIENT": "https://chat.example.com"}),
    "http-lan": (Access.HTTP_LAN, Proxy(), {"DOMAIN_CLIENT": "http://192.168.1.10:3080"}),
    "http-lan-80": (Access.HTTP_LAN, Proxy(), {"DOMAIN_CLIENT": "http://192.168.1.10"}),
}


def put_certificate(folder: Path) -> None:
    made = local_authority(NOW, ["chat.example.com"])
    (folder / "tls").mkdir()
    (folder / "tls" / "a.pem").write_bytes(made.cert_pem)
    (folder / "tls" / "a.key").write_bytes(made.key_pem)


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("release", RELEASES)
def test_docker_compose_accepts_every_answer_and_a_second_run_changes_nothing(
    release: str, stack: Stack, sample_folder: Callable[..., Path], docker_compose: Path
) -> None:
    folder = sample_folder(release, stack.value)
    put_certificate(folder)
    environment = (folder / ".env.example").read_bytes()
    override: bytes | None = None
    # One folder goes through all the answers, so that each also has to take out what the one before it needed.
    for name, (access, proxy, given) in ANSWERS.items():
        asked = inputs(folder, release, stack, access=access, proxy=proxy, given=given, override=override)
        plan = needs(asked)
        assert plan.problems == (), name
        override = apply(plan, folder, override)
        files = {BASES[stack]: (folder / BASES[stack]).read_bytes(), ".env": environment}
        if override is not None:
            files[OVERRIDE] = override
        verdict = judge(files, base_name=BASES[stack], override_name=OVERRIDE, program=[str(docker_compose)])
        assert verdict.kind is ComposeVerdictKind.OK, f"{name}: {verdict.message}"
        again = needs(inputs(folder, release, stack, access=access, proxy=proxy, given=given, override=override))
        before = {file.path: (folder / file.path).read_bytes() for file in again.files}
        assert apply(again, folder, override) == override, name
        assert {file.path: file.content for file in again.files} == before, name
    lan = {"DOMAIN_CLIENT": "http://192.168.1.10:3080"}
    at_last = needs(inputs(folder, release, stack, access=Access.HTTP_LAN, given=lan, override=override))
    services = merged(folder, stack, apply(at_last, folder, override))["services"]
    assert {name: service.get("ports") for name, service in services.items()} == {
        name: service.get("ports") for name, service in merged(folder, stack, None)["services"].items()
    }


def test_the_deploy_stacks_nginx_gets_our_configuration_instead_of_its_own(
    sample_folder: Callable[..., Path],
) -> None:
    folder = sample_folder("v0.8.7", "deploy")
    proxy = Proxy(certificate=Certificate.INTERNAL)
    given = {"DOMAIN_CLIENT": "https://chat.lan"}
    plan = needs(inputs(folder, "v0.8.7", Stack.DEPLOY, access=Access.HTTPS_PROXY, proxy=proxy, given=given))
    services = merged(folder, Stack.DEPLOY, apply(plan, folder, None))["services"]
    mounts = {volume["target"]: volume["source"] for volume in services["client"]["volumes"]}
    assert mounts == {
        "/etc/nginx/conf.d/default.conf": "./librechat-nginx.conf",
        "/etc/librechat-certificates/server.crt": "./certificates/server.crt",
        "/etc/librechat-certificates/server.key": "./certificates/server.key",
    }
    modes = {file.path: file.mode for file in plan.files}
    assert modes["certificates/server.key"] == modes[".librechat-wizard/ca.key"] == 0o600
    assert services["api"]["ports"] == ["127.0.0.1:3080:3080"]
    assert any("certificates/librechat-ca.crt" in note and "2028-11-19" in note for note in plan.notes)
    assert any("expires on 2027-12-22" in note for note in plan.notes)
    assert any(
        ".librechat-wizard/ca.key secret" in note and "move the key to a safe place" in note for note in plan.notes
    )


@pytest.mark.parametrize("release", ["v0.7.0", "v0.8.7"])
def test_caddy_takes_the_place_of_the_deploy_stacks_nginx_for_acme(
    release: str, sample_folder: Callable[..., Path]
) -> None:
    folder = sample_folder(release, "deploy")
    given = {"DOMAIN_CLIENT": "https://chat.example.com"}
    plan = needs(inputs(folder, release, Stack.DEPLOY, access=Access.HTTPS_PROXY, given=given))
    client = merged(folder, Stack.DEPLOY, apply(plan, folder, None))["services"]["client"]
    assert client["image"] == "caddy:2"
    assert "build" not in client
    assert {volume["target"] for volume in client["volumes"]} == {"/etc/caddy/Caddyfile", "/data", "/config"}


@pytest.mark.parametrize(
    ("release", "stack", "settings", "command", "node_env"),
    [
        ("v0.7.0", Stack.COMPOSE, {}, "npm run backend:dev", None),
        ("v0.7.2", Stack.COMPOSE, {}, "npm run backend:dev", None),
        ("v0.7.7", Stack.COMPOSE, {"TRUST_PROXY": "-1"}, ["node", "api/server/index.js"], "development"),
        ("v0.8.5", Stack.COMPOSE, {"TRUST_PROXY": "-1"}, ["node", "api/server/index.js"], "development"),
        ("v0.7.0", Stack.DEPLOY, {}, None, "development"),
        ("v0.8.5", Stack.DEPLOY, {"TRUST_PROXY": "-1"}, None, "development"),
        ("v0.8.7", Stack.COMPOSE, {"TRUST_PROXY": "-1", "SESSION_COOKIE_SECURE": "false"}, None, None),
        ("v0.8.7", Stack.DEPLOY, {"TRUST_PROXY": "-1", "SESSION_COOKIE_SECURE": "false"}, None, "production"),
    ],
)
def test_plain_http_is_done_as_the_release_allows(
    release: str,
    stack: Stack,
    settings: dict[str, str],
    command: object,
    node_env: str | None,
    sample_folder: Callable[..., Path],
) -> None:
    folder = sample_folder(release, stack.value)
    given = {"DOMAIN_CLIENT": "http://192.168.1.10:3080"}
    plan = needs(inputs(folder, release, stack, access=Access.HTTP_LAN, given=given))
    assert plan.settings == {"DOMAIN_SERVER": "http://192.168.1.10:3080", **settings}
    api = merged(folder, stack, apply(plan, folder, None))["services"]["api"]
    assert api.get("command") == command
    assert api["environment"].get("NODE_ENV") == node_env
    assert "Plain HTTP" in plan.notes[0]


def test_the_release_candidate_before_v0_8_6_has_no_cookie_switch(tmp_path: Path) -> None:
    given = {"DOMAIN_CLIENT": "http://chat.lan:3080"}
    assert (
        "SESSION_COOKIE_SECURE"
        not in needs(inputs(tmp_path, "v0.8.6-rc1", access=Access.HTTP_LAN, given=given)).settings
    )
    assert (
        needs(inputs(tmp_path, "v0.8.6", access=Access.HTTP_LAN, given=given)).settings["SESSION_COOKIE_SECURE"]
        == "false"
    )


def test_from_plain_http_to_https_takes_the_insecure_settings_out_again(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.7.7")
    override = b"services:\n  mongodb:\n    mem_limit: 1g  # mine\n"
    lan = {"DOMAIN_CLIENT": "http://chat.lan:3080"}
    insecure = apply(needs(inputs(folder, "v0.7.7", access=Access.HTTP_LAN, given=lan)), folder, override)
    assert insecure
    assert b"development" in insecure
    secure = needs(
        inputs(
            folder,
            "v0.7.7",
            access=Access.HTTPS_PROXY,
            given={"DOMAIN_CLIENT": "https://chat.example.com"},
            current={"SESSION_COOKIE_SECURE": "false"},
        )
    )
    after = apply(secure, folder, insecure)
    assert after
    assert b"development" not in after
    assert b"index.js" not in after
    assert after.startswith(override)
    assert secure.settings["SESSION_COOKIE_SECURE"] is None


def test_no_answer_about_access_changes_nothing(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    given = {"DOMAIN_CLIENT": "https://chat.example.com"}
    override = apply(needs(inputs(folder, access=Access.HTTPS_PROXY, given=given)), folder, None)
    plan = needs(inputs(folder, access=None, override=override))
    assert plan == AccessPlan()
    assert apply(plan, folder, override) == override


@pytest.mark.parametrize(
    ("access", "proxy", "given", "field"),
    [
        (Access.HTTPS_PROXY, Proxy(), {}, "settings.DOMAIN_CLIENT"),
        (Access.HTTPS_PROXY, Proxy(), {"DOMAIN_CLIENT": "http://chat.example.com"}, "settings.DOMAIN_CLIENT"),
        (Access.HTTPS_PROXY, Proxy(), {"DOMAIN_CLIENT": "https://localhost"}, "settings.DOMAIN_CLIENT"),
        (Access.HTTPS_PROXY, Proxy(), {"DOMAIN_CLIENT": "https://10.0.0.1"}, "proxy.certificate"),
        (Access.HTTPS_PROXY, Proxy(server="nginx"), {"DOMAIN_CLIENT": "https://chat.example.com"}, "proxy.server"),
        (Access.HTTPS_PROXY, Proxy(server="traefik"), {"DOMAIN_CLIENT": "https://chat.example.com"}, "proxy.server"),
        (Access.HTTPS_EXISTING, Proxy(server="apache"), {"DOMAIN_CLIENT": "https://chat.example.com"}, "proxy.server"),
        (Access.HTTP_LAN, Proxy(), {"DOMAIN_CLIENT": "https://chat.lan"}, "settings.DOMAIN_CLIENT"),
        (Access.LOCALHOST, Proxy(), {"DOMAIN_CLIENT": "http://chat.lan"}, "settings.DOMAIN_CLIENT"),
    ],
)
def test_answers_that_contradict_each_other_are_refused_with_the_field(
    access: Access, proxy: Proxy, given: dict[str, str], field: str, tmp_path: Path
) -> None:
    plan = needs(
        inputs(tmp_path, access=access, proxy=proxy, given=given, current={"DOMAIN_CLIENT": "http://localhost:3080"})
    )
    assert [problem.field for problem in plan.problems] == [field]
    assert all(problem.remedy for problem in plan.problems)


def test_the_address_that_stands_in_env_is_used_when_none_is_given(tmp_path: Path) -> None:
    plan = needs(inputs(tmp_path, access=Access.HTTPS_EXISTING, current={"DOMAIN_CLIENT": "https://chat.example.com/"}))
    assert plan.problems == ()
    assert plan.settings["DOMAIN_SERVER"] == plan.settings["DOMAIN_CLIENT"] == "https://chat.example.com"


@pytest.mark.parametrize(("port", "ports"), [("", "80 and 443"), (":8443", "80 and 8443")])
def test_the_note_about_ports_names_those_that_are_published(
    port: str, ports: str, sample_folder: Callable[..., Path]
) -> None:
    given = {"DOMAIN_CLIENT": f"https://chat.example.com{port}"}
    plan = needs(inputs(sample_folder("v0.8.7"), access=Access.HTTPS_PROXY, given=given))
    assert any(f"ports {ports} " in note for note in plan.notes)


def test_a_path_below_the_host_needs_a_release_that_can_live_there(tmp_path: Path) -> None:
    given = {"DOMAIN_CLIENT": "https://example.com/chat"}
    old = needs(inputs(tmp_path, "v0.7.7", access=Access.HTTPS_EXISTING, given=given))
    assert "v0.8.0-rc4" in old.problems[0].message
    assert needs(inputs(tmp_path, "v0.8.7", access=Access.HTTPS_EXISTING, given=given)).problems == ()


def test_trust_proxy_is_the_number_of_proxies_where_the_release_reads_it(tmp_path: Path) -> None:
    given = {"DOMAIN_CLIENT": "https://chat.example.com"}
    asked = {"access": Access.HTTPS_EXISTING, "proxy": Proxy(hops=3), "given": given}
    assert needs(inputs(tmp_path, "v0.8.7", **asked)).settings["TRUST_PROXY"] == "3"  # type: ignore[arg-type]
    old = needs(inputs(tmp_path, "v0.7.2", **asked))  # type: ignore[arg-type]
    assert "TRUST_PROXY" not in old.settings
    assert any("always trusts exactly one proxy" in note for note in old.notes)


def test_what_the_operator_gave_is_not_set_by_the_access(tmp_path: Path) -> None:
    given = {
        "DOMAIN_CLIENT": "https://chat.example.com",
        "TRUST_PROXY": "2",
        "DOMAIN_SERVER": "https://chat.example.com",
    }
    assert needs(inputs(tmp_path, access=Access.HTTPS_EXISTING, given=given)).settings == {}


def test_a_caddyfile_of_the_operators_own_is_never_replaced(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    (folder / "Caddyfile").write_text("mine.example.com {\n}\n")
    given = {"DOMAIN_CLIENT": "https://chat.example.com"}
    plan = needs(inputs(folder, access=Access.HTTPS_PROXY, given=given))
    assert "was not written by the wizard" in plan.problems[0].message
    assert plan.files == ()


def test_the_admin_panel_is_served_under_a_host_of_its_own_when_asked(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7")
    given = {"DOMAIN_CLIENT": "https://chat.lan", "ADMIN_PANEL_URL": "https://admin.chat.lan"}
    proxy = Proxy(certificate=Certificate.INTERNAL)
    plan = needs(inputs(folder, access=Access.HTTPS_PROXY, proxy=proxy, given=given))
    files = {file.path: file.content for file in plan.files}
    assert b"https://admin.chat.lan {" in files["Caddyfile"]
    assert plan.settings["ADMIN_PANEL_SESSION_COOKIE_SECURE"] == "true"
    from cryptography import x509

    names = x509.load_pem_x509_certificate(files["certificates/server.crt"]).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert set(names.value.get_values_for_type(x509.DNSName)) == {"chat.lan", "admin.chat.lan"}
