"""What a judgement reads is bounded as a whole, and no comment reaches Docker Compose."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from wizard.basics.problem import InvalidInput
from wizard.composefile.judge import ComposeVerdictKind, judge
from wizard.composefile.masking import masked_compose
from wizard.composefile.scalars import scalars
from wizard.yamlfile.parsed import ParsedYaml

_BASE = b"services:\n  api:\n    image: a\n"


@pytest.mark.parametrize("count", [90, 400])
def test_many_environment_files_cost_no_more_than_one(tmp_path: Path, count: int) -> None:
    (tmp_path / "0.env").write_bytes(b"A=" + b"x" * 100 + b"\n" + b"B=1\n" * 400_000)
    for number in range(1, count):
        os.link(tmp_path / "0.env", tmp_path / f"{number}.env")
    files = {"c.yml": _BASE + b"    env_file:\n" + b"".join(b"      - %d.env\n" % n for n in range(count))}
    begun = time.process_time()
    verdict = judge(files, base_name="c.yml", override_name=None, folder=tmp_path, program=["/bin/true"])
    assert time.process_time() - begun < 15
    assert verdict.kind is ComposeVerdictKind.ABSENT
    assert "env_file" in verdict.message


@pytest.mark.parametrize("many", ["[" + "1," * 200_000 + "1]", "[" + "{}," * 160_000 + "1]"])
def test_a_file_of_too_many_entries_is_refused_soon(many: str) -> None:
    begun = time.process_time()
    with pytest.raises(InvalidInput, match="too many entries"):
        ParsedYaml.parse(f"a: {many}\n".encode(), "o.yml")
    assert time.process_time() - begun < 8


def test_no_comment_is_in_the_copy() -> None:
    text = (
        "# canary one\nservices: # canary\n  api:\n"
        "    image: a # canary\n    #canary\n    environment: # 'canary\n"
        "      - \"A=b\" # it's canary \"\n      - 'C=d'  # canary\n      - E=f # canary\n"
        '    labels:\n      "x #keep": y # canary\n      it\'s#keep: z\n      w: | # canary\n        some\n'
        "    command: [a, # canary\n      b] # canary\n# canary"
    )
    document = ParsedYaml.parse(text.encode(), "c.yml")
    copy = masked_compose(document, scalars(document), frozenset(), {}).decode()
    assert "canary" not in copy
    assert "x #keep" in copy
    assert "it's#keep" in copy
    again = ParsedYaml.parse(copy.encode(), "c.yml").data
    assert list(again["services"]["api"]) == list(document.data["services"]["api"])
    assert len(again["services"]["api"]["environment"]) == 3
    assert copy.count("\n") == text.count("\n")
