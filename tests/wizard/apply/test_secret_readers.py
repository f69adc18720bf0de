"""Who is recreated after a rotation reads the secret by its name, whatever word its old value was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wizard.answers.model import Answers
from wizard.apply.secret_readers import readers_of
from wizard.deployment.snapshot import take

NEW = "ab" * 32
SampleFolder = Callable[..., Path]


def readers(folder: Path, old: str, name: str = "JWT_SECRET", *, is_back: bool = False) -> set[str]:
    """Return who reads the secret of a folder once its ``.env`` has the new value (or the old one again)."""
    (folder / ".env").write_text(f"PORT=3080\n{name}='{old if is_back else NEW}'\n")
    return set(readers_of({name: (old, NEW)}, take(folder, Answers())).services)


@pytest.mark.parametrize("is_back", [False, True])
@pytest.mark.parametrize("old", ["mongodb", "image:", "services", "e", "3080", " ", "cd" * 32])
def test_an_old_value_that_is_a_word_of_the_files_concerns_nobody_else(
    sample_folder: SampleFolder, old: str, is_back: bool
) -> None:
    # rag_api gets all of .env, and reads this one.
    assert readers(sample_folder("v0.8.7"), old, is_back=is_back) == {"api", "rag_api"}


def test_who_gets_it_under_environment_is_concerned(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    assert readers(folder, "mongodb", "MEILI_MASTER_KEY") == {"api", "meilisearch"}
    (folder / "docker-compose.override.yml").write_text(
        "services:\n"
        f"  one: {{image: a, environment: {{JWT_SECRET: {NEW}}}}}\n"
        "  two: {image: a, environment: [JWT_SECRET]}\n"
        "  three: {image: a, environment: ['OTHER=${JWT_SECRET}']}\n"
        "  four: {image: a, environment: {JWT_SECRET: its-own, OTHER: mongodb}}\n"
    )
    assert readers(folder, "mongodb") == {"api", "rag_api", "one", "two", "three"}
