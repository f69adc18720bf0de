"""What counts in folders as people have them: values with their origin, findings, and the lines that answers lead to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.wizard.deployment.real_folders import make, rows
from wizard.answers.model import Access, Answers, Given, Registration, Source
from wizard.basics.problem import InvalidInput
from wizard.composefile.judge import ComposeVerdictKind, judge
from wizard.deployment.assembled import deployment
from wizard.deployment.model import Deployment
from wizard.deployment.snapshot import take
from wizard.dotenv.document import WrongEncoding
from wizard.plan.proposal import Proposal, propose
from wizard.rules import check


class Standing(NamedTuple):
    """What is true of a folder as it is."""

    origins: Mapping[str, str] = {}
    """Names of settings, and the line that counts."""
    found: tuple[str, ...] = ()
    """Ids of findings that are there."""
    absent: tuple[str, ...] = ()
    """Ids, or beginnings of ids, of findings that are not there."""
    service: str = "api"
    release: str = ""
    exactly: int = 0
    """How many findings there are; 0: any number."""


_MISSING = (
    "files.env.missing",
    "rules.secrets.missing",
    "rules.domains",
    "rules.server.port-missing",
    "files.env.not-mounted",
)
STANDING: Final[Mapping[str, Standing]] = {
    "H01": Standing(origins={"CREDS_KEY": "secrets.env:1", "JWT_REFRESH_SECRET": "secrets.env:4"}, absent=_MISSING),
    "H02": Standing(
        origins={"DOMAIN_CLIENT": "librechat/override.env:1", "ALLOW_REGISTRATION": "librechat/override.env:2"},
        found=("rules.accounts.open-registration", "files.compose.overrides"),
    ),
    "H03": Standing(
        origins={"ALLOW_REGISTRATION": "docker-compose.prod.yml:4", "DOMAIN_CLIENT": "docker-compose.prod.yml:5"},
        found=("rules.accounts.open-registration", "files.compose.overrides", "rules.domains.different"),
    ),
    "H04": Standing(found=("files.compose.not-listed",)),
    "H05": Standing(
        service="librechat",
        origins={"DOMAIN_CLIENT": ".env:1", "CREDS_KEY": ".env:6"},
        found=("rules.secrets.creds-key-form", "rules.secrets.creds-iv-form"),
        absent=_MISSING,
    ),
    "H06": Standing(service="librechat-api", found=("rules.secrets.published.creds-key",), absent=_MISSING),
    "H07": Standing(
        service="librechat",
        release="v0.8.7",
        origins={"ALLOW_REGISTRATION": "docker-compose.yml:9"},
        absent=("files.env.missing", "rules.domains", "rules.server.port-missing"),
    ),
    "H08": Standing(origins={"PORT": "docker-compose.yml:6"}, absent=_MISSING),
    "H09": Standing(origins={"CREDS_KEY": "docker-compose.yml:16"}, absent=_MISSING),
    "H10": Standing(origins={"CREDS_KEY": "stack.env:8"}, absent=(*_MISSING, "rules.admin-panel")),
    "H11": Standing(found=("rules.social.not-listed.openid",), absent=("files.config",)),
    "H12": Standing(found=("files.env.other", "files.config.other"), absent=("files.config.missing", *_MISSING)),
    "H13": Standing(found=("files.config.wrong-target",)),
    "H14": Standing(found=("rules.social.not-listed.openid",), absent=("files.config",)),
    "H15": Standing(found=("rules.social.not-listed.openid",), absent=("files.config",)),
    "H16": Standing(absent=("files.compose", "files.config")),
    "H17": Standing(found=("files.stack.port-twice",), absent=_MISSING),
    "H18": Standing(found=("files.stack.network-mode",), absent=(*_MISSING, "files.stack.no-database")),
    "H19": Standing(
        origins={"CREDS_KEY": "librechat/.env:8"}, absent=(*_MISSING, "rules.admin-panel", "files.compose")
    ),
    "H20": Standing(origins={"DOMAIN_CLIENT": ".env:19"}, absent=("files.env.reads-differently", "rules.domains")),
    "H21": Standing(release="v0.8.3", found=("rules.cookies.lost",)),
    "H22": Standing(
        release="v0.7.9",
        origins={"ALLOW_REGISTRATION": "Dockerfile.custom:3"},
        found=("rules.accounts.open-registration", "files.compose.overrides"),
    ),
    "H24": Standing(found=("files.env.prefix",), exactly=1),
    "H25": Standing(found=("files.env.prefix",), absent=("files.env.compose-refuses", *_MISSING)),
    "H26": Standing(
        found=("rules.secrets.creds-key-tail",), absent=("rules.secrets.creds-key-form", "rules.values", *_MISSING)
    ),
    "H27": Standing(
        found=("rules.secrets.command", "rules.secrets.reference"),
        absent=("rules.secrets.short", "rules.secrets.creds", "rules.values", *_MISSING),
    ),
    "H28": Standing(
        found=("rules.secrets.placeholders", "rules.secrets.reference", "rules.values.placeholder"),
        absent=("rules.secrets.short", "rules.secrets.creds", "rules.secrets.search", *_MISSING),
    ),
    "H29": Standing(
        found=("rules.domains.form.domain-client", "rules.domains.form.domain-server"), absent=("rules.values",)
    ),
    "H30": Standing(found=("rules.domains.sub-path",), absent=("rules.domains.different",)),
    "H31": Standing(found=("files.config.misplaced",), absent=("files.config.schema",)),
    "H32": Standing(absent=("files.compose", "rules")),
    "H33": Standing(absent=("files.compose", "files.stack", "rules")),
    "H34": Standing(found=("files.compose.refused",)),
    "H35": Standing(found=("files.stack.dev-server",), absent=("rules.cookies", *_MISSING)),
    "H36": Standing(found=("files.stack.unread-name",), absent=_MISSING),
    "H37": Standing(found=("rules.names.file-suffix",)),
    "H40": Standing(found=("rules.admin-panel.cookie",), absent=_MISSING),
}
REFUSED: Final = ("H24", "H25", "H34")
"""What a real Docker Compose refuses."""
UNREADABLE: Final = ("H23",)
"""What nobody reads: it is in another encoding."""


@pytest.mark.parametrize("identity", STANDING)
def test_what_counts_in_a_folder(identity: str, samples: Path, tmp_path: Path) -> None:
    wanted = STANDING[identity]
    found = deployment(take(make(identity, tmp_path, samples), Answers()), {})
    assert found.effective is not None
    assert found.service == wanted.service
    assert {name: str(found.effective.values[name].origin) for name in wanted.origins} == wanted.origins
    ids = [finding.id for finding in check(found)]
    assert [identity for identity in wanted.found if identity not in ids] == []
    assert [name for name in ids if name.startswith(wanted.absent or ("nothing",))] == []
    assert not wanted.exactly or len(ids) == wanted.exactly
    assert not wanted.release or (str(found.release), found.release_known) == (wanted.release, True)


def test_every_folder_is_judged() -> None:
    assert {*STANDING, *UNREADABLE} == rows().keys()
    assert len(rows()) == 38


@pytest.mark.parametrize("identity", [identity for identity in rows() if identity not in UNREADABLE])
def test_a_real_docker_compose_reads_the_folder_as_the_loader_does(
    identity: str, samples: Path, tmp_path: Path, docker_compose: Path
) -> None:
    found = deployment(take(make(identity, tmp_path, samples), Answers()), {})
    kind, disagreements = verdict(found, docker_compose)
    assert kind is (ComposeVerdictKind.REFUSED if identity in REFUSED else ComposeVerdictKind.OK)
    assert disagreements == ()


def verdict(found: Deployment, docker_compose: Path) -> tuple[ComposeVerdictKind, tuple[str, ...]]:
    """Return what a real Docker Compose says to a folder as it is or would be."""
    assert found.effective is not None
    project = found.effective.project
    files = {name: state.data for name, state in found.files.items() if state.data is not None}
    if ".env" not in files and "stack.env" in files:
        files[".env"] = files["stack.env"]
    names = tuple(map(project.shown, project.files.compose))
    judged = judge(
        files, base_name=names[0], override_name=None, names=names, folder=found.folder, program=[str(docker_compose)]
    )
    return judged.kind, judged.disagreements


def test_the_line_that_counts_and_the_one_without_effect_are_named(samples: Path, tmp_path: Path) -> None:
    found = check(deployment(take(make("H03", tmp_path, samples), Answers()), {}))
    text = "ALLOW_REGISTRATION=true from docker-compose.prod.yml:4; .env:15 sets false, which has no effect"
    assert f"{text}." in [finding.summary for finding in found]
    (open_registration,) = [finding for finding in found if finding.id == "rules.accounts.open-registration"]
    assert text in open_registration.origins


def test_the_way_to_list_a_file_keeps_those_that_are_listed(samples: Path, tmp_path: Path) -> None:
    found = check(deployment(take(make("H04", tmp_path, samples), Answers()), {}))
    (finding,) = [finding for finding in found if finding.id == "files.compose.not-listed"]
    assert finding.remedy == "Set COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml:docker-compose.override.yml"


FIXES: Final = {
    "H17": ("files.stack.port-twice", "ports: !override"),
    "H18": ("files.stack.network-mode", "extra_hosts: !reset []"),
    "H24": ("files.env.prefix", "sed -i -E 's/^[[:space:]]*set[[:space:]]+//' .env"),
    "H25": ("files.env.prefix", "ALLOW_REGISTRATION=false"),
    "H26": ("rules.secrets.creds-key-tail", "key does not change"),
    "H29": ("rules.domains.form.domain-client", "Keep the address that users type"),
    "H30": ("rules.domains.sub-path", "DOMAIN_SERVER=https://example.com/librechat"),
    "H34": ("files.compose.refused", "Set it in .env"),
    "H35": ("files.stack.dev-server", "SESSION_COOKIE_SECURE=false"),
    "H36": ("files.stack.unread-name", "mv docker-compose-override.yml docker-compose.override.yml"),
    "H37": ("rules.names.file-suffix", "JWT_SECRET=..., JWT_REFRESH_SECRET=..."),
}


@pytest.mark.parametrize("identity", FIXES)
def test_the_way_out_is_the_one_for_this_folder(identity: str, samples: Path, tmp_path: Path) -> None:
    wanted, remedy = FIXES[identity]
    found = check(deployment(take(make(identity, tmp_path, samples), Answers()), {}))
    assert remedy in next(finding.remedy for finding in found if finding.id == wanted)


def test_a_file_in_utf_16_without_a_mark_is_one_problem_with_its_command(samples: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongEncoding) as refused:
        deployment(take(make("H23", tmp_path, samples), Answers()), {})
    (problem,) = refused.value.problems
    assert "iconv -f UTF-16LE -t UTF-8" in problem.remedy


def settings(**values: str) -> Answers:
    """Return answers to these settings."""
    return Answers(settings={name: Given(value, Source.FILE) for name, value in values.items()})


REGISTRATION: Final = Answers(
    registration=Registration(social_logins=("google", "openid"), allowed_domains=("example.com",))
)


def written(proposal: Proposal) -> dict[str, str]:
    """Return the files that a plan changes, with their text."""
    return {edit.path: edit.after.decode() for edit in proposal.plan.edits if edit.after != edit.before}


def test_secrets_of_another_environment_file_are_kept(samples: Path, tmp_path: Path) -> None:
    proposal = propose(make("H01", tmp_path, samples), settings(SESSION_EXPIRY="1000 * 60"))
    assert list(written(proposal)) == [".env"]
    for name in ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET"):
        assert name not in written(proposal)[".env"]


@pytest.mark.parametrize(
    ("identity", "file", "line"),
    [
        ("H02", "librechat/override.env", "\nALLOW_REGISTRATION=false\n"),
        ("H05", ".env", "\nALLOW_REGISTRATION=false\n"),
        ("H06", "docker-compose.override.yml", '\n      ALLOW_REGISTRATION: "false"'),
        ("H07", "docker-compose.override.yml", '\n      ALLOW_REGISTRATION: "false"'),
        ("H22", "docker-compose.override.yml", '\n      ALLOW_REGISTRATION: "false"'),
    ],
)
def test_an_answer_goes_where_it_counts(identity: str, file: str, line: str, samples: Path, tmp_path: Path) -> None:
    proposal = propose(make(identity, tmp_path, samples), settings(ALLOW_REGISTRATION="false"))
    assert line in written(proposal)[file]
    assert proposal.deployment.settings["ALLOW_REGISTRATION"] == "false"


@pytest.mark.parametrize(("identity", "file"), [("H10", "stack.env"), ("H19", "librechat/.env")])
def test_an_answer_goes_to_the_file_that_librechat_reads(
    identity: str, file: str, samples: Path, tmp_path: Path
) -> None:
    proposal = propose(make(identity, tmp_path, samples), settings(LOGIN_MAX="50"))
    assert list(written(proposal)) == [file]
    assert proposal.deployment.settings["LOGIN_MAX"] == "50"


@pytest.mark.parametrize(
    ("identity", "answers", "file", "line"),
    [
        ("H03", settings(ALLOW_REGISTRATION="false"), "docker-compose.prod.yml", 4),
        ("H15", REGISTRATION, "docker-compose.override.yml", 8),
        ("H12", REGISTRATION, "docker-compose.yml", 14),
    ],
)
def test_a_line_that_wins_over_an_answer_is_named(
    identity: str, answers: Answers, file: str, line: int, samples: Path, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as refused:
        propose(make(identity, tmp_path, samples), answers)
    assert (refused.value.problems[0].file, refused.value.problems[0].line) == (file, line)


@pytest.mark.parametrize(("identity", "file"), [("H11", "config/librechat.yaml"), ("H14", "config/lc.yaml")])
def test_registration_goes_into_the_file_that_librechat_reads(
    identity: str, file: str, samples: Path, tmp_path: Path
) -> None:
    proposal = propose(make(identity, tmp_path, samples), REGISTRATION)
    assert list(written(proposal)) == [file]
    assert proposal.deployment.config is not None
    assert proposal.deployment.config["registration"] == {
        "socialLogins": ["google", "openid"],
        "allowedDomains": ["example.com"],
    }


def test_a_secret_of_a_compose_file_is_replaced_without_standing_in_one(samples: Path, tmp_path: Path) -> None:
    folder = make("H09", tmp_path, samples)
    old = deployment(take(folder, Answers()), {}).settings["CREDS_KEY"]
    key = frozenset({"CREDS_KEY"})
    # Its database is in a volume: what is stored there cannot be seen from here.
    with pytest.raises(InvalidInput, match="accept_loss"):
        propose(folder, Answers(generate=key, replace=key))
    proposal = propose(folder, Answers(generate=key, replace=key, accept_loss=key))
    new = proposal.deployment.settings["CREDS_KEY"]
    assert new != old
    assert f"CREDS_KEY={new}\n" in written(proposal)[".env"]
    assert new not in written(proposal)["docker-compose.override.yml"]
    assert 'CREDS_KEY: "${CREDS_KEY}"' in written(proposal)["docker-compose.override.yml"]


PROXY: Final = Answers(access=Access.HTTPS_PROXY)


def test_a_proxy_joins_the_networks_of_librechat(samples: Path, tmp_path: Path, docker_compose: Path) -> None:
    proposal = propose(make("H16", tmp_path, samples), PROXY)
    services = proposal.deployment.compose["services"]
    assert services["caddy"]["networks"].keys() & services["api"]["networks"].keys() == {"proxy", "backend"}
    assert verdict(proposal.deployment, docker_compose) == (ComposeVerdictKind.OK, ())


def test_a_proxy_is_refused_where_librechat_has_no_name(samples: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="network_mode: service:ts"):
        propose(make("H18", tmp_path, samples), PROXY)


def test_no_note_is_about_ports_that_are_not_published(samples: Path, tmp_path: Path) -> None:
    proposal = propose(make("H33", tmp_path, samples), Answers(access=Access.HTTPS_EXISTING))
    assert not [note for note in proposal.plan.notes if "80 and 443" in note]


def test_browsers_keep_the_secure_cookie_of_a_host_that_is_left_for_plain_http(samples: Path, tmp_path: Path) -> None:
    folder = make("H32", tmp_path, samples)
    address = settings(DOMAIN_CLIENT="http://chat.example.com:3080").settings
    proposal = propose(folder, Answers(access=Access.HTTP_LAN, settings=address))
    (note,) = [note for note in proposal.plan.notes if "keep their Secure cookie" in note]
    assert "chat.example.com changes from HTTPS back to HTTP" in note
    other = settings(DOMAIN_CLIENT="http://lan.example.com:3080").settings
    proposal = propose(folder, Answers(access=Access.HTTP_LAN, settings=other))
    assert not [note for note in proposal.plan.notes if "keep their Secure cookie" in note]


@pytest.mark.parametrize("identity", ["H30", "H31"])
def test_who_gets_an_account_through_openid_is_noted_where_registration_is_closed(
    identity: str, samples: Path, tmp_path: Path
) -> None:
    folder = make(identity, tmp_path, samples)
    notes = [
        note for note in propose(folder, settings(ALLOW_SOCIAL_REGISTRATION="false")).plan.notes if "OpenID" in note
    ]
    assert "everyone the provider accepts gets an account" in notes[0]
    assert "OPENID_REQUIRED_ROLE" in notes[0]
    assert "sets no limit" in notes[0]
    limited = settings(ALLOW_SOCIAL_REGISTRATION="false", OPENID_REQUIRED_ROLE="staff")
    notes = [note for note in propose(folder, limited).plan.notes if "OpenID" in note]
    assert "subject to OPENID_REQUIRED_ROLE" in notes[0]
    assert not [note for note in propose(folder, settings(LOGIN_MAX="50")).plan.notes if "OpenID" in note]
