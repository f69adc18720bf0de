"""The files for LibreChat's Helm chart: what is in them, what stays, and that every reader reads what was meant."""

from __future__ import annotations

import base64
import json
import stat
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.helm_judge import (
    CHART,
    HELMS,
    RELEASES,
    answers,
    documents,
    program,
    rendered,
    schema_faults,
    written,
)
from wizard.answers.model import Given, Source
from wizard.basics.problem import InvalidInput
from wizard.deployment.kubernetes_names import (
    CONFIG_FILE,
    EXTERNAL_FILE,
    MEILI_FILE,
    SECRET_FILE,
    VALUES_FILE,
    HelmRelease,
)
from wizard.librechat.helm_chart import ChartVersion
from wizard.plan.diff import of_plan
from wizard.plan.kubernetes.manifests import config_map_text
from wizard.plan.kubernetes.overlay import overlay_text
from wizard.plan.proposal import propose
from wizard.yamlfile.manifest import config_texts, secret_bytes
from wizard.yamlfile.parsed import ParsedYaml

HTTPS: Final[dict[str, Any]] = {
    "access": "https-existing",
    "kubernetes": {"ingress": {"class": "traefik", "issuer": "letsencrypt"}},
    "settings": {"DOMAIN_CLIENT": "https://chat.example.net", "ALLOW_REGISTRATION": False},
}
BOOTSTRAP: Final = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET", "MEILI_MASTER_KEY")


def secret_of(folder: Path, file: str = SECRET_FILE) -> dict[str, str]:
    return {
        name: value.decode()
        for name, value in secret_bytes(ParsedYaml.parse((folder / file).read_bytes(), file)).items()
    }


def values_of(folder: Path) -> Any:
    return documents((folder / VALUES_FILE).read_bytes())[0]


def test_a_first_run_writes_the_files_and_the_commands(tmp_path: Path) -> None:
    proposal = written(tmp_path, **HTTPS, registration={"allowedDomains": ["example.net"]})
    secret = secret_of(tmp_path)
    assert set(secret) == set(BOOTSTRAP)
    assert secret_of(tmp_path, MEILI_FILE) == {"MEILI_MASTER_KEY": secret["MEILI_MASTER_KEY"]}
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (SECRET_FILE, MEILI_FILE, VALUES_FILE)}
    assert modes == {SECRET_FILE: 0o600, MEILI_FILE: 0o600, VALUES_FILE: 0o644}
    values = values_of(tmp_path)
    assert values["enableServiceLinks"] is False
    assert values["librechat"]["configEnv"] == {
        "DOMAIN_SERVER": "https://chat.example.net",
        "TRUST_PROXY": "1",
        "DOMAIN_CLIENT": "https://chat.example.net",
        "ALLOW_REGISTRATION": "false",
    }
    assert values["librechat"]["existingConfigYaml"] == "librechat-config"
    assert values["ingress"]["annotations"] == {"cert-manager.io/cluster-issuer": "letsencrypt"}
    shown = " ".join(proposal.plan.apply_steps)
    assert [step.split()[0] for step in proposal.plan.apply_steps] == ["kubectl", "helm", "kubectl", "kubectl"]
    assert "apply --server-side" in shown
    assert "--version 2.0.15" in shown
    config = config_texts(ParsedYaml.parse((tmp_path / CONFIG_FILE).read_bytes(), CONFIG_FILE))
    assert documents(config["librechat.yaml"])[0]["registration"] == {"allowedDomains": ["example.net"]}


def test_no_secret_is_in_the_values_or_in_what_is_shown(tmp_path: Path) -> None:
    password = "c4nary-of-the-mail-server"
    settings = {
        "EMAIL_PASSWORD": password,
        "MONGO_URI": f"mongodb://me:{password}@db.example.net/x",
        "EMAIL_HOST": "m.example.net",
    }
    proposal = written(tmp_path, settings=settings)
    held = secret_of(tmp_path)
    assert held["MONGO_URI"] == settings["MONGO_URI"]
    texts = [
        of_plan(proposal.plan),
        (tmp_path / VALUES_FILE).read_text(),
        repr(proposal.plan),
        *proposal.plan.apply_steps,
    ]
    for value in held.values():
        forms = (value, base64.b64encode(value.encode()).decode())
        assert not [form for form in forms for text in texts if form in text]


