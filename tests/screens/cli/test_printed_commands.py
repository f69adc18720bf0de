"""What is printed works from any folder: the folder with its whole path, and other programs in it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screens.plain.console import Console
from screens.plain.review import Reviewing
from screens.plain.words import Words
from screens.shared.write_result import after_write
from tests.finding_samples import declared
from tests.screens.cli.program import answers, run
from tests.screens.full.operator import at_the_wizard, interview_in, practice_with
from wizard.basics.own_command import IN_A_FOLDER, commands_in_folder, in_folder, own_command, started_in
from wizard.basics.problem import Problem
from wizard.deployment.file_faults import described_fault
from wizard.deployment.local_install import LocalInstall
from wizard.dotenv.whole_file import file_faults
from wizard.findings.log_causes import log_causes
from wizard.interview.preview import proposal_of

SampleFolder = Callable[..., Path]
LOCAL = "version: 1\naccess: localhost\n"


@pytest.fixture
def named() -> Iterator[Callable[[str], None]]:
    """A function that says how the folder was named on the command line."""
    yield started_in
    started_in("")


@pytest.mark.parametrize("form", ["{name}", "./{name}", "../{above}/{name}", "{name}/"])
def test_a_relative_folder_is_printed_whole(
    named: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    folder = tmp_path / "our chat"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    named(form.format(name="our chat", above=tmp_path.name))
    assert own_command("doctor").endswith(f"--dir '{folder}'")
    # A shell takes it so, from elsewhere, and is not led away by it.
    done = subprocess.run(["sh", "-c", f"{in_folder('pwd')}; pwd"], cwd="/", capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == [str(folder), "/"]


def test_where_no_folder_was_named_commands_are_short(named: Callable[[str], None]) -> None:
    named(".")
    assert (own_command("doctor"), in_folder("docker compose up -d")) == (own_command("doctor"), "docker compose up -d")
    assert "--dir" not in own_command("doctor")


@pytest.mark.parametrize("form", [".", "{folder}", "{folder}/", "link", "../{name}"])
def test_in_the_folder_itself_commands_are_short_however_it_is_named(
    named: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    named(form.format(folder=tmp_path, name=tmp_path.name))
    assert in_folder("docker compose up -d") == "docker compose up -d"
    assert commands_in_folder("Run: docker compose up -d") == "Run: docker compose up -d"


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("Then run: docker compose up -d --force-recreate api", "Then run: (cd F && docker compose up -d --force-recreate api)"),
        ("docker compose ps, and docker compose logs api. If", "(cd F && docker compose ps), and (cd F && docker compose logs api). If"),
        ("Does it run (docker compose ps)?", "Does it run (cd F && docker compose ps)?"),
        ("docker compose pull && docker compose up -d", "(cd F && docker compose pull && docker compose up -d)"),
        ("docker compose logs api | grep x", "(cd F && docker compose logs api) | grep x"),
        ("docker compose exec m mongosh --eval 'f({a: \"b, c\"})'. Or", "(cd F && docker compose exec m mongosh --eval 'f({a: \"b, c\"})'). Or"),
        ("docker compose -f deploy-compose.yml up -d", "(cd F && docker compose -f deploy-compose.yml up -d)"),
        ("sudo chown -h 1:1 .env, or: chmod 644 .env", "(cd F && sudo chown -h 1:1 .env), or: (cd F && chmod 644 .env)"),
        ("Create it: mkdir -p '/srv/our chat'. Or (sudo chmod 700 /srv/chat && rm /srv/a /srv/b).", ""),
        ("mkdir -p /srv/a b; cp /srv/a && rm b; chmod 644 /srv/a .env", "(cd F && mkdir -p /srv/a b); (cd F && cp /srv/a && rm b); (cd F && chmod 644 /srv/a .env)"),
        ("(cd /other && docker compose down; its data stays)", "(cd /other && docker compose down; its data stays)"),
        ("Give it the folder (chown -R); docker rm -f NAME; docker compose, not docker-compose.", ""),
        ("kubectl -n chat rollout restart deployment/librechat", ""),
        ("kubectl -n chat logs -f pod/x; kubectl apply -f /srv/x.yaml; kubectl apply -f - | x", ""),
        ("Apply it: kubectl apply --server-side -f kubernetes/x.yaml. Then", "Apply it: (cd F && kubectl apply --server-side -f kubernetes/x.yaml). Then"),
        ("Run 'docker compose logs api' and 'docker compose ps', then", "Run '(cd F && docker compose logs api)' and '(cd F && docker compose ps)', then"),
        ("Stop it and run: rmdir .env. Then run it again.", "Stop it and run: (cd F && rmdir .env). Then run it again."),
    ],
)  # fmt: skip
def test_a_command_in_a_sentence_is_one_that_works_anywhere(named: Callable[[str], None], text: str, here: str) -> None:
    named("/srv/chat")
    there = (here or text).replace("cd F ", "cd /srv/chat ")
    assert commands_in_folder(text) == there
    assert commands_in_folder(there) == there, "once is enough"
    assert str(Problem(field="", message="It is so.", remedy=text)) == f"It is so. {there}"


@pytest.mark.parametrize(
    "folder", ["/srv/my rm x", "/srv/it's rm x's", "/srv/chat (cp of live)", "/srv/docker compose logs"]
)
def test_a_command_in_the_name_of_the_folder_stays_a_name(named: Callable[[str], None], folder: str) -> None:
    named(folder)
    text = (
        f"Run: {in_folder('rm .env')}, then: {in_folder('(umask 077; mv a b)')} or {own_command('restore')}. Or: rm b"
    )
    told = commands_in_folder(text)
    assert told == text.removesuffix("rm b") + in_folder("rm b")
    assert re.fullmatch(IN_A_FOLDER.format(r"rm \.env"), in_folder("rm .env"))


def test_the_remedy_for_ends_of_lines_is_a_command_and_a_sentence(named: Callable[[str], None], tmp_path: Path) -> None:
    named(str(tmp_path))
    path = tmp_path / ".env"
    path.write_text("CREDS_KEY=a;\nCREDS_IV=b;\nPORT=3080;\n", encoding="utf-8")
    [found] = file_faults(path.read_bytes())
    line = str(described_fault(found)).partition("Remove the ';': ")[2]
    subprocess.run(["sh", "-c", line], cwd="/", check=True)
    assert path.read_text("utf-8") == "CREDS_KEY=a\nCREDS_IV=b\nPORT=3080\n"


def test_no_declared_fix_has_a_command_that_needs_the_folder_or_words_behind_one(named: Callable[[str], None]) -> None:
    named("/srv/chat")
    fixes = {entry.fix for entry in declared().values()}
    fixes |= {text for cause in log_causes() for text in (cause.fix, cause.older[1])}
    told = [commands_in_folder(fix) for fix in fixes]
    commands = {command for text in told for command in re.findall(r"\(cd /srv/chat && ([^()'\"]*)\)", text)}
    assert len(commands) > 20
    outside = re.compile(r"(?<!&& )docker compose (?:up|ps|logs|exec|restart|pull)\b")
    assert [text for text in told if outside.search(text)] == []
    words = {word for command in commands for word in command.split()}
    assert words & {"shows", "first", "there", "to", "To", "and", "then", "why", "it", "with", "alone"} == set()


def test_the_remedies_of_a_check_work_where_the_person_is(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\nJWT_SECRET=x\n", encoding="utf-8")
    (folder / ".env").chmod(0o644)
    words = ("doctor", "--offline", "--only", "files,rules")
    away = run(*words, "--dir", folder, cwd=folder.parent)
    assert f"(cd {folder} && chmod 600 .env)" in " ".join(away.out.split())
    assert f"(cd {folder} && chmod 600 .env)" not in " ".join(run(*words, "--dir", folder, cwd=folder).out.split())
    assert "-> Run: chmod 600 .env" in run(*words, "--dir", folder, cwd=folder).out


def test_the_log_explained_for_a_folder_has_commands_that_work_anywhere(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    line = "error: JwtStrategy requires a secret or key\n"
    done = run("explain", "--dir", folder, stdin=line, cwd=folder.parent)
    assert done.status == 0
    assert f"(cd {folder} && docker compose up -d --force-recreate api)" in " ".join(done.out.split())


def test_restore_and_the_end_of_a_run_name_the_whole_folder(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    away = os.path.relpath(folder, folder.parent)
    texts = (LOCAL, f"{LOCAL}settings: {{APP_TITLE: Ours}}\n")
    done = [run("--answers", answers(folder, text), "--dir", away, "--offline", cwd=folder.parent) for text in texts]
    assert [one.status for one in done] == [0, 0]
    assert f"restore --dir {folder}\n" in done[-1].err
    back = run("restore", "--dir", away, cwd=folder.parent)
    assert re.search(rf"\(cd {re.escape(str(folder))} && docker compose .*up -d --force-recreate\)", back.err)


async def test_the_end_of_the_full_screen_copies_what_works_anywhere(
    named: Callable[[str], None], tmp_path: Path
) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, step="review", size=(120, 50)) as operator:
        named(str(folder))
        await operator.until("Ctrl+W writes ")
        await operator.press("ctrl+w")
        await operator.until("Written: ")
        await operator.press("1")
        assert operator.app.clipboard == f"(cd {folder} && docker compose up -d)"
        assert operator.app.result is not None
        commands = operator.app.result.commands
        assert [one for one in commands if not one.startswith(f"(cd {folder} && ") and "--dir" not in one] == []


def test_a_practice_line_by_line_ends_without_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    practice = practice_with()
    with interview_in(tmp_path / "chat") as interview:
        interview.answer("access", "localhost")
        proposal = proposal_of(interview)
        result = after_write(interview, proposal, interview.write(proposal), practice)
        console = Console()
        Reviewing(console, Words(console, interview, practice), interview, practice)._tell_result(result)
    output = capsys.readouterr().out
    assert "The practice mail server has seen it." in output
    assert "docker compose" not in output
    assert "restore" not in output


def test_a_first_install_starts_once_and_a_later_proxy_file_is_read_again(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    text = "version: 1\naccess: https-proxy\nproxy: {{email: a@example.com}}\nsettings: {{DOMAIN_CLIENT: 'https://{name}.example.com'}}\n"
    recreate = "up -d --force-recreate --no-deps caddy"
    first = run("--answers", answers(folder, text.format(name="a")), "--dir", folder, "--offline", "--force")
    assert "docker compose up -d" in first.out + first.err
    assert recreate not in first.out + first.err
    # Nothing says that it runs: its database may be in a named volume. Caddy may have read the file that is replaced now.
    later = run("--answers", answers(folder, text.format(name="b")), "--dir", folder, "--offline", "--force")
    assert recreate in later.out + later.err


@pytest.mark.parametrize("words", [["doctor", "--offline"], ["settings", "PORT"], ["users", "list"], ["--plain"]])
def test_what_is_wrong_with_dotenv_is_fixed_from_anywhere(
    sample_folder: SampleFolder, tmp_path: Path, words: list[str]
) -> None:
    folder = sample_folder("v0.8.7").rename(tmp_path / "our chat")
    (folder / ".env").mkdir()
    told = run(*words, "--dir", folder, cwd=tmp_path)
    assert told.status == 2
    [line] = re.findall(r"\(cd '[^']+' && rmdir \.env\)", told.err)
    subprocess.run(["sh", "-c", line], cwd="/", check=True)
    (folder / ".env").write_bytes(b"PORT=3080\nAPP_TITLE=K\xe4se\n")
    told = run(*words, "--dir", folder, cwd=tmp_path)
    assert told.status == (1 if words[0] == "doctor" else 2)
    [line] = re.findall(r"\(cd '[^']+' && \(umask 077; iconv [^)]*\)\)", told.text)
    subprocess.run(["sh", "-c", line], cwd="/", check=True)
    assert (folder / ".env").read_text("utf-8").endswith("APP_TITLE=K\u00e4se\n")


def test_the_log_of_a_librechat_without_docker_is_read_in_its_folder(named: Callable[[str], None]) -> None:
    named("/srv/chat")
    assert LocalInstall().logs.startswith("(cd /srv/chat && tail ")
    assert LocalInstall(runner="pm2", name="chat").logs.startswith("pm2 logs chat ")
