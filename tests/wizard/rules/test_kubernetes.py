"""Each trap of the Helm chart: the finding without the wizard, none with what it writes."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any, Final

import pytest

from tests.helm_judge import answers, written
from wizard.answers.model import Answers
from wizard.deployment.assembled import deployment
from wizard.deployment.kubernetes_names import RECORD, SECRET_FILE, VALUES_FILE, HelmRelease
from wizard.deployment.snapshot import take
from wizard.findings import kubernetes as ids
from wizard.findings.model import FindingEntry
from wizard.librechat.helm_chart import ChartVersion
from wizard.rules import check

KEYS: Final = {
    "CREDS_KEY": "0f" * 32,
    "CREDS_IV": "1e" * 16,
    "JWT_SECRET": "2d" * 32,
    "JWT_REFRESH_SECRET": "3c" * 32,
    "MEILI_MASTER_KEY": "4b" * 32,
}
SOUND: Final = """\
enableServiceLinks: false
updateStrategy: {type: Recreate}
meilisearch: {auth: {existingMasterKeySecret: librechat-meili}}
"""
OPENID: Final = """\
librechat:
  configEnv:
    OPENID_CLIENT_ID: "a"
    OPENID_CLIENT_SECRET: "b"
    OPENID_ISSUER: "https://login.example.net"
    OPENID_SESSION_SECRET: "c"
    OPENID_SCOPE: "openid"
    OPENID_CALLBACK_URL: "/oauth/openid/callback"
    ALLOW_SOCIAL_LOGIN: "true"
