"""``explain``: a log from a pipe, a file or a folder's container; what it says is for the folder that is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.screens.cli.program import run

LINE = "LibreChat  | 2026-11-21 00:45:58 error: There was an uncaught error: JwtStrategy requires a secret or key\n"


def test_a_log_is_explained_from_a_pipe_and_from_a_file(tmp_path: Path) -> None:
    done = run("explain", stdin=LINE)
    assert done.status == 0
    assert "[log.secrets.jwt-missing]" in done.out
    assert "line 1: LibreChat" in done.out
    assert "https://github.com/danny-avila/LibreChat/issues/9630" in done.out
    (tmp_path / "log").write_text(LINE, encoding="utf-8")
    found = json.loads(run("explain", tmp_path / "log", "--json").out)
    assert (found["command"], found["exit"]) == ("explain", 0)
    assert [(one["id"], one["certain"]) for one in found["findings"]] == [("log.secrets.jwt-missing", True)]


def test_what_is_not_known_or_not_there_is_reported(tmp_path: Path) -> None:
    unknown = run("explain", stdin="all is well\n")
    assert (unknown.status, unknown.out.startswith("No known errors found.")) == (4, True)
    for nothing in ("", "\n \n"):
        empty = run("explain", stdin=nothing)
        assert (empty.status, "is empty" in empty.out, "No known errors" in empty.out) == (4, True, False)
        assert json.loads(run("explain", "--json", stdin=nothing).out)["empty"] is True
    missing = run("explain", tmp_path / "none")
    assert missing.status == 2
    assert "none: No such file" in missing.err
    folder = run("explain", "--dir", tmp_path, stdin=LINE)
    assert folder.status == 2
    assert "--dir" in folder.err


def test_the_fix_is_the_one_of_the_folder(sample_folder: Callable[..., Path]) -> None:
    folder = sample_folder("v0.8.7", stack="deploy")
    text = (folder / "deploy-compose.yml").read_text(encoding="utf-8").replace("\n  api:\n", "\n  chat:\n")
    (folder / "deploy-compose.yml").write_text(text.replace("- api\n", "- chat\n"), encoding="utf-8")
    done = run("explain", "--dir", folder, "--json", stdin=LINE)
    assert (
        "docker compose -f deploy-compose.yml up -d --force-recreate chat"
        in json.loads(done.out)["findings"][0]["remedy"]
    )


def test_the_service_is_named_before_a_full_stop_too_and_the_owner_by_number(
    sample_folder: Callable[..., Path],
) -> None:
    folder = sample_folder("v0.8.7")
    text = (folder / "docker-compose.yml").read_text(encoding="utf-8").replace("\n  api:\n", "\n  chat:\n")
    (folder / "docker-compose.yml").write_text(text.replace("- api\n", "- chat\n"), encoding="utf-8")
    (folder / ".env").write_text("UID=1234\nGID=1235\n", encoding="utf-8")

    def remedy(line: str) -> str:
        [found] = json.loads(run("explain", "--dir", folder, "--json", stdin=f"{line}\n").out)["findings"]
        return str(found["remedy"])

    told = remedy("error: [resetPassword] Password reset attempt while not allowed")
    assert "--force-recreate chat)" in told
    assert " exec chat npm " in told
    told = remedy("chat-mongodb | Error creating journal directory: /data/db/journal: Permission denied")
    assert "sudo chown -R 1234:1235 data-node). Then run: " in told


def test_the_fix_names_the_file_that_counts_and_what_is_set_already(tmp_path: Path) -> None:
    service = "services:\n  chat:\n    image: ghcr.io/danny-avila/librechat:v0.8.7\n"
    (tmp_path / "docker-compose.yml").write_text(
        f"{service}    env_file: [common.env, secrets.env]\n", encoding="utf-8"
    )
    (tmp_path / "common.env").write_text("APP_TITLE=Chat\nPORT=3080\nHOST=0.0.0.0\n", encoding="utf-8")
    (tmp_path / "secrets.env").write_text(f"JWT_SECRET={'a1' * 32}\n", encoding="utf-8")
    one = json.loads(run("explain", "--dir", tmp_path, "--json", stdin=LINE).out)["findings"][0]
    assert " in secrets.env" in one["remedy"]
    assert "JWT_SECRET is set in this folder: secrets.env:1" in one["evidence"]
    (tmp_path / "docker-compose.yml").write_text(f"{service}    environment: {{PORT: 3080}}\n", encoding="utf-8")
    one = json.loads(run("explain", "--dir", tmp_path, "--json", stdin=LINE).out)["findings"][0]
    assert " in services.chat.environment" in one["remedy"]


def test_a_log_without_a_fault_says_so() -> None:
    done = run(
        "explain", stdin="LibreChat  | Social logins are disabled. Set ALLOW_SOCIAL_LOGIN=true to enable them.\n"
    )
    assert done.status == 0
    assert "No sign-in problems found" in done.out
