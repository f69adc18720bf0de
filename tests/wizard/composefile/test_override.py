"""The override: nothing of the operator's is touched, what is added goes away again, Docker Compose's merge is ours."""

from __future__ import annotations

import difflib
import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wizard.basics.problem import InvalidInput
from wizard.composefile.override import Override, env_file_services, interpolated_names, merged_model
from wizard.yamlfile import reading

NAME = "docker-compose.override.yml"

OVERRIDES = {
    "empty": "",
    "comments only": "# services:\n#   api:\n",
    "list of variables": "services:\n  api:\n    environment:\n      - A=1 # why\n      # - B=2\n\n  d: {image: x}\n# z\n",
    "mapping of variables": "services:\n  api:\n    environment:\n      A: |\n        two\n        # lines\n\n  z: "
    "{}\n",
    "wide indent": "services:\n    api:\n        environment:\n        -   A=1\n        -   C=2\n\n\n    web:\n        "
    "image: x\n",
    "anchors": "x-e: &e\n  A: '1'\nservices:\n  api:\n    environment: *e\n  web:\n    environment: *e\n",
    "merge key": "x-c: &c\n  restart: always\n  environment: {A: '1'}\nservices:\n  api:\n    <<: *c\n  web:\n    <<: "
    "*c\n",
    "nothing below api": "services:\n  api: ~\n",
    "document marks": "---\nservices:\n  api:\n    image: x\n...\n",
    "folded": "services:\n  api:\n    labels:\n      a: >\n        a\n        b\n\n    # end\n",
    "byte order mark": "\ufeffservices:\n  api:\n    image: 'x'   # quoted\n",
    "windows": "services:\r\n  api:\r\n    environment:\r\n      - A=1\r\n",
    "quoted keys": '\'services\':\n  "api":\n    image: "x"\n',
}


def extend(override: Override) -> Override:
    return (
        override.with_ports("api", ["127.0.0.1:${PORT}:${PORT}"], part="access")
        .with_environment("api", {"NODE_ENV": "development", "B": "p$w 'x' \"y\" #z: {1}"}, part="access")
        .with_volume_mount("api", "./librechat.yaml", "/app/librechat.yaml", read_only=False, part="access")
        .with_service("caddy", {"image": "caddy:2", "ports": ["80:80"]}, part="access")
        .with_named_volume("caddy_data", part="access")
        .with_command("api", ["node", "api/server/index.js"], part="access")
    )


@pytest.mark.parametrize("name", OVERRIDES)
def test_lines_of_the_operator_stay_and_ours_go_away_without_a_trace(name: str) -> None:
    before = OVERRIDES[name].encode()
    override = Override.parse(before, NAME)
    assert override.to_bytes() == before
    after = extend(override).to_bytes()
    kept = OVERRIDES[name].splitlines(keepends=True)
    removed = [
        line[2:] for line in difflib.ndiff(kept, after.decode().splitlines(keepends=True)) if line.startswith("- ")
    ]
    # An alias and an explicit null have to make room for a mapping; nothing else may change.
    assert removed == {"anchors": ["    environment: *e\n"], "nothing below api": ["  api: ~\n"]}.get(name, [])
    assert b"\r\n" not in before or after.count(b"\n") == after.count(b"\r\n")
    api = merged_model(b"services:\n  api:\n    ports: ['1:1']\n", after)["services"]["api"]
    assert api["ports"] == ["127.0.0.1:${PORT}:${PORT}"]
    assert api["environment"]["B"] == "p$$w 'x' \"y\" #z: {1}"
    again = extend(Override.parse(after, NAME))
    assert again.to_bytes() == after
    assert again.changed_keys() == ()
    if name not in ("anchors", "merge key", "nothing below api"):
        assert Override.parse(after, NAME).without_former("access").to_bytes() == before


def test_the_anchor_itself_and_its_other_users_stay_as_they_are() -> None:
    after = extend(Override.parse(OVERRIDES["anchors"].encode(), NAME)).to_bytes()
    model = merged_model(b"{}", after)
    assert model["services"]["web"]["environment"] == {"A": "1"} == model["x-e"]
    assert model["services"]["api"]["environment"]["A"] == "1"
    assert b"      <<: *e\n" in after


def test_an_anchor_that_others_merge_is_refused_with_what_to_do() -> None:
    data = b"services:\n  api: &api\n    image: x\n  other:\n    <<: *api\n"
    with pytest.raises(InvalidInput) as caught:
        Override.parse(data, NAME).with_ports("api", ["127.0.0.1:1:1"]).to_bytes()
    assert "Edit it yourself: services.api.ports: !override" in str(caught.value)


@pytest.mark.parametrize("data", [b"? services\n", b"services:\n  ? api\n"])
def test_a_key_without_a_colon_is_refused_with_its_name(data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"(services|api): is an explicit YAML key"):
        extend(Override.parse(data, NAME)).to_bytes()


