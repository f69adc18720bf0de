"""What the operator sees of a plan: every change, no secret, nothing that steers the terminal."""

from __future__ import annotations

import pytest

from tests.canaries import CANARIES
from wizard.catalogue.secret_names import is_secret_setting
from wizard.deployment.ownership import Ownership
from wizard.plan.diff import folded, of_edit
from wizard.plan.file_edit import FileEdit
from wizard.plan.lines import Change
from wizard.plan.plan import Plan

HIDDEN = CANARIES[1]


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


def plan_of(*edits: FileEdit) -> Plan:
    return Plan(edits=edits, notes=(), apply_steps=())


def test_a_folded_difference_names_new_files_and_shows_a_change() -> None:
    long = "".join(f"A{number}=1\n" for number in range(40))
    text = folded(
        plan_of(
            edit(
                "docker-compose.override.yml",
                None,
                f"services:\n  api:\n    environment:\n      MY_PASSWORD: {HIDDEN}\n",
            ),
            edit(".env", "PORT=1\n", "PORT=2\n"),
            edit("other.env", None, ""),
            edit("certificates/server.key", None, HIDDEN),
            edit("librechat.yaml", "x: 1\n", long),
        )
    )
    assert HIDDEN not in text
    lines = text.splitlines()
    assert lines[0] == "5 files will change (for every line, use --dry-run instead of --apply):"
    assert lines[1] == "+++ docker-compose.override.yml (mode 0600): new, 4 lines"
    assert lines[2:7] == ["--- .env", "+++ .env (mode 0600)", "@@ line 1 @@", "-PORT=1", "+PORT=2"]
    assert "+++ certificates/server.key: new" in lines
    assert lines[-1] == "    (32 more lines)"


def test_a_new_env_folded_shows_what_the_answers_set_and_secrets_by_name() -> None:
    set_to = [("PORT", "3080", False), ("JWT_SECRET", HIDDEN, True), ("APP_TITLE", "x" * 60, False)]
    changes = [Change(name=name, change="set", secret=is_secret, after=value) for name, value, is_secret in set_to]
    after = "".join(f"{name}={value}\n" for name, value, _ in set_to)
    lines = folded(plan_of(edit(".env", None, after, *changes))).splitlines()
    assert lines[0] == "1 file will change:"
    assert lines[2:] == ["+   PORT=3080", f"+   APP_TITLE={'x' * 60}", "+   [secret]: JWT_SECRET"]
    assert folded(plan_of()) == ""


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


