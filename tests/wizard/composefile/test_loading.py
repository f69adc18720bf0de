"""The loader makes of a project what a real Docker Compose makes of it, or says that it does not follow."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.rounds import examples
from tests.wizard.composefile.projects import projects
from wizard.basics.problem import InvalidInput
from wizard.composefile.agreement import disagreements
from wizard.composefile.loading import load_project
from wizard.composefile.project import ComposeProject, ProjectFiles

BATCH = 4
"""Projects of one example, judged side by side: 60 in an ordinary run, 1200 with ``./test --long``."""
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


def read(path: str) -> bytes | None:
    """Give a file of the disk to the loader."""
    try:
        return Path(path).read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None


def load(folder: Path, *names: str) -> ComposeProject:
    """Load the compose files of a folder."""
    root = str(folder)
    environment = (f"{root}/.env",) if (folder / ".env").exists() else ()
    files = ProjectFiles(
        folder=root,
        compose=tuple(f"{root}/{name}" for name in names),
        environment=environment,
        inherited={**_ENVIRONMENT, "PWD": root},
        home=_ENVIRONMENT["HOME"],
    )
    return load_project(files, read)


def write(folder: Path, files: dict[str, str]) -> tuple[str, ...]:
    """Write the files of a project; return its compose files in their order."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return tuple(name for name in ("compose.yaml", "compose.override.yaml") if name in files)


def asked(program: Path, folder: Path) -> tuple[str, dict[str, object]]:
    """Return why a real Docker Compose refuses a folder, and what it makes of it."""
    command = [str(program), "config", "--format", "json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=_ENVIRONMENT)
    return (done.stderr, {}) if done.returncode else ("", json.loads(done.stdout))


def compare(program: Path, folder: Path, files: dict[str, str]) -> str:
    """Return how the two differ about one project; nothing where they agree."""
    names = write(folder, files)
    refused, config = asked(program, folder)
    try:
        project = load(folder, *names)
    except InvalidInput as error:
        return "" if refused else f"only the loader refuses: {error}"
    if refused:
        # What Docker Compose refuses by its schema the loader need not know: then Docker Compose says so.
        return ""
    if project.unfollowed:
        return ""
    return (
        f"only the loader refuses: {project.refusals}" if project.refusals else " ".join(disagreements(project, config))
    )


@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Shrinking asks Docker Compose for minutes; the files of what failed are printed.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(batch=st.lists(projects(), min_size=BATCH, max_size=BATCH))
def test_random_projects_are_read_as_docker_compose_reads_them(
    batch: list[dict[str, str]], docker_compose: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("projects")
    folders = [root / str(number) for number in range(len(batch))]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda pair: compare(docker_compose, *pair), zip(folders, batch, strict=True)))
    for difference, files in zip(found, batch, strict=True):
        if difference:
            for name, text in files.items():
                note(f"--- {name}\n{text}")
        assert not difference


def test_a_name_alone_on_its_line_takes_its_value_from_outside(docker_compose: Path, tmp_path: Path) -> None:
    files = {
        ".env": 'B="two $A"\nA=one\nA=${B}x\nB=3\n',
        "one.env": "export A\n",
        "compose.yaml": "services: {db: {image: x, env_file: [./.env, one.env]}}\n",
    }
    assert compare(docker_compose, tmp_path, files) == ""


_NULL = "{A: ~, B: x}"
_BARE = "[A, B=x]"


@pytest.mark.parametrize("main", ["X=1\n", "A=outer\n"])
@pytest.mark.parametrize("inner", [_NULL, _BARE])
@pytest.mark.parametrize("over", ["", "{B: y}", "{A: ~}", "[A]", "[B=y]"])
@pytest.mark.parametrize("way", ["override", "include", "extends"])
def test_a_null_of_an_included_file_waits_for_the_variables_of_the_project(
    way: str, over: str, inner: str, main: str, docker_compose: Path, tmp_path: Path
) -> None:
    service = "services:\n  inner:\n    image: i\n    environment: "
    files = {
        ".env": main,
        "sub/.env": "A=inner\n",
        "sub/inner.yaml": service + inner + "\n",
        "compose.yaml": "services: {api: {image: x}}\ninclude: [sub/inner.yaml]\n",
    }
    if over and way == "include":
        files["sub/over.yaml"] = f"services:\n  inner:\n    environment: {over}\n"
        files["compose.yaml"] = (
            "services: {api: {image: x}}\ninclude: [{path: [sub/inner.yaml, sub/over.yaml], project_directory: sub}]\n"
        )
    elif over and way == "extends":
        files["sub/base.yaml"] = service + inner + "\n"
        files["sub/inner.yaml"] = (
            f"services:\n  inner:\n    extends: {{file: base.yaml, service: inner}}\n    environment: {over}\n"
        )
    elif over:
        files["compose.override.yaml"] = f"services:\n  inner:\n    environment: {over}\n"
    assert compare(docker_compose, tmp_path, files) == ""