def test_the_same_answers_again_change_nothing(tmp_path: Path) -> None:
    parts = {**HTTPS, "registration": {"allowedDomains": ["example.net"]}}
    written(tmp_path, **parts)
    again = propose(tmp_path, answers(tmp_path, **parts))
    assert again.plan.edits == ()
    assert again.plan.apply_steps == ()


def test_other_answers_keep_secrets_comments_and_what_is_not_answered(tmp_path: Path) -> None:
    written(tmp_path, **HTTPS)
    before = secret_of(tmp_path)
    path = tmp_path / VALUES_FILE
    path.write_text(path.read_text() + "# mine\nresources: {limits: {memory: 1Gi}}\n")
    secret = tmp_path / SECRET_FILE
    secret.write_text(secret.read_text().replace("type: Opaque", "type: Opaque  # mine") + "  OPENAI_API_KEY: 'c2s='\n")
    written(tmp_path, kubernetes={"replicas": 2, "redis": "bundled", "storage": "ReadWriteMany"})
    assert secret_of(tmp_path) == {**before, "OPENAI_API_KEY": "sk"}
    assert "type: Opaque  # mine" in secret.read_text()
    assert "# mine\nresources: {limits: {memory: 1Gi}}\n" in path.read_text()
    values = values_of(tmp_path)
    assert (values["replicaCount"], values["redis"]) == (2, {"enabled": True})
    assert values["updateStrategy"]["type"] == "RollingUpdate"
    assert values["ingress"]["className"] == "traefik"


def test_release_and_namespace_are_those_of_the_last_run(tmp_path: Path) -> None:
    written(tmp_path, kubernetes={"chart": "2.0.12"})
    again = propose(
        tmp_path, answers(tmp_path, kubernetes={"namespace": None, "release": None}, settings={"APP_TITLE": "Chat"})
    )
    assert "helm upgrade --install lc " in again.plan.apply_steps[1]
    assert "--version 2.0.12 -n chat" in again.plan.apply_steps[1]
    assert str(again.snapshot.release) == "v0.8.8-rc3"


@pytest.mark.parametrize(
    ("own", "called"),
    [
        ('fullnameOverride: "ours"', "ours"),
        ('nameOverride: "chat"', "lc-chat"),
        ("{}", "lc-librechat"),
        (f'nameOverride: "{"a" * 59}-b"', f"lc-{'a' * 59}"),
    ],
)
def test_commands_name_the_objects_as_the_values_do(tmp_path: Path, own: str, called: str) -> None:
    """Trap K16: the chart's objects are called RELEASE-librechat only if the values say nothing else."""
    (tmp_path / "mine.yaml").write_text(f"{own}\n")
    steps = written(tmp_path, kubernetes={"values": "mine.yaml"}).plan.apply_steps
    assert [step.split("deployment/")[1].split()[0] for step in steps if "deployment/" in step] == [called, called]
    again = propose(tmp_path, answers(tmp_path, kubernetes={"values": "mine.yaml"}))
    assert again.plan.edits == ()