def test_of_several_changes_the_impossible_one_is_named() -> None:
    data = b"services:\n  web:\n    image: y\n  api: &api\n    image: x\n  other:\n    <<: *api\n"
    override = Override.parse(data, NAME).with_command("web", "run").with_ports("api", ["127.0.0.1:1:1"])
    with pytest.raises(InvalidInput) as caught:
        override.with_environment("web", {"A": "1"}).to_bytes()
    assert [problem.field for problem in caught.value.problems] == ["services.api.ports"]


def test_any_number_of_changes_reads_the_file_once_and_once_again_for_the_proof() -> None:
    data = f"# {time.time_ns()}\n{OVERRIDES['windows']}".encode()
    before = reading._roots.cache_info().misses
    extend(Override.parse(data, NAME)).to_bytes()
    assert reading._roots.cache_info().misses - before == 2


def test_a_file_without_a_last_line_break_has_none_afterwards() -> None:
    before = b"services:\n  api:\n    image: x"
    after = extend(Override.parse(before, NAME)).to_bytes()
    assert not after.endswith(b"\n")
    assert Override.parse(after, NAME).without_former("access").to_bytes() == before


def test_lines_are_those_of_the_file_as_it_stands() -> None:
    start = Override.parse(b"services:\n  api:\n    volumes:\n      - ./a:/a\n", NAME)
    written = start.with_volume_mount("api", "./b", "/b", read_only=True, part="access").to_bytes()
    path = ("services", "api", "volumes")
    document = Override.parse(written + b"      - ./c:/c\n", NAME).without_former("access").document
    document = document.append(path, "./d:/d")
    lines = [document.line_of(path, item) for item in range(len(document.at(path)))]
    assert lines == [4, (written + b"      - ./c:/c\n").count(b"\n"), 0]


def test_what_somebody_changed_after_the_wizard_stays() -> None:
    written = extend(Override.parse(None, NAME)).to_bytes()
    changed = written.replace(b"caddy:2", b"caddy:2.11").replace(b"NODE_ENV: development", b"NODE_ENV: test")
    left = Override.parse(changed, NAME).without_former("access").to_bytes()
    model = merged_model(b"{}", left)
    assert model == {
        "services": {
            "api": {"environment": {"NODE_ENV": "test"}},
            "caddy": {"image": "caddy:2.11", "ports": ["80:80"]},
        }
    }
    kept = Override.parse(changed, NAME).with_service("caddy", {"image": "caddy:2", "restart": "always"}, part="access")
    caddy = merged_model(b"{}", kept.to_bytes())["services"]["caddy"]
    assert caddy == {"image": "caddy:2.11", "ports": ["80:80"], "restart": "always"}


def test_a_command_and_ports_of_the_operators_own_decision_stay() -> None:
    data = b"services:\n  api:\n    command: mine\n    ports: !reset []\n"
    override = Override.parse(data, NAME).with_command("api", "npm start").with_ports("api", ["127.0.0.1:1:1"])
    assert override.to_bytes() == data


