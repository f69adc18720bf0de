"""One cause behind many lines of ``.env``, and the command that takes it away."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from wizard.dotenv.document import Document, WrongEncoding
from wizard.dotenv.whole_file import file_faults, shown_lines, utf16_without_mark

LINES = ("PORT=3080", "DOMAIN_CLIENT=https://chat.example.com", "CREDS_KEY=" + "0f" * 32, 'APP_TITLE="A B"')


def text(before: str = "", behind: str = "", end: str = "\n") -> bytes:
    """Return a file with something before and behind every line, and a comment."""
    return (f"# mine{end}{end}" + "".join(f"{before}{line}{behind}{end}" for line in LINES)).encode()


@pytest.mark.parametrize("word", ["set", "SET", "ENV", "-", "$env:", "var", "declare -x", "-e"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_word_before_every_line_is_one_fault(word: str, end: str) -> None:
    (fault,) = file_faults(text(word if word.endswith(":") else f"{word} ", end=end))
    assert (fault.kind, fault.word, fault.lines, fault.is_whole) == ("prefix", word, (3, 4, 5, 6), True)
    assert fault.names == ("PORT", "DOMAIN_CLIENT", "CREDS_KEY", "APP_TITLE")


@pytest.mark.parametrize("sign", [";", ","])
def test_a_sign_behind_every_line_is_one_fault(sign: str) -> None:
    (fault,) = file_faults(text(behind=sign))
    assert (fault.kind, fault.word, fault.lines, fault.is_whole) == ("ending", sign, (3, 4, 5, 6), True)


@pytest.mark.parametrize(
    ("data", "program", "lines"),
    [
        (b"PORT=ENC[AES256_GCM,data:8Q==,iv:x,tag:y,type:str]\nsops_version=3.9\n", "SOPS", (1, 2)),
        (b"DOTENV_PUBLIC_KEY=02ab\nPORT=encrypted:BDqDBib=\n", "dotenvx", (2,)),
        (b"$ANSIBLE_VAULT;1.1;AES256\n" + b"3" * 80 + b"\n", "Ansible Vault", (1, 2)),
    ],
)
def test_an_encrypted_file_is_one_fault(data: bytes, program: str, lines: tuple[int, ...]) -> None:
    (fault,) = file_faults(data)
    assert (fault.kind, fault.word, fault.lines, fault.is_whole) == ("encrypted", program, lines, True)


def test_single_lines_are_named_and_the_rest_of_the_file_counts() -> None:
    (fault,) = file_faults(text() + b'$env:ALLOW_REGISTRATION = "false"\n')
    assert (fault.lines, fault.is_whole, fault.first) == ((7,), False, ("ALLOW_REGISTRATION", "false"))


@pytest.mark.parametrize(
    "data",
    [
        text(),
        text("export "),
        text() + b"LIST=a;b;\n",
        b"# set A=1\n# set B=2\n# ENV C=3\n",
        b"A=encrypted: no\nB=ENCODED[1]\n",
        b"A='x\n- B=1\n- C=2\n'\n",
        b"",
        b"A=1;\nB=2\nC=3;\n",
    ],
)
def test_what_is_right_has_no_fault(data: bytes) -> None:
    assert [fault for fault in file_faults(data) if fault.is_whole] == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_named_with_the_way_out(encoding: str, tmp_path: Path) -> None:
    name = encoding.upper().replace("-", "", 1).replace("16-", "16")
    name = name if name.startswith("UTF-") else f"UTF-{name.removeprefix('UTF')}"
    data = text(end="\r\n").decode().encode(encoding)
    assert utf16_without_mark(data) == name
    with pytest.raises(WrongEncoding) as refused:
        Document.parse(data)
    (problem,) = refused.value.problems
    assert name in problem.message
    (tmp_path / ".env").write_bytes(data)
    subprocess.run(["sh", "-c", problem.remedy], cwd=tmp_path, check=True)
    assert Document.parse((tmp_path / ".env").read_bytes()).values()["APP_TITLE"] == "A B"


@pytest.mark.parametrize("data", [b"A=1\n", b"A=\0\n", "A=\u4e00\u4e8c\n".encode(), b"\0\0\0\0\0\0"])
def test_other_files_are_no_utf_16(data: bytes) -> None:
    assert utf16_without_mark(data) == ""


def test_lines_are_named_shortly() -> None:
    assert shown_lines((4,)) == "line 4"
    assert shown_lines((1, 2, 3, 7)) == "lines 1-3 and 7"
    assert shown_lines(tuple(range(1, 40, 2))) == "lines 1, 3, 5, 7, 9 and 11 and more"
