"""Apply, doctor, adopt and roll back with the real helm and kubectl against an API server of the tests' own, which stores objects."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.helm_judge import CHART, program
from tests.helm_judge import run as judge
from tests.screens.cli.kubernetes_site import ASKED, Site, kubernetes_site
from wizard.deployment.kubernetes_names import ADOPTED_VALUES, SECRET_FILE, VALUES_FILE

OPENED: Final = ASKED.replace("ALLOW_REGISTRATION: false", "ALLOW_REGISTRATION: true")
PASSWORD: Final = "c4nary-of-the-mail-server"
PUBLISHED: Final = "f34be427ebb29de8d88c107a71546019685ed8b241d8f2ed00c3df97ad2566f0"
"""CREDS_KEY as .env.example ships it."""
NEEDED: Final = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET", "MEILI_MASTER_KEY")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with kubernetes_site(tmp_path) as made:
        yield made


def test_apply_installs_and_the_same_answers_again_change_nothing(site: Site) -> None:
    """What the cluster has otherwise than the files is put into effect, though an earlier run wrote it."""
    config = "registration: {allowedDomains: [example.net]}\n"
    first = site.answer(ASKED + config, "--apply")
    assert first.status == 0, first.text
    held = site.secret()
    assert set(held) == set(NEEDED)
    assert site.environment_of_pod()["ALLOW_REGISTRATION"] == "false"
    assert not [value for value in held.values() if value in first.text]
    generation = site.server.objects["deployments", "lc-librechat"]["metadata"]["generation"]
    again = site.answer(ASKED + config, "--apply")
    assert again.status == 0, again.text
    assert "so nothing is restarted" in again.err
    assert site.server.objects["deployments", "lc-librechat"]["metadata"]["generation"] == generation
    values = site.folder / VALUES_FILE
    values.write_text(values.read_text().replace('ALLOW_REGISTRATION: "false"', 'ALLOW_REGISTRATION: "true"'))
    opened = site.answer(OPENED + config, "--apply")
    assert opened.status == 0, opened.text
    assert site.environment_of_pod()["ALLOW_REGISTRATION"] == "true"
    held = site.server.objects["configmaps", "librechat-config"]["data"]
    planned, held["librechat.yaml"] = held["librechat.yaml"], "version: 1.0.0\n"
    assert site.answer(OPENED + config, "--apply").status == 0
    assert site.server.objects["configmaps", "librechat-config"]["data"]["librechat.yaml"] == planned


def test_a_change_whose_pods_do_not_start_is_rolled_back(site: Site) -> None:
    assert site.answer(ASKED, "--apply").status == 0
    before = site.secret()
    site.server.breaks_pods = True
    broken = OPENED.replace("settings: {", f"settings: {{EMAIL_PASSWORD: {PASSWORD}, ")
    done = site.answer(broken, "--apply", "--force")
    assert done.status in (1, 3), done.text
    assert "helm rollback lc 1 -n chat" in done.err
    assert PASSWORD not in done.text
    assert site.environment_of_pod()["ALLOW_REGISTRATION"] == "false"
    assert site.secret() == before
    assert "EMAIL_PASSWORD" not in (site.folder / SECRET_FILE).read_text()


def test_the_checks_wait_until_librechat_answers_in_its_pod(site: Site) -> None:
    """A pod that is ready to Kubernetes may still load; what it says is compared with the files then."""
    site.unready = 1
    assert site.answer(ASKED, "--apply").status == 0
    assert site.answered == 2
    site.unready = math.inf
    site.environment = {**site.environment, "LIBRECHAT_WIZARD_READY_SECONDS": "1"}
    done = site.answer(OPENED, "--apply")
    assert done.status == 1, done.text
    assert "LibreChat did not respond in its pod within 1 s." in done.err
    assert "helm rollback lc 1 -n chat" in done.err
    assert site.environment_of_pod()["ALLOW_REGISTRATION"] == "false"


def test_what_the_pod_says_is_compared_with_the_files(site: Site) -> None:
    site.says = {"registrationEnabled": True}
    done = site.answer(ASKED, "--apply")
    assert done.status == 1, done.text
    assert "LibreChat is running with different settings from those in the files (registrationEnabled)" in " ".join(
        done.text.split()
    )
    assert "Done" not in done.err
    assert "LibreChat does not use them (instance.not-applied)." in done.err


def test_without_the_right_to_run_commands_in_pods_the_checks_decide(site: Site) -> None:
    site.server.forbidden.add(("create", "pods/exec"))
    done = site.answer(ASKED, "--apply")
    assert done.status == 0, done.text
    assert "needs the create verb on pods/exec in the namespace chat" in done.err
    assert site.answered == 0
    assert "LibreChat runs with" not in done.err
    assert "The wizard could not verify in the pod that LibreChat uses them." in done.err


@pytest.mark.parametrize("theirs", [{}, {"CREDS_KEY": "0a" * 32, "CREDS_IV": "0b" * 16}])
def test_nothing_is_left_of_a_first_installation_that_fails(site: Site, theirs: dict[str, str]) -> None:
    """No release half there, no Secret whose keys would be in the way of the next attempt; what was there before stays."""
    name, settings = "librechat-credentials-env", ""
    if theirs:
        site.server.put("secrets", name, {"apiVersion": "v1", "kind": "Secret", "stringData": theirs})
        settings = "".join(f"{key}: {value}, " for key, value in theirs.items())
    site.server.breaks_pods = True
    done = site.answer(ASKED.replace("settings: {", f"settings: {{{settings}"), "--apply", "--force")
    assert done.status == 1, done.text
    assert "helm uninstall lc -n chat --ignore-not-found" in done.err
    assert "This was the first installation of the release, so it was removed completely." in done.err
    left = {key for key in site.server.objects if key[0] not in ("namespaces", "pods")}
    assert left == ({("secrets", name)} if theirs else set())
    assert not theirs or site.secret().items() >= theirs.items()
    assert not (site.folder / SECRET_FILE).exists()
    backup = re.search(r"are in the backup (\S+)\.", done.err)
    assert backup is not None
    assert (site.folder / backup[1]).is_dir()
    site.server.breaks_pods = False
    again = site.answer(ASKED.replace("settings: {", f"settings: {{{settings}"), "--apply", "--force")
    assert again.status == 0, again.text


def test_apply_refuses_to_put_other_keys_in_place_of_those_that_run(site: Site) -> None:
    theirs = {"CREDS_KEY": "0a" * 32, "CREDS_IV": "0b" * 16}
    site.server.put(
        "secrets", "librechat-credentials-env", {"apiVersion": "v1", "kind": "Secret", "stringData": theirs}
    )
    done = site.answer(ASKED, "--apply")
    assert done.status == 3, done.text
    assert "kubernetes.adopt" in done.err
    assert not (site.folder / SECRET_FILE).exists()
    assert site.secret() == theirs


def test_a_running_release_is_taken_over(site: Site, tmp_path: Path) -> None:
    values = tmp_path / "theirs.yaml"
    config = 'version: "1.3.0"\nregistration: {allowedDomains: [example.net]}\n'
    values.write_text(
        json.dumps(
            {
                "librechat": {"configEnv": {"APP_TITLE": "Ours", "CREDS_IV": "0b" * 16}, "existingConfigYaml": "ours"},
                "resources": {"limits": {"cpu": "1"}},
            }
        )
    )
    theirs = {"CREDS_KEY": "0a" * 32, "OPENAI_API_KEY": PASSWORD}
    site.server.put(
        "secrets", "librechat-credentials-env", {"apiVersion": "v1", "kind": "Secret", "stringData": theirs}
    )
    site.server.put("configmaps", "ours", {"apiVersion": "v1", "kind": "ConfigMap", "data": {"librechat.yaml": config}})
    site.helm("install", "lc", CHART, "-f", values)
    done = site.answer(ASKED.replace("replicas: 2", "replicas: 2, adopt: true"), "--apply")
    assert done.status == 0, done.text
    held = site.secret()
    # CREDS_IV stood in the ConfigMap alone: an upgrade must not lose it.
    assert {name: held[name] for name in (*theirs, "CREDS_IV")} == {**theirs, "CREDS_IV": "0b" * 16}
    assert PASSWORD not in done.text
    assert site.environment_of_pod()["APP_TITLE"] == "Ours"
    assert site.server.objects["configmaps", "librechat-config"]["data"]["librechat.yaml"] == config
    assert (site.folder / ADOPTED_VALUES).stat().st_mode & 0o777 == 0o600
    assert "cpu" in (site.folder / ADOPTED_VALUES).read_text()


def test_a_public_key_that_a_running_release_has_is_taken_over_too(site: Site, tmp_path: Path) -> None:
    """What LibreChat has stored is encrypted with it; a new one would make that unreadable."""
    values = tmp_path / "theirs.yaml"
    values.write_text(json.dumps({"librechat": {"configEnv": {"CREDS_KEY": PUBLISHED, "CREDS_IV": "0b" * 16}}}))
    site.helm("install", "lc", CHART, "-f", values)
    done = site.answer(ASKED.replace("replicas: 2", "replicas: 2, adopt: true"), "--force")
    assert done.status == 1, done.text
    assert "The value is publicly known" in " ".join(done.err.split())
    assert base64.b64encode(PUBLISHED.encode()).decode() in (site.folder / SECRET_FILE).read_text()


def test_nothing_is_taken_over_without_rights(site: Site) -> None:
    site.server.forbidden.add(("list", "secrets"))
    done = site.answer(ASKED.replace("replicas: 2", "replicas: 2, adopt: true"))
    assert done.status == 2, done.text
    assert "kubernetes.adopt" in done.err
    assert not (site.folder / SECRET_FILE).exists()


def test_doctor_tells_what_is_wrong_in_the_cluster(site: Site) -> None:
    assert site.answer(ASKED, "--apply").status == 0
    sound = site.doctor()
    assert sound["release"]["status"] == "PASS"
    # The ingress's Secret and class are not there in this cluster.
    assert {"ingress.class", "ingress.secret"} <= set(sound)
    assert not {"secret.differs", "release.drift", "pods.stale", "pods.not-ready", "no-right"} & set(sound)
    server = site.server
    body = json.loads(json.dumps(server.objects["secrets", "librechat-credentials-env"]))
    body["data"]["JWT_SECRET"] = base64.b64encode(b"other\n").decode()
    server.put("secrets", "librechat-credentials-env", body)
    server.log = "warn: [credentials] Temporary credentials are in use\n"
    found = site.doctor()
    assert {"secret.differs", "pods.stale", "secret.form", "pods.log"} <= set(found)
    assert found["secret.differs"]["evidence"] == ["JWT_SECRET"]


def test_doctor_tells_drift_and_missing_objects(site: Site) -> None:
    assert site.answer(ASKED, "--apply").status == 0
    site.helm("upgrade", "lc", CHART, "--reuse-values", "--set", "replicaCount=3,librechat.configENV.A=b")
    del site.server.objects["secrets", "librechat-credentials-env"]
    found = site.doctor()
    assert "replicaCount" in found["release.drift"]["evidence"][0]
    assert found["secret.missing"]["status"] == "FAIL"
    assert "values.unknown" in found
    assert found["exit"] == 1


@pytest.mark.parametrize(
    ("denied", "what"),
    [(("get", "secrets"), "Secret"), (("list", "pods"), "pods"), (("list", "ingresses"), "ingresses")],
)
def test_a_missing_right_is_unknown(site: Site, denied: tuple[str, str], what: str) -> None:
    assert site.answer(ASKED.replace("class: traefik, secret: tls", ""), "--apply").status == 0
    site.server.forbidden.add(denied)
    found = site.doctor()
    assert found["no-right"]["status"] == "UNKNOWN"
    assert what in found["no-right"]["summary"]
    assert found["exit"] == 4


def test_no_release_and_no_cluster(site: Site) -> None:
    assert site.answer(ASKED).status == 0
    assert site.doctor()["release.missing"]["status"] == "FAIL"
    elsewhere = {**site.environment, "KUBECONFIG": "/dev/null"}
    lost = Site(site.folder, site.server, elsewhere).doctor()
    assert (lost["not-asked"]["status"], lost["exit"]) == ("UNKNOWN", 4)


def test_what_kubectl_hands_back_is_what_was_meant(site: Site) -> None:
    """A hostile value by apply --server-side, and back by get -o json."""
    hostile = "a'b\"c $x `y` {{z}} # \\ \\n é漢😀"
    text = ASKED.replace("settings: {", "settings: {EMAIL_PASSWORD: " + json.dumps(hostile, ensure_ascii=False) + ", ")
    assert site.answer(text, "--apply", "--force").status == 0
    command = (program("kubectl"), "--kubeconfig", site.environment["KUBECONFIG"], "-n", "chat", "get", "secret")
    out = judge(*command, "librechat-credentials-env", "-o", "json", folder=site.folder)
    assert base64.b64decode(json.loads(out)["data"]["EMAIL_PASSWORD"]).decode() == hostile