def test_a_setting_that_is_taken_out_is_taken_out(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text('librechat: {configEnv: {APP_TITLE: "Mine", HELP_AND_FAQ_URL: "x"}}\n')
    parts = {"kubernetes": {"values": "mine.yaml"}}
    written(tmp_path, **parts, settings={"EMAIL_HOST": "m.example.net", "EMAIL_PASSWORD": "p", "APP_TITLE": "Chat"})
    written(tmp_path, **parts, settings={"EMAIL_HOST": None, "EMAIL_PASSWORD": None, "APP_TITLE": None})
    environment = values_of(tmp_path)["librechat"]["configEnv"]
    # A name of the operator's own values is taken away with null.
    assert environment == {"APP_TITLE": None}
    assert "EMAIL_PASSWORD" not in secret_of(tmp_path)


@pytest.mark.parametrize(
    ("chart", "has_nulls"), [("2.0.3", True), ("2.0.7", True), ("2.0.8", False), ("2.0.15", False)]
)
def test_published_keys_are_taken_out_of_older_charts(tmp_path: Path, chart: str, has_nulls: bool) -> None:
    written(tmp_path, kubernetes={"chart": chart})
    environment = values_of(tmp_path)["librechat"]["configEnv"]
    assert environment == (dict.fromkeys(BOOTSTRAP[:4]) if has_nulls else {})


def test_keys_of_a_compose_folder_go_along(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CREDS_KEY=" + "0a" * 32 + "\nCREDS_IV=" + "1b" * 16 + "\nMONGO_URI=mongodb://x/y\n")
    written(tmp_path)
    held = secret_of(tmp_path)
    assert (held["CREDS_KEY"], held["CREDS_IV"]) == ("0a" * 32, "1b" * 16)
    assert "MONGO_URI" not in held


def test_an_external_secret_names_keys_and_holds_no_value(tmp_path: Path) -> None:
    asked = {"secret_format": "external", "secret_store": "vault", "remote_key": "kv/librechat"}
    proposal = written(tmp_path, kubernetes=asked)
    made = documents((tmp_path / EXTERNAL_FILE).read_bytes())[0]
    assert made["spec"]["target"]["name"] == "librechat-credentials-env"
    assert {one["secretKey"] for one in made["spec"]["data"]} == set(BOOTSTRAP)
    assert SECRET_FILE not in proposal.plan.apply_steps[0]
    assert EXTERNAL_FILE in proposal.plan.apply_steps[0]
    text = (tmp_path / EXTERNAL_FILE).read_text()
    assert not [value for value in secret_of(tmp_path).values() if value in text]


@pytest.mark.parametrize(
    ("parts", "field", "word"),
    [
        ({"access": "https-proxy"}, "access", "ingress"),
        ({"settings": {"HOST": "0.0.0.0"}}, "settings.HOST", "cannot be set"),  # noqa: S104
        ({"settings": {"EMAIL_PASSWORD": "a\ud83d"}}, "settings.EMAIL_PASSWORD", "surrogate"),
        ({"settings": {"PORT": 3000}}, "settings.PORT", "cannot be set"),
        (
            {"access": "https-existing", "settings": {"DOMAIN_CLIENT": "https://192.0.2.1"}},
            "settings.DOMAIN_CLIENT",
            "host names",
        ),
        ({"kubernetes": {"secret_format": "external", "remote_key": "x"}}, "kubernetes.secret_store", "missing"),
        ({"kubernetes": {"chart": "newest"}}, "kubernetes.chart", "2.0.15"),
        ({"kubernetes": {"values": "nowhere.yaml"}}, "kubernetes.values", "not readable"),
        ({"kubernetes": {"namespace": "Chat"}}, "kubernetes.namespace", "lowercase letters"),
        ({"kubernetes": {"ingress": {"class": "x", "isuer": "y"}}}, "kubernetes.ingress.isuer", "issuer"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, parts: dict[str, Any], field: str, word: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        propose(tmp_path, answers(tmp_path, **parts))
    assert [(one.field, word in f"{one.message} {one.remedy}") for one in caught.value.problems] == [(field, True)]
    assert not (tmp_path / "kubernetes").exists()


def test_an_answer_that_global_env_beats_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("global: {librechat: {env: [{name: APP_TITLE, value: Theirs}]}}\n")
    with pytest.raises(InvalidInput, match=r"global\.librechat\.env overrides it"):
        propose(tmp_path, answers(tmp_path, kubernetes={"values": "mine.yaml"}, settings={"APP_TITLE": "Chat"}))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"kubernetes": {"before_ingress": 1}}, "2"),
        ({"kubernetes": {}}, "1"),
    ],
)
def test_trust_proxy_counts_what_stands_before_the_ingress(
    tmp_path: Path, parts: dict[str, Any], expected: str
) -> None:
    written(tmp_path, **{**HTTPS, **parts})
    assert values_of(tmp_path)["librechat"]["configEnv"]["TRUST_PROXY"] == expected


def test_localhost_is_port_forward(tmp_path: Path) -> None:
    proposal = written(tmp_path, access="localhost")
    values = values_of(tmp_path)
    assert values["librechat"]["configEnv"]["DOMAIN_SERVER"] == "http://localhost:3080"
    assert values["ingress"] == {"enabled": False}
    assert any("kubectl port-forward service/lc-librechat 3080:3080" in note for note in proposal.plan.notes)


@pytest.mark.parametrize("helm", HELMS)
def test_helm_and_the_schemas_take_what_is_written(tmp_path: Path, helm: str) -> None:
    parts = {**HTTPS, "registration": {"allowedDomains": ["example.net"]}}
    parts["kubernetes"] = {**HTTPS["kubernetes"], "replicas": 2, "redis": "bundled", "storage": "ReadWriteMany"}
    parts["settings"] = {**HTTPS["settings"], "LDAP_CA_CERT_PATH": "/app/certs/ca.pem", "OPENID_CLIENT_ID": "0123"}
    written(tmp_path, **parts)
    made = rendered(tmp_path, helm)
    manifests = [documents((tmp_path / name).read_bytes())[0] for name in (SECRET_FILE, MEILI_FILE, CONFIG_FILE)]
    for release in RELEASES if helm == HELMS[0] else RELEASES[:1]:
        assert [fault for one in (*made.values(), *manifests) for fault in schema_faults(one, release)] == []
    assert made["ConfigMap"]["data"]["OPENID_CLIENT_ID"] == "0123"
    pod = made["Deployment"]["spec"]["template"]["spec"]
    assert pod["enableServiceLinks"] is False
    mounted = {one["mountPath"] for one in pod["containers"][0]["volumeMounts"]}
    assert {"/app/certs", "/app/librechat.yaml"} <= mounted
    assert made["Ingress"]["spec"]["tls"] == [{"secretName": "chat-example-net-tls", "hosts": ["chat.example.net"]}]


@pytest.mark.parametrize("access", [None, "localhost"])
def test_the_least_answers_render_with_helm_3(tmp_path: Path, access: str | None) -> None:
    """Trap K1: without an entry in configEnv, charts from 2.0.8 on do not render with Helm 3 (dig meets nil)."""
    command = [str(program("helm-3")), "template", "lc", str(CHART)]
    bare = subprocess.run(
        command, cwd=tmp_path, env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (bare.returncode, "error calling dig" in bare.stderr) == (1, True), bare.stderr
    written(tmp_path, **({} if access is None else {"access": access}))
    assert "Deployment" in rendered(tmp_path, "helm-3")


@pytest.mark.parametrize("helm", HELMS)
def test_one_control_character_empties_the_config_map_and_the_wizard_keeps_it_out(tmp_path: Path, helm: str) -> None:
    title = "a\x7fb"
    (tmp_path / "kubernetes").mkdir()
    naive = {"APP_TITLE": title, "ALLOW_REGISTRATION": "false"}
    (tmp_path / VALUES_FILE).write_bytes(overlay_text(None, VALUES_FILE, {}, naive, own={}))
    assert "ALLOW_REGISTRATION" not in rendered(tmp_path, helm)["ConfigMap"]["data"]
    (tmp_path / VALUES_FILE).unlink()
    given = {"APP_TITLE": Given(title, Source.FILE), "ALLOW_REGISTRATION": Given("false", Source.FILE)}
    asked = answers(tmp_path).give(given)
    for edit in propose(tmp_path, asked).plan.shown_edits:
        (tmp_path / edit.path).write_bytes(edit.after)
    assert rendered(tmp_path, helm)["ConfigMap"]["data"]["ALLOW_REGISTRATION"] == "false"
    assert secret_of(tmp_path)["APP_TITLE"] == title


def test_a_config_map_holds_no_nul_and_no_mebibyte() -> None:
    for content in ("a\0b", "x" * 1_048_577):
        with pytest.raises(InvalidInput):
            config_map_text(None, content, HelmRelease(), "c.yaml")


def test_a_config_map_of_the_operators_own_keeps_all_else() -> None:
    theirs = b"# mine\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: librechat-config, labels: {a: b}}\ndata:\n  other: x\n  librechat.yaml: |\n    version: 1.2.1\n"
    after = config_map_text(theirs, "version: 1.3.0\n", HelmRelease(), "c.yaml").decode()
    assert after.startswith("# mine\nkind: ConfigMap\n")
    assert "labels: {a: b}" in after
    assert config_texts(ParsedYaml.parse(after.encode(), "c")) == {"other": "x", "librechat.yaml": "version: 1.3.0\n"}


def test_the_record_is_read_back(tmp_path: Path) -> None:
    written(tmp_path, kubernetes={"chart": "2.0.7", "secret": "my-secret"})
    told = json.loads((tmp_path / ".librechat-wizard" / "kubernetes").read_text())
    assert (told["chart"], told["secret"], told["release"]) == ("2.0.7", "my-secret", "lc")
    assert ChartVersion.parse("librechat-2.0.7") == ChartVersion(2, 0, 7)
