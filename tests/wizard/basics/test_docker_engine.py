"""Which Docker engine docker itself would talk to, and whether that is this machine."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
from pathlib import Path

import pytest

from tests.wizard.rules.builder import deployment
from wizard.apply.address import api_address
from wizard.basics.docker_engine import REMOTE_ENGINE, demand_confirmation, docker_engine, refusal
from wizard.basics.problem import InvalidInput


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("unix:///var/run/docker.sock", True),
        ("unix:///run/user/1000/docker.sock", True),
        ("tcp://127.0.0.1:2375", True),
        ("tcp://localhost:2375", True),
        ("tcp://[::1]:2375", True),
        ("ssh://root@prod.example", False),
        ("ssh://localhost", False),
        ("tcp://192.168.1.10:2376", False),
        ("tcp://127.0.0.1.example.com:2376", False),
        ("https://prod.example", False),
        ("prod.example:2375", False),
        ("tcp://[bad", False),
        ("nonsense", False),
    ],
)
def test_docker_host(host: str, is_local: bool) -> None:
    engine = docker_engine({"DOCKER_HOST": host, "DOCKER_CONTEXT": "ignored"})
    assert engine.is_local is is_local
    assert engine.line.startswith(f"Docker engine: {host} (DOCKER_HOST)")
    assert ("not on this machine" in engine.line) is not is_local


def test_the_default_needs_no_word(tmp_path: Path) -> None:
    for given in ({}, {"DOCKER_HOST": ""}, {"DOCKER_CONTEXT": "default"}, {"DOCKER_CONFIG": str(tmp_path)}):
        engine = docker_engine({"HOME": str(tmp_path), **given})
        assert (engine.line, engine.is_local) == ("", True)


def test_a_password_in_the_address_is_not_shown() -> None:
    engine = docker_engine({"DOCKER_HOST": "ssh://root:Correct-Horse+7@prod.example"})
    assert "Correct-Horse" not in f"{engine.line}{engine.facts}"
    assert "prod.example" in engine.line


def context(home: Path, name: str, host: str | None, *, current: bool = False) -> dict[str, str]:
    """Make a context as ``docker context create`` does, and ``docker context use``."""
    place = home / ".docker" / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    place.mkdir(parents=True)
    endpoints = {} if host is None else {"docker": {"Host": host}}
    (place / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": endpoints}))
    if current:
        (home / ".docker" / "config.json").write_text(json.dumps({"currentContext": name}))
        return {"HOME": str(home)}
    return {"HOME": str(home), "DOCKER_CONTEXT": name}


@pytest.mark.parametrize("current", [False, True])
@pytest.mark.parametrize(
    ("host", "is_local"),
    [("unix:///home/me/.docker/desktop/docker.sock", True), ("ssh://root@prod.example", False), (None, False)],
)
def test_contexts(host: str | None, is_local: bool, current: bool, tmp_path: Path) -> None:
    engine = docker_engine(context(tmp_path, "prod", host, current=current))
    assert engine.is_local is is_local
    assert (host or "context prod") in engine.line
    assert ("docker context prod" if current else "DOCKER_CONTEXT") in engine.line


def test_a_context_that_is_unknown_or_damaged_is_not_taken_for_this_machine(tmp_path: Path) -> None:
    assert not docker_engine({"HOME": str(tmp_path), "DOCKER_CONTEXT": "gone"}).is_local
    file = tmp_path / ".docker" / "config.json"
    file.parent.mkdir()
    for text in ("[" * 100_000, "[]", '{"currentContext": ["x"]}', '{"a": "' + "x" * 1_250_000 + '"}', '{"a"'):
        file.write_text(text)
        engine = docker_engine({"HOME": str(tmp_path)})
        assert (engine.is_local, engine.is_known) == (False, False)
        assert engine.line == f"Docker engine: not known ({file} cannot be read), perhaps not on this machine"
    file.unlink()
    os.mkfifo(file)
    assert not docker_engine({"HOME": str(tmp_path)}).is_local
    file.unlink()
    for text in (
        "",
        " \n",
        "{}",
        '{"auths": {}} trailing',
        '{"currentContext": null}',
        '{"currentContext": "default"}',
    ):
        file.write_text(text)
        assert docker_engine({"HOME": str(tmp_path)}).is_local


def test_the_configuration_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"a"')
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert str(tmp_path / "config.json") in refusal()
    with pytest.raises(InvalidInput, match=r"config\.json cannot be read"):
        demand_confirmation()


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ('{"CurrentContext": "prod"}', "prod"),
        ('{"CURRENTCONTEXT": "prod", "x": NaN}', "prod"),
        ('{"currentContext": "default", "currentcontext": "prod"}', "prod"),
        ('{"currentContext": "default", "CurrentContext": "default", "currentContext": "prod"}', "prod"),
        ('{"currentContext": "prod", "currentContext": null}', "prod"),
        ('{"currentContext": "prod\\ud800"}', "prod\ufffd"),
        ('{"currentContext": "prod"} and more', "prod"),
        ('{"current\u212aontext": "x", "currentContext": "prod"}', "prod"),
    ],
)
@pytest.mark.parametrize(
    "meta",
    [
        '{"Endpoints": {"docker": {"Host": "ssh://prod.example"}}}',
        '{"endpoints": {"docker": {"ho\u017ft": "ssh://prod.example"}}}',
        '{"Endpoints": {"docker": {"Host": "unix:///x.sock", "host": "ssh://prod.example"}}}',
        '{"Endpoints": {"docker": {"Host": "ssh://prod.example"}}, "endpoints": {"Docker": {"Host": "unix:///x.sock"}}}',
        '{"Endpoints": {"docker": {"Host": "ssh://prod.example", "Host": null}}}',
    ],
)
def test_the_configuration_is_read_as_docker_reads_it(config: str, name: str, meta: str, tmp_path: Path) -> None:
    """Go's encoding/json: the case of names does not matter, and the last one wins."""
    place = tmp_path / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    place.mkdir(parents=True)
    (place / "meta.json").write_text(meta)
    (tmp_path / "config.json").write_text(config)
    engine = docker_engine({"HOME": "/nonexistent", "DOCKER_CONFIG": str(tmp_path)})
    assert (engine.address, engine.is_local) == ("ssh://prod.example", False)


def test_without_home_the_account_s_own_folder_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    context(tmp_path, "prod", "ssh://prod.example", current=True)
    account = pwd.getpwuid(os.getuid())
    monkeypatch.setattr(pwd, "getpwuid", lambda _: pwd.struct_passwd((*account[:5], str(tmp_path), account[6])))
    assert docker_engine({}).address == "ssh://prod.example"


def test_nothing_runs_elsewhere_before_a_person_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "ssh://root@prod.example")
    assert "prod.example" in refusal()
    with pytest.raises(InvalidInput, match="--remote-docker"):
        demand_confirmation()
    with REMOTE_ENGINE.given():
        assert refusal() == ""
        demand_confirmation()
        with REMOTE_ENGINE.given(accepted=False):
            assert refusal()
    monkeypatch.setenv("DOCKER_HOST", "unix:///x.sock")
    assert refusal() == ""


def test_a_port_that_another_machine_publishes_is_not_looked_for_here(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [{"target": 3080, "published": "3080", "mode": "ingress", "protocol": "tcp"}]
    there = deployment(compose={"services": {"api": {"ports": ports}}})
    assert api_address(there).host == "127.0.0.1"
    monkeypatch.setenv("DOCKER_HOST", "ssh://root@prod.example")
    assert api_address(there).host == "", "it is asked inside its container"