"""


def found(
    folder: Path, values: str = SOUND, secret: dict[str, str] | None = None, chart: str = "2.0.15"
) -> dict[str, Any]:
    """Return what the rules say of a folder with these files, by id."""
    for name in ("kubernetes", ".librechat-wizard"):
        (folder / name).mkdir(exist_ok=True)
    (folder / VALUES_FILE).write_text(values)
    held = {
        name: base64.b64encode(value.encode()).decode() for name, value in (KEYS if secret is None else secret).items()
    }
    lines = "".join(f'  {name}: "{value}"\n' for name, value in held.items())
    (folder / SECRET_FILE).write_text(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata:\n{lines}")
    (folder / RECORD).write_bytes(HelmRelease(namespace="chat", name="lc", chart=ChartVersion.parse(chart)).to_bytes())
    current = deployment(take(folder, Answers()), {})
    return {one.id: one for one in check(current) if one.check == ids.OK.check}


@pytest.mark.parametrize(
    ("entry", "values", "secret", "chart"),
    [
        pytest.param(ids.PUBLISHED, SOUND, None, "2.0.7", id="K2"),
        pytest.param(ids.SECRET_KEYS, SOUND, {"JWT_SECRET": "2d" * 32}, "2.0.8", id="K3"),
        pytest.param(ids.IGNORED, SOUND + "env: {APP_TITLE: x}\n", None, "2.0.15", id="K5"),
        pytest.param(ids.IGNORED, SOUND + "librechat: {existingSecretName: mine}\n", None, "2.0.15", id="K6"),
        pytest.param(ids.UNQUOTED, SOUND + "librechat: {configEnv: {TRUST_PROXY: 1}}\n", None, "2.0.15", id="K7"),
        pytest.param(ids.UNKNOWN_VALUE, SOUND + "librechat: {configENV: {A: b}}\n", None, "2.0.15", id="K8"),
        pytest.param(ids.WRAPPED, SOUND + 'librechat: {configYamlContent: "version: 1"}\n', None, "2.0.3", id="K9"),
        pytest.param(
            ids.TWICE,
            SOUND + 'librechat: {configEnv: {APP_TITLE: "x"}}\n',
            {**KEYS, "APP_TITLE": "y"},
            "2.0.15",
            id="K11",
        ),
        pytest.param(ids.FROM_ENV_FILE, SOUND, {**KEYS, "HOST": "localhost"}, "2.0.15", id="K12-host"),
        pytest.param(
            ids.FROM_ENV_FILE,
            SOUND,
            {**KEYS, "MONGO_URI": "mongodb://127.0.0.1:27017/LibreChat"},
            "2.0.15",
            id="K12-mongo",
        ),
        pytest.param(ids.SECRET_FORM, SOUND, {**KEYS, "APP_TITLE": '"My Chat"'}, "2.0.15", id="K12-quotes"),
        pytest.param(ids.SECRET_FORM, SOUND, {**KEYS, "EMAIL_PASSWORD": "abc # comment"}, "2.0.15", id="K12-comment"),
        pytest.param(ids.MEILI_SHARED, "enableServiceLinks: false\n", None, "2.0.15", id="K13"),
        pytest.param(ids.ONE_NODE, SOUND + "replicaCount: 2\n", None, "2.0.15", id="K14"),
        pytest.param(
            ids.ONE_NODE, SOUND + "autoscaling: {enabled: true, maxReplicas: 4}\n", None, "2.0.15", id="K14-autoscaling"
        ),
        pytest.param(ids.ROLLING, SOUND.replace("Recreate", "RollingUpdate"), None, "2.0.15", id="K14-rolling"),
        pytest.param(ids.SUBCHART, SOUND, {**KEYS, "MONGO_URI": "mongodb://db.example.net/x"}, "2.0.15", id="K15"),
        pytest.param(ids.SERVICE_LINKS, SOUND.replace("enableServiceLinks: false", "a: 1"), None, "2.0.15", id="K17"),
        pytest.param(ids.SECRET_FORM, SOUND, {**KEYS, "CREDS_KEY": "0f" * 32 + "\n"}, "2.0.15", id="K18"),
        pytest.param(
            ids.INGRESS,
            SOUND
            + 'ingress: {hosts: [{host: chat.example.com}]}\nlibrechat: {configEnv: {DOMAIN_CLIENT: "https://chat.example.net"}}\n',
            None,
            "2.0.15",
            id="K19",
        ),
        pytest.param(ids.NOT_SHARED, SOUND + "replicaCount: 2\n" + OPENID, None, "2.0.15", id="K20"),
    ],
)
def test_a_trap_is_found(
    tmp_path: Path, entry: FindingEntry, values: str, secret: dict[str, str] | None, chart: str
) -> None:
    assert entry.id in found(tmp_path, values, secret, chart)


def test_sound_files_have_none_of_it(tmp_path: Path) -> None:
    assert found(tmp_path) == {}


def test_several_pods_without_another_sign_in_are_only_warned_about(tmp_path: Path) -> None:
    values = SOUND + "replicaCount: 2\nlibrechat: {imageVolume: {enabled: false}}\n"
    assert found(tmp_path, values)[ids.NOT_SHARED.id].status.value == "WARN"


@pytest.mark.parametrize("chart", ["2.0.3", "2.0.7", "2.0.8", "2.0.15"])
def test_what_the_wizard_writes_has_none_of_it(tmp_path: Path, chart: str) -> None:
    (tmp_path / "mine.yaml").write_text('librechat: {configYamlContent: "version: 1.2.1"}\n')
    proposal = written(
        tmp_path,
        access="https-existing",
        kubernetes={"chart": chart, "values": "mine.yaml", "replicas": 3, "redis": "bundled", "storage": "none"},
        settings={
            "DOMAIN_CLIENT": "https://chat.example.net",
            "APP_TITLE": "'My' \"Chat\" # 1",
            "OPENID_CLIENT_ID": "0123",
            "OPENID_CLIENT_SECRET": "000001",
            "OPENID_ISSUER": "https://login.example.net",
            "OPENID_SCOPE": "openid",
            "OPENID_CALLBACK_URL": "/oauth/openid/callback",
        },
    )
    assert [one for one in check(proposal.deployment) if one.check == ids.OK.check] == []
    assert propose_again(tmp_path, chart) == ()


def propose_again(folder: Path, chart: str) -> tuple[object, ...]:
    from wizard.plan.proposal import propose

    return propose(folder, answers(folder, kubernetes={"chart": chart})).plan.edits


def test_findings_say_where_values_come_from(tmp_path: Path) -> None:
    shown = found(tmp_path, SOUND + "replicaCount: 2\nredis: {enabled: false}\n" + OPENID)[ids.NOT_SHARED.id]
    assert shown.settings == ("USE_REDIS",)
    twice = found(tmp_path, SOUND + 'librechat: {configEnv: {APP_TITLE: "x"}}\n', {**KEYS, "APP_TITLE": "y"})[
        ids.TWICE.id
    ]
    assert twice.origins == (f"APP_TITLE=y from {SECRET_FILE}:10; {VALUES_FILE}:4 sets x, which has no effect",)
