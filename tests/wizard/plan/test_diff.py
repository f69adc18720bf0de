"""What the operator sees of a plan: every change, no secret, nothing that steers the terminal."""

from __future__ import annotations

import pytest

from wizard.catalogue.secret_names import is_secret_setting
from wizard.deployment.ownership import Ownership
from wizard.plan.diff import of_edit
from wizard.plan.plan import Change, FileEdit

HIDDEN = "hidden-value"


def edit(path: str, before: str | None, after: str, *changes: Change) -> FileEdit:
    return FileEdit(
        path=path,
        before=None if before is None else before.encode(),
        after=after.encode(),
        ownership=Ownership(mode=0o600),
        changes=changes,
    )


def test_only_changed_lines_are_shown() -> None:
    text = of_edit(edit(".env", "A=1\nPORT=3080\nOPENAI_API_KEY=sk-1\n", "A=1\nPORT=4000\nOPENAI_API_KEY=sk-1\n"))
    assert text.splitlines() == ["--- .env", "+++ .env (mode 0600)", "@@ line 2 @@", "-PORT=3080", "+PORT=4000"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"JWT_SECRET={HIDDEN}-1\n", f"JWT_SECRET='{HIDDEN}-2'\n"),
        (f"EMAIL_PASSWORD='{HIDDEN}\nsecond {HIDDEN}'\n", "EMAIL_PASSWORD=x\n"),
        (f"# JWT_SECRET={HIDDEN}\n", "# nothing\n"),
        (f"PROXY=http://{HIDDEN}@proxy\n", "PROXY=http://h/\n"),
        (f"STRANGE=http://h/?key={HIDDEN}\n", "STRANGE=x\n"),
        (f"MY_PASSPHRASE={HIDDEN}\nDB_PWD={HIDDEN}\nKEY_2={HIDDEN}\nBASIC_AUTH={HIDDEN}\n", "A=1\n"),
        (f"export MY_TOKEN={HIDDEN}\n", "export MY_TOKEN=x\n"),
        (f"MONGO_URI=mongodb://user:{HIDDEN}@host/db\n", "MONGO_URI=mongodb://host/db\n"),
        (f"STRANGE=postgres://user:{HIDDEN}@host/db\n", "STRANGE=x\n"),
        (f"MY KEY PASSWORD={HIDDEN}\n", "A=1\n"),
        (f"A='x\u2028y\x0cz'\nJWT_SECRET='{HIDDEN}'\n", "A='x\u2028y\x0cz'\nJWT_SECRET=other\n"),
    ],
)
def test_secrets_of_env_are_taken_out(before: str, after: str) -> None:
    text = of_edit(edit(".env", before, after))
    assert HIDDEN not in text
    assert text.count("\n") > 3, "the change itself has to be seen"


@pytest.mark.parametrize(
    "line",
    [
        f"      MY_PASSWORD: {HIDDEN}",
        f"      - DB_TOKEN={HIDDEN}",
        f"x:\n      environment: {{SEARCH: 'true', MY_API_TOKEN: '{HIDDEN}', DB_PWD: {HIDDEN}2}}",
        f"x:\n      environment: ['SEARCH=true', 'MY_API_TOKEN={HIDDEN}']",
        f"x:\n      build: {{args: [NPM_AUTH={HIDDEN}]}}",
        f"x:\n      command: [serve, --api-key={HIDDEN}]",
        f"      x: {{PROXY: 'http://{HIDDEN}@proxy', OTHER: 'http://h/?key={HIDDEN}'}}",
        f"w:\n      x: &x {{KEY_2: {HIDDEN}}}\n      y: {{PASSPHRASE: {HIDDEN}, z: *x}}",
        f"      - url: redis://:{HIDDEN}@redis:6379",
        f"-----BEGIN PRIVATE KEY-----\n{HIDDEN}\n-----END PRIVATE KEY-----",
    ],
)
def test_secrets_of_other_files_are_taken_out(line: str) -> None:
    assert HIDDEN not in of_edit(edit("docker-compose.override.yml", "a: 1\n", f"a: 2\n{line}\n"))


def test_a_new_env_shows_what_the_answers_set() -> None:
    changes = (
        Change(name="JWT_SECRET", change="set", secret=True),
        Change(name="PORT", change="set", after="3080"),
    )
    text = of_edit(edit(".env", None, f"JWT_SECRET={HIDDEN}\nPORT=3080\n", *changes))
    assert "+PORT=3080" in text
    assert "+JWT_SECRET=[secret]" in text
    assert HIDDEN not in text


def test_nothing_steers_the_terminal() -> None:
    text = of_edit(edit(".env", "A=1\n", "A='\x1b[31m\u202e'\n"))
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_unknown_names_are_judged_by_their_words() -> None:
    assert is_secret_setting("JWT_SECRET")
    assert is_secret_setting("SOME_API_KEY")
    assert is_secret_setting("MY_PASSWORD")
    assert not is_secret_setting("DOMAIN_CLIENT")
    assert not is_secret_setting("EMAIL_ENCRYPTION")