def test_another_file_mounted_at_the_place_is_refused() -> None:
    data = b"services:\n  api:\n    volumes:\n      - ./mine.yaml:/app/librechat.yaml:ro\n"
    override = Override.parse(data, NAME)
    with pytest.raises(InvalidInput, match=r"\./mine\.yaml is mounted at /app/librechat\.yaml"):
        override.with_volume_mount("api", "./librechat.yaml", "/app/librechat.yaml", read_only=False)
    same = override.with_volume_mount("api", "mine.yaml", "/app/librechat.yaml", read_only=False)
    assert same.to_bytes() == data


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"services:\n  api: [1, 2\n", 3, "not valid YAML"),
        (b"services:\n  api:\n    image: x\n    image: y\n", 4, "image appears twice"),
        (b"- a\n- b\n", 1, "not a mapping"),
        (b"a: 1\n---\nb: 2\n", 3, "more than one YAML document"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        (b"services:\n\tapi: x\n", 2, "a tab character"),
        (b"services: [api]\n", 0, "is not a mapping"),
    ],
)
def test_a_file_that_is_no_override_is_refused_with_its_line(data: bytes, line: int, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        Override.parse(data, NAME)
    assert caught.value.problems[0].line == line
    assert caught.value.problems[0].file == NAME


def test_a_yaml_error_quotes_nothing_of_the_file() -> None:
    with pytest.raises(InvalidInput) as caught:
        Override.parse(b"services:\n  api:\n    environment:\n      KEY: *hunter2secret\n", NAME)
    assert "hunter2secret" not in str(caught.value)


def test_nested_aliases_that_would_fill_the_memory_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(InvalidInput, match="too many"):
        Override.parse("\n".join(lines).encode(), NAME)


@example(values={"A": ".0"})
@given(
    st.dictionaries(st.from_regex(r"[A-Z][A-Z0-9_]{0,8}", fullmatch=True), st.text(max_size=20), min_size=1, max_size=4)
)
def test_any_value_of_a_variable_is_read_back(values: dict[str, str]) -> None:
    readable = {name: "".join(letter for letter in text if letter.isprintable()) for name, text in values.items()}
    for start in (
        b"services:\n  api:\n    environment:\n      - Z0=1\n",
        b"services: {api: {environment: {z: '1'}}}\n",
        None,
    ):
        after = Override.parse(start, NAME).with_environment("api", readable).to_bytes()
        environment = merged_model(b"{}", after)["services"]["api"]["environment"]
        got = {name: str(environment[name]).replace("$$", "$") for name in readable}
        assert got == readable


def test_the_merge_is_docker_composes_own(docker_compose: Path, tmp_path: Path) -> None:
    base = b"""
services:
  api:
    image: x
    command: [a, b]
    environment: [A=1, B=2]
    ports: ["1000:1000"]
    volumes: [./a:/a, ./b:/b:ro, data:/d]
    depends_on: [db]
  db: {image: y, ports: ["2000:2000"], volumes: [./z:/z]}
volumes: {data: {}}
"""
    override = b"""
services:
  api:
    command: c
    environment: {B: 3, C: "4"}
    ports: !override ["127.0.0.1:1000:1000"]
    volumes:
      - {type: bind, source: ./other, target: /a, read_only: true}
      - ./c:/c
  db: {ports: !reset [], volumes: !override ["./y:/y"]}
"""
    (tmp_path / "docker-compose.yml").write_bytes(base)
    (tmp_path / NAME).write_bytes(override)
    done = subprocess.run([docker_compose, "config", "--format", "json"], cwd=tmp_path, capture_output=True, check=True)
    theirs = json.loads(done.stdout)["services"]
    ours = merged_model(base, override)["services"]

    def sources(service: dict[str, Any]) -> dict[str, str]:
        return {volume["target"]: Path(volume["source"]).name for volume in service["volumes"]}

    assert {name: str(value) for name, value in ours["api"]["environment"].items()} == theirs["api"]["environment"]
    assert sources(ours["api"]) == sources(theirs["api"])
    assert sources(ours["db"]) == sources(theirs["db"]) == {"/y": "y"}
    assert ours["api"]["ports"] == ["127.0.0.1:1000:1000"]
    assert [port["host_ip"] for port in theirs["api"]["ports"]] == ["127.0.0.1"]
    assert "ports" not in ours["db"]
    assert not theirs["db"].get("ports")
    assert ours["api"]["command"] == "c"
    assert theirs["api"]["command"] == ["c"]
    assert set(ours["api"]["depends_on"]) == set(theirs["api"]["depends_on"]) == {"db"}


def test_names_that_a_compose_file_takes_from_env(samples: Path) -> None:
    names = interpolated_names((samples / "v0.8.7" / "docker-compose.yml").read_bytes())
    assert {"PORT", "UID", "GID", "MEILI_MASTER_KEY", "ADMIN_PANEL_SESSION_SECRET", "DOMAIN_CLIENT"} <= names
    assert interpolated_names({"a": ["$X and $$Y", {"b": "${Z:-1}"}]}) == {"X", "Z"}
    assert interpolated_names(b"# ${OLD}\na: ${NEW}\n") == {"NEW"}
    assert env_file_services((samples / "v0.8.7" / "docker-compose.yml").read_bytes()) == ("rag_api",)
    assert env_file_services((samples / "v0.8.7" / "deploy-compose.yml").read_bytes()) == (
        "api",
        "meilisearch",
        "rag_api",
    )


SHAPES = (
    "services: []",
    "services: hello",
    "services: {api: 5}",
    "services: {api: [a]}",
    "services: {api: {environment: FOO}}",
    "services: {api: {volumes: x}}",
    "services: {api: {volumes: {a: b}}}",
    "services: {api: {volumes: [[a]]}}",
    "services: {api: {ports: 5}}",
    "services: {api: {ports: '3080:3080'}}",
    "services: {api: {image: a}}\nvolumes: [a]",
)


@pytest.mark.parametrize("text", SHAPES)
def test_a_shape_that_docker_compose_refuses_is_a_fault_with_its_place(
    text: str, docker_compose: Path, tmp_path: Path
) -> None:
    (tmp_path / "docker-compose.yml").write_text(f"{text}\n")
    command = [str(docker_compose), "config", "-q"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0
    for read in (lambda data: merged_model(data, None), lambda data: Override.parse(data, "docker-compose.yml")):
        with pytest.raises(InvalidInput) as caught:
            read(text.encode())
        assert str(caught.value).startswith(("docker-compose.yml: services", "docker-compose.yml: volumes"))


def test_a_service_with_nothing_in_it_is_one() -> None:
    assert merged_model(b"services:\n  api:\n", None)["services"] == {"api": {}}
