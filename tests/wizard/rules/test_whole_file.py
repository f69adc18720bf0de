"""One cause is one finding, and what it proposes puts exactly that right."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.wizard.rules.builder import deployment
from tests.wizard.rules.test_stack import dotenv, found, make
from wizard.answers.model import Answers
from wizard.basics.problem import InvalidInput
from wizard.plan.proposal import propose
from wizard.rules import check


@pytest.mark.parametrize(
    ("before", "behind", "identity"),
    [
        ("set ", "", "files.env.prefix"),
        ("ENV ", "", "files.env.prefix"),
        ("- ", "", "files.env.prefix"),
        ("$env:", "", "files.env.prefix"),
        ("  export -n ", "", ""),
        ("", ";", "files.env.ending"),
        ("", " ;", "files.env.ending"),
        ("", ",", "files.env.ending"),
    ],
)
def test_a_whole_file_is_one_finding_and_its_fix_is_exact(
    before: str, behind: str, identity: str, tmp_path: Path
) -> None:
    lines = "".join(f"{before}{line}{behind}\n" for line in dotenv().splitlines())
    folder = make(tmp_path / "folder", {".env": lines})
    findings = found(folder)
    if not identity:
        assert "files.env.prefix" not in [one.id for one in findings]
        return
    assert [(one.id, one.status.value) for one in findings] == [(identity, "FAIL")]
    assert "ines 1-9 of .env" in findings[0].summary
    with pytest.raises(InvalidInput) as refused:
        propose(folder, Answers())
    assert [problem.message for problem in refused.value.problems] == [findings[0].summary]
    command = re.search(r"sed .*\.env", findings[0].remedy)
    assert command is not None
    subprocess.run(["sh", "-c", command[0]], cwd=folder, check=True)
    assert (folder / ".env").read_text().replace(" \n", "\n") == dotenv()


def test_an_encrypted_file_is_one_finding(tmp_path: Path) -> None:
    names = [line.partition("=")[0] for line in dotenv().splitlines()]
    lines = "".join(f"{name}=ENC[AES256_GCM,data:8Qm3,iv:a=,tag:b==,type:str]\n" for name in names)
    folder = make(tmp_path / "folder", {".env": f"{lines}sops_lastmodified=2026-01-01T00:00:00Z\nsops_version=3.9.0\n"})
    (finding,) = found(folder)
    assert finding.id == "files.env.encrypted"
    assert "sops --decrypt" in finding.remedy


def test_one_wrong_line_is_reported_and_the_others_are_judged(tmp_path: Path) -> None:
    text = dotenv().replace("JWT_SECRET", "set JWT_SECRET") + "TRUST_PROXY=Infinity\n"
    ids = [one.id for one in found(make(tmp_path / "folder", {".env": text})) if one.id != "files.env.open"]
    # What is missing follows from that line; nothing else does.
    assert sorted(ids) == ["files.env.prefix", "rules.proxy.trust-all"]


@pytest.mark.parametrize(
    ("values", "words", "never"),
    [
        ({"EMAIL_PASSWORD": "your_password"}, "Set the actual value.", "generate"),
        ({"GITHUB_CLIENT_SECRET": "your-secret"}, "Set the actual value.", "generate"),
        ({"JWT_SECRET": "your_secret"}, "generate one: JWT_SECRET: {generate: true, replace: true}.", "accept_loss"),
        ({"CREDS_KEY": "your_secret"}, "CREDS_KEY also needs accept_loss: true", "EMAIL_PASSWORD"),
        (
            {"JWT_SECRET": "your_secret", "EMAIL_PASSWORD": "your_password"},
            "generate one: JWT_SECRET: {generate: true, replace: true}. Set EMAIL_PASSWORD to the real value.",
            "accept_loss",
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_only_own_secrets_are_to_be_generated(values: dict[str, str], words: str, never: str) -> None:
    (one,) = [
        each for each in check(deployment(values, has_run=True)) if each.id.startswith("rules.secrets.placeholder")
    ]
    assert words in one.remedy
    assert never not in one.remedy


def test_secrets_that_are_none_are_reported_once_each_kind_with_their_lines(tmp_path: Path) -> None:
    text = dotenv()
    for name, value in {
        "CREDS_KEY": "op://vault/librechat/key",
        "CREDS_IV": "`openssl rand -hex 16`",
        "JWT_SECRET": "$(openssl rand -hex 32)",
        "JWT_REFRESH_SECRET": "<your-secret>",
        "MEILI_MASTER_KEY": "CHANGEME",
        "DOMAIN_CLIENT": "https://your-domain.com",
        "DOMAIN_SERVER": "https://your-domain.com",
    }.items():
        text = re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", text)
    findings = [one for one in found(make(tmp_path / "folder", {".env": text})) if one.id.startswith("rules.")]
    by_id = {one.id: one for one in findings}
    assert {identity: set(one.settings) for identity, one in by_id.items()} == {
        "rules.secrets.reference": {"CREDS_KEY"},
        "rules.secrets.command": {"CREDS_IV", "JWT_SECRET"},
        "rules.secrets.placeholders": {"JWT_REFRESH_SECRET", "MEILI_MASTER_KEY"},
        "rules.values.placeholder": {"DOMAIN_CLIENT", "DOMAIN_SERVER"},
    }
    assert len(findings) == len(by_id)
    assert all(one.status.value == "FAIL" for one in findings)
    lines = text.splitlines()
    for one in findings:
        for name in one.settings:
            number = next(number for number, line in enumerate(lines, 1) if line.startswith(f"{name}="))
            assert f"{name} (.env:{number})" in one.summary


@pytest.mark.parametrize("rest", [";", "f", " # mine", "'", ",", "f;"])
def test_a_key_with_something_behind_its_digits_is_kept(rest: str, tmp_path: Path) -> None:
    text = re.sub(r"(?m)^CREDS_KEY=.*$", f'CREDS_KEY="{"0f" * 32}{rest}"', dotenv())
    folder = make(tmp_path / "folder", {".env": text})
    (finding,) = [one for one in found(folder) if "CREDS_KEY" in one.settings]
    assert (finding.id, finding.status.value) == ("rules.secrets.creds-key-tail", "WARN")
    assert "key does not change" in finding.remedy
    proposal = propose(folder, Answers(generate=frozenset({"CREDS_KEY"})))
    assert proposal.deployment.settings["CREDS_KEY"] == f"{'0f' * 32}{rest}"


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")
@pytest.mark.parametrize(("rest", "is_kept"), [(";", True), ("f", True), ("f;", True), (" x", True), ("ff", False)])
def test_node_decodes_the_digits_alone(rest: str, is_kept: bool, tmp_path: Path) -> None:
    key = "0f" * 32 + rest
    done = subprocess.run(
        ["node", "-p", "Buffer.from(process.argv[1], 'hex').length", key], capture_output=True, text=True, check=True
    )
    assert (int(done.stdout) == 32) is is_kept
    text = re.sub(r"(?m)^CREDS_KEY=.*$", f'CREDS_KEY="{key}"', dotenv())
    ids = [one.id for one in found(make(tmp_path / "folder", {".env": text}))]
    assert ("rules.secrets.creds-key-tail" in ids) is is_kept
    assert ("rules.secrets.creds-key-form" in ids) is not is_kept