FORMS = [
    "environment: {{MY_API_TOKEN: {0}, SEARCH: 'true'}}",
    "environment: {{\n      MY_API_TOKEN:\n        {0}\n    }}",
    "environment: {{'MY_API_TOKEN': '{0}'}}",
    'environment: {{"MY_API_TOKEN": "{0}"}}',
    "environment: {{? MY_API_TOKEN : {0}}}",
    "environment: ['MY_API_TOKEN={0}', A=b]",
    'environment: ["A=b", "MY_API_TOKEN={0}"]',
    "environment: [MY_API_TOKEN={0}]",
    "environment:\n    - MY_API_TOKEN={0}",
    "environment:\n    - A=b\n    -   'MY_API_TOKEN={0}'",
    "environment:\n      MY_API_TOKEN: |\n        one\n        {0}\n        three",
    "environment:\n      MY_API_TOKEN: >-\n        {0}\n\n        {0}",
    'environment:\n      MY_API_TOKEN: "a\n        {0}"',
    "environment:\n      MY_API_TOKEN: a\n        {0}\n      B: c",
    "environment: {{A: &a {0}, MY_API_TOKEN: *a}}",
    "environment: {{MY_API_TOKEN: &a {0}, B: *a}}",
    "environment: {{MY_API_TOKEN: !!str {0}}}",
    "environment: {{MY_API_TOKEN: '${{A:-{0}}}'}}",
    "environment: {{B: '${{MY_API_TOKEN:-{0}}}'}}",
    "environment: {{B: '${{MY_API_TOKEN-{0}}}'}}",
    "environment: {{B: '${{MY_API_TOKEN:+{0}}}'}}",
    "environment: {{B: '${{A:?{0}}}'}}",
    'environment: {{B: \'{{"password": "{0}"}}\'}}',
    "environment: {{B: 'postgres://u:{0}@h/db'}}",
    "environment: {{B: 'postgres://h/db?password={0}'}}",
    "environment: {{MONGO_URI: 'mongodb://h/{0}'}}",
    "environment: {{JWT_SECRET: {0}, EMAIL_PASSWORD: {0}}}",
    "environment: {{clientSecret: {0}}}",
    "labels: {{my.token: {0}}}",
    "labels: ['my.token={0}']",
    "labels:\n    - traefik.http.middlewares.a.basicauth.users=u:{0}",
    "build: {{args: {{NPM_TOKEN: {0}}}}}",
    "build: {{args: [NPM_TOKEN={0}]}}",
    "build:\n      args:\n      - A=b\n      - NPM_TOKEN={0}",
    "command: redis-server --requirepass {0}",
    "command: [redis-server, --requirepass, {0}]",
    "command:\n    - redis-server\n    - --requirepass\n    - {0}",
    "command: mongod --password={0}",
    "command: sh -c 'export DB_PASSWORD={0} && serve'",
    "command: >\n      redis-server\n      --masterauth {0}",
    "entrypoint: [sh, -c, 'API_KEY={0} serve']",
    "entrypoint: mysql -p{0}",
    "healthcheck: {{test: [CMD, redis-cli, '-a', {0}, ping]}}",
    "healthcheck: {{test: 'curl -u me:{0} http://h'}}",
    "healthcheck: {{test: [CMD-SHELL, 'curl -H \"Authorization: Bearer {0}\" h']}}",
    "x-passwords: {{api: {0}}}",
    "x-passwords: [{0}]",
    "x-more: {{credentials: {{user: a, other: [b, {0}]}}}}",
    "x-more: [{{name: MY_API_TOKEN, value: {0}}}]",
    "logging: {{driver: splunk, options: {{splunk-token: {0}}}}}",
    "env_file: a.env # MY_API_TOKEN={0}",
    "user: a\n    # MY_API_TOKEN: {0}",
    "user: a\n    #   - MY_API_TOKEN={0}",
    "user: a\n    # environment: {{A: b, MY_API_TOKEN: {0}}}",
    "<<: {{environment: {{MY_API_TOKEN: {0}}}}}",
]
"""Ways to give a secret in a service; ``{0}`` is the place of it."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["docker-compose.override.yml", "librechat.yaml"])
def test_no_way_to_write_a_secret_is_shown(form: str, name: str) -> None:
    service = form.format(HIDDEN)
    text = f"services:\n  api:\n    {service}\n"
    other = "services:\n  api:\n    user: other\n"
    for before, after in ((None, text), (other, text), (text, other), (text, text.replace(HIDDEN, f"{HIDDEN}-2"))):
        shown = of_edit(edit(name, before, after))
        assert HIDDEN not in shown
        assert shown.count("\n") > 3
    # In pieces, and where the file is no YAML.
    for ending in ("\n", "\r\n"):
        lines = f"{text}    broken: [\n".replace("\n", ending)
        assert HIDDEN not in of_edit(edit(name, None, lines))


@pytest.mark.parametrize(
    "line",
    [
        "image: a/b:1",
        "ports: ['3080:3080']",
        "environment: {SEARCH: 'true', A: '${B:-x}', MONGO_URI: '${MONGO_URI}'}",
        "depends_on: [auth]",
        "secrets: [db_password]",
        "networks: {auth: {aliases: [keycloak]}}",
        "command: npm run start",
        "command: [caddy, run, --config, /etc/caddy/Caddyfile]",
        "labels: ['traefik.enable=true']",
        "user: '1000:1000'",
        "env_file: [.env] # as before",
        "volumes: ['./a:/b:ro']",
        "healthcheck: {test: [CMD, curl, -f, 'http://h:1']}",
    ],
)
def test_what_is_no_secret_is_shown(line: str) -> None:
    shown = of_edit(edit("docker-compose.override.yml", "a: 1\n", f"services:\n  auth:\n    {line}\n"))
    assert f"+    {line}" in shown


@pytest.mark.parametrize(
    "line",
    [
        'FOO=\'{{"password": "{0}"}}\'',
        "FOO=--requirepass={0}",
        "# MY_TOKEN: {0}",
        "# old: MY_TOKEN={0}",
        "#MY_TOKEN={0}",
        "FOO=bar # MY_TOKEN={0}",
        "FOO=${{MY_TOKEN:-{0}}}",
        "MY_TOKEN=${{FOO:-{0}}}",
        "MY_TOKEN={0}#x",
        "export  MY_TOKEN = {0}",
        "MY_TOKEN: {0}",
        "HTTP_PROXY=http://u:{0}@h",
        "DATABASE_URL=postgres://u:{0}@h/db",
        "MY_TOKEN=`{0}`",
    ],
)
def test_no_way_to_write_a_secret_in_env_is_shown(line: str) -> None:
    text = line.format(HIDDEN)
    for before, after in ((f"{text}\n", "A=1\n"), ("A=1\n", f"{text}\n")):
        assert HIDDEN not in of_edit(edit(".env", before, after))


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


@pytest.mark.parametrize("value", ["true", "false", "null"])
def test_a_switch_with_a_secrets_name_is_shown(value: str) -> None:
    text = f"http:\n  services:\n    librechat:\n      loadBalancer:\n        passHostHeader: {value}\n        apiKey: {HIDDEN}\n"
    shown = of_edit(edit("librechat.traefik.yml", None, text))
    assert f"passHostHeader: {value}\n" in shown
    assert HIDDEN not in shown
