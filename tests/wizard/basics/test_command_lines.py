"""Commands in printed text: each whole, so that it can be copied, however narrow the terminal is."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.model import Report
from checks.report import report_text
from screens.cli import color
from tests.finding_samples import declared
from wizard.basics.command_lines import wrapped
from wizard.basics.own_command import commands_in_folder, in_folder, own_command, started_in
from wizard.findings.log_causes import log_causes
from wizard.findings.smtp import AUTH_REJECTED

FOLDER = "/srv/our chat of the whole family"


@pytest.fixture(autouse=True)
def _in_a_folder_with_blanks() -> Iterator[None]:
    started_in(FOLDER)
    yield
    started_in("")


ICONV = "(umask 077; iconv -f ISO-8859-1 -t UTF-8 .env > .env.utf8 && cat .env.utf8 > .env && rm .env.utf8)"


@pytest.mark.parametrize("width", [40, 60, 78])
@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("Wait. Then run: docker compose logs --tail 50 api", ["docker compose logs --tail 50 api"]),
        (
            "Start LibreChat with: docker compose -f deploy-compose.yml -f docker-compose.override.yml up -d",
            ["docker compose -f deploy-compose.yml -f docker-compose.override.yml up -d"],
        ),
        ("Does LibreChat run at all (docker compose ps)? If not, see: docker compose logs api. It says why.", ["docker compose ps", "docker compose logs api"]),
        ("Stop LibreChat and run 'docker compose down', then try it once more from the beginning.", ["docker compose down"]),
        ("Fix it. Then run: docker compose pull && docker compose up -d. Sign in afterwards, and look.", ["docker compose pull && docker compose up -d"]),
    ],
)  # fmt: skip
def test_a_command_is_a_line_that_a_shell_takes(text: str, commands: list[str], width: int) -> None:
    lines = wrapped(commands_in_folder(text), width, head="  -> ", indent="     ")
    stripped = [line.strip().removeprefix("-> ") for line in lines]
    assert [one for one in stripped if one in map(in_folder, commands)] == [*map(in_folder, commands)]
    for line in lines:
        if not line.strip().startswith("(cd"):
            assert len(line) <= width


def test_what_is_piped_and_the_programs_own_commands_stay_whole() -> None:
    own = own_command("doctor --only smtp")
    piped = f"{in_folder('docker compose logs api')} | {own_command('explain')}"
    lines = wrapped(f"Pipe a log into it ({piped}), or run: {own}. To convert the file, run: {in_folder(ICONV)}", 78)
    assert [line.strip() for line in lines if line.startswith(" ")] == [piped, own, in_folder(ICONV)]


@pytest.mark.parametrize(
    "text",
    [
        "Run: chmod 600 /srv/.env",
        *(
            f"{sentence} " * 9
            for sentence in (
                "npm did not find it.",
                "Ask the docker group.",
                "It did not (docker compose reported no version; the plugin is missing): see below.",
                "Here: nginx answers, caddy reloaded, docker compose running, helm upgraded and kubectl said nothing.",
            )
        ),
    ],
)
def test_what_fits_stays_one_line_and_prose_is_prose(text: str) -> None:
    lines = wrapped(text, 60)
    assert " ".join(lines) == text.strip()
    assert [line for line in lines if line.startswith(" ")] == []


@pytest.mark.parametrize("width", [50, 80])
def test_no_report_breaks_a_command_of_a_declared_fix(width: int) -> None:
    fixes = {entry.fix for entry in declared().values()} | {cause.fix for cause in log_causes()}
    whole = 0
    for fix in fixes:
        told = commands_in_folder(fix)
        placed = [part.partition(")")[0] for part in told.split(f"(cd '{FOLDER}' && ")[1:]]
        report = Report(findings=(AUTH_REJECTED.fail("Refused.", remedy=fix),))
        lines = report_text(report, width).splitlines()
        for command in (one for one in placed if not set("('") & set(one)):
            assert any(f"(cd '{FOLDER}' && {command})" in line for line in lines), (fix, lines)
            whole += 1
    assert whole > 100


def test_an_error_at_a_terminal_keeps_its_command_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(color, "is_terminal", lambda _stream: True)
    monkeypatch.setattr(color, "_columns", lambda _stream: 60)
    shown = color.error(
        f".env:3: byte 5 of this line (0xe4) is not UTF-8. If it is ISO-8859-1, run: {in_folder(ICONV)}"
    )
    assert in_folder(ICONV) in [line.strip() for line in shown.split("\n")]


def test_a_line_of_its_own_works_when_pasted(tmp_path: Path) -> None:
    folder = tmp_path / "our chat"
    folder.mkdir()
    started_in(str(folder))
    (folder / ".env").touch(mode=0o644)
    lines = wrapped(commands_in_folder("Everybody on this machine can read it. Run: chmod 600 .env. Then check."), 40)
    [line] = [one for one in lines if one.startswith(" ")]
    subprocess.run(["sh", "-c", line], cwd="/", check=True)
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
