"""``completion bash|zsh|fish``: a script for the shell, generated from the tables behind ``--help``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from screens.cli.parser import COLORS, COMMANDS, Option, options_of
from wizard.basics.own_command import PROGRAM, name_in_help, program
from wizard.basics.patterns import late_pattern
from wizard.basics.problem import InvalidInput, Problem
from wizard.librechat.providers import SOCIAL

SHELLS: Final = ("bash", "zsh", "fish")
_CHOICES: Final = {
    "completion": SHELLS,
    "signin": ("openid", "ldap", "saml", *SOCIAL),
    "users": ("list", "add", "remove", "reset-password", "invite", "ban", "unban", "role", "unlock"),
    "keys": ("status", "rotate", "jwt", "sessions", "creds", "meili", "all"),
}
"""What the word behind a command can be."""
_OF_FILES: Final = frozenset({"explain"})
"""The commands whose word is the name of a file."""
_FILES: Final = frozenset({"FILE", "FILE|-", "DIR"})
"""What an option's value is called where a file's name may be completed."""
_BASH: Final = """\
# bash completion for {program}. To use it: source <({typed} completion bash)
_{function}() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command= each
    for each in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $each in {commands}) command=$each; break ;; esac
    done
    COMPREPLY=()
    case $before in
    --color) COMPREPLY=($(compgen -W '{colors}' -- "$word")); return ;;
    {files}) compopt -o filenames; COMPREPLY=($(compgen -f -- "$word")); return ;;
    {values}) return ;;
    esac
    case $command in
{cases}
    *) COMPREPLY=($(compgen -W '{top}' -- "$word")) ;;
    esac
}}
complete -F _{function} {names}
"""
_PLAIN: Final = late_pattern(r"[A-Za-z0-9_./@%+=:,-]+")
"""A path that is one word, and no pattern, to each of the shells."""
_FISH_PLACE: Final = """\
function __librechat_wizard_at
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if contains -- $word {commands}
            test "$word" = "$argv[1]"
            return
        end
    end
    test -z "$argv[1]"
end"""
"""Whether the command in front of the cursor is this one: the value of an option can be before it, ``--dir DIR`` say."""


def completion(shell: str) -> str:
    """Return the script for a shell."""
    makers = {"bash": _bash, "zsh": _zsh, "fish": _fish}
    if shell not in makers:
        message = "is not a supported shell." if shell else "the shell is missing."
        raise InvalidInput(Problem(field="completion", message=message, remedy="Choose bash, zsh or fish."))
    return makers[shell]()


def _bash() -> str:
    words = {name: " ".join(option.name for option in options_of(name)) for name in COMMANDS}
    for name, choices in _CHOICES.items():
        words[name] += f" {' '.join(choices)}"
    every = {one.name: one.metavar for name in ("", *COMMANDS) for one in options_of(name)}
    files = [name for name, value in every.items() if value in _FILES]
    values = [name for name, value in every.items() if value and value not in _FILES and name != "--color"]
    return _BASH.format(
        program=PROGRAM,
        typed=program(is_piped=True),
        names=" ".join(dict.fromkeys((PROGRAM, "./run", name_in_help()))),
        function=PROGRAM.replace("-", "_"),
        commands="|".join(COMMANDS),
        colors=" ".join(COLORS),
        files="|".join(files),
        values="|".join(values),
        cases="\n".join(
            f"    {name}) COMPREPLY=($(compgen {_files_of(name)}-W '{text}' -- \"$word\")) ;;"
            for name, text in words.items()
        ),
        top=" ".join((*COMMANDS, *(one.name for one in options_of("")))),
    )


def _files_of(command: str) -> str:
    return "-f " if command in _OF_FILES else ""


def _place() -> Path | None:
    """Return the file that was started by its path, such as a checkout's ``run``, where the shells need no quotes for it."""
    typed = name_in_help()
    place = Path(typed).resolve() if "/" in typed else None
    return place if place is not None and _PLAIN.fullmatch(str(place)) else None


def _zsh() -> str:
    # zsh looks for ./run as for /the/present/folder/./run; fish for the file that a path leads to.
    place = _place()
    by_path = f" -p {place.parent}/(./|){place.name}" if place else ""
    lines = [
        f"#compdef {PROGRAM}{by_path}",
        f"# zsh completion for {PROGRAM}. To use it, save it as _{PROGRAM} in a folder in $fpath.",
        "local -a commands",
        "commands=(",
        *(f"  {_quoted(f'{name}:{text}')}" for name, text in COMMANDS.items()),
        ")",
        "case ${words[(r)(" + "|".join(COMMANDS) + ")]} in",
    ]
    for name in COMMANDS:
        lines += [f"{name}) _arguments \\", *(f"  {_zsh_option(one)} \\" for one in options_of(name))]
        words = f"({' '.join(_CHOICES[name])})" if name in _CHOICES else "_files" if name in _OF_FILES else "()"
        # What has no choices has an empty list: beside a message zsh would insert no option.
        lines.append(f"  {_quoted(f'*:word:{words}')} ;;")
    lines += ["*) _arguments \\", *(f"  {_zsh_option(one)} \\" for one in options_of(""))]
    return "\n".join((*lines, "  '*:command:{_describe command commands}' ;;", "esac", ""))


def _zsh_option(one: Option) -> str:
    text = re.sub(r"([\\:\[\]])", r"\\\1", one.help)
    action = f"({' '.join(COLORS)})" if one.name == "--color" else "_files" if one.metavar in _FILES else " "
    return _quoted(
        f"{one.name}[{text}]" + (f":{one.metavar.lower().replace(':', ' ')}:{action}" if one.metavar else "")
    )


def _fish() -> str:
    place = _place()
    targets = [f"-c {PROGRAM}", *([f"-p {place}"] if place else [])]
    return "\n".join(
        (
            f"# fish completion for {PROGRAM}. To use it: {program(is_piped=True)} completion fish | source",
            _FISH_PLACE.format(commands=" ".join(COMMANDS)),
            *(f"complete {target} {line}" for target in targets for line in _fish_lines()),
            "",
        )
    )


def _fish_lines() -> Iterator[str]:
    """Yield what a name of the program is completed with; the function above them tells which command was typed."""
    yield "-f"
    for name, text in COMMANDS.items():
        yield f"-n __librechat_wizard_at -a {name} -d {_fish_quoted(text)}"
    for name in ("", *COMMANDS):
        when = f"'__librechat_wizard_at {name}'" if name else "__librechat_wizard_at"
        for one in options_of(name):
            value = "" if not one.metavar else f" -x -a '{' '.join(COLORS)}'" if one.name == "--color" else " -r -F" if one.metavar in _FILES else " -x"  # fmt: skip
            yield f"-n {when} -l {one.name.removeprefix('--')}{value} -d {_fish_quoted(one.help)}"
    for name, choices in _CHOICES.items():
        yield f"-n '__librechat_wizard_at {name}' -a '{' '.join(choices)}'"
    for name in _OF_FILES:
        yield f"-n '__librechat_wizard_at {name}' -F"


def _quoted(text: str) -> str:
    """Return a text as one word of a POSIX shell and of zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    """Return a text as one word of fish, which reads a backslash inside of quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
