"""The options and commands of the command line, and which command takes which option. Imports nothing slow."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, NoReturn

from screens.cli.help_format import HelpFormatter
from wizard.basics.exit_status import ExitStatus
from wizard.basics.option_names import CONFIRM, INSECURE_LOGIN, REMOTE_DOCKER
from wizard.basics.own_command import meaning_in_help, name_in_help

DESCRIPTION: Final = "Sets up LibreChat's sign-in: writes .env and docker-compose.override.yml."
STATUSES: Final = """\
exit status: 0 success; 1 a check failed (nothing is written without --force) or
--apply failed (rolled back if possible); 2 invalid usage, answers or settings;
3 could not write the files (nothing changed) or the output (disk full, for
example); 4 inconclusive; 130 interrupted."""
"""What help ends with, the manual page says it entry by entry."""

ANSWERS: Final = "--answers"
PERSON: Final = "a person"
"""What runs without a command: ``--answers``, or the questions to a person."""
COMMANDS: Final = {
    "doctor": "check the folder; changes nothing by default",
    "explain": "explain a LibreChat log: cause, evidence, fix",
    "signin": "sign in once through a provider (openid, ldap, google, ...) and show the result",
    "users": "list, add, remove, invite, ban or unlock users",
    "keys": "check LibreChat's own secrets, or replace them without losing encrypted data",
    "restore": "restore files from a backup",
    "settings": "explain one variable, the variables that match a word, or all variables",
    "demo": "practice with a temporary folder, a mail server and a LibreChat stand-in",
    "schema": "print the JSON Schema of the answers file",
    "completion": "print a completion script for bash, zsh or fish",
}
IN_FOLDER: Final = (ANSWERS, PERSON, "doctor", "explain", "signin", "users", "keys", "restore")
"""The runs that work in a LibreChat folder."""
COLORS: Final = ("auto", "always", "never")
"""What ``--color`` takes."""
_HELP: Final = "help"
_SITE: Final = "connection to LibreChat"
DOCUMENTATION: Final = "https://www.librechat.ai/docs/configuration/authentication"
EXAMPLES: Final = {
    "": (
        "{}",
        "{} --dir /srv/librechat --plain",
        "{} --answers answers.yaml --dry-run",
        "{} --answers answers.yaml --apply",
    ),
    "doctor": (
        "{} doctor --dir /srv/librechat",
        "{} doctor --only smtp --mail-to you@example.com",
        "{} doctor --for-release v0.8.8",
    ),
    "explain": ("docker compose logs api | {} explain", "{} explain api.log", "{} explain --json api.log"),
    "signin": ("{} signin openid", "{} signin ldap --user ada", "{} signin github --json"),
    "users": (
        "{} users list",
        "{} users add ann@example.com",
        "{} users ban eve@example.com --for 2h",
        "{} users unlock ann@example.com",
    ),
    "keys": ("{} keys status", "{} keys rotate creds --dry-run", "{} keys rotate jwt --dir /srv/librechat"),
    "restore": ("{} restore --list", "{} restore --dry-run", "{} restore 2026-01-31T10-00-00Z"),
    "settings": (
        "{} settings SESSION_EXPIRY",
        "{} settings mail",
        "{} settings DOMAIN_CLIENT --dir /srv/librechat",
        "{} settings --json",
    ),
    "demo": ("{} demo", "{} demo --plain"),
    "schema": ("{} schema > answers.schema.json",),
    "completion": ("source <({} completion bash)", "{} completion fish | source"),
}
"""What help shows of each command, ``{}`` being the program; ``""``: of the program itself."""


class _Option(NamedTuple):
    """One option: the runs that take it, and what help says about it."""

    name: str
    taken_by: tuple[str, ...]
    help: str
    metavar: str = ""
    """What its value is; empty for a switch."""
    default: str | None = None
    is_repeatable: bool = False
    group: str = ""
    """The heading under which help lists it."""
    key: str = ""
    """Where its value stands, if not under its own name."""

    @property
    def is_general(self) -> bool:
        """Whether it is an option of the program itself, which may be before a command, too."""
        return ANSWERS in self.taken_by or PERSON in self.taken_by

    @property
    def untouched(self) -> str | bool | None:
        """Its value if it is not given."""
        return self.default if self.metavar else False

    def is_given(self, given: argparse.Namespace) -> bool:
        """Return whether it is on the command line."""
        key = self.key or self.name.removeprefix("--").replace("-", "_")
        return bool(getattr(given, key, self.untouched) != self.untouched)

    def add_to(self, parser: argparse._ActionsContainer, *, is_command: bool) -> None:
        """Declare it."""
        keywords: dict[str, Any] = {"action": "store_true"}
        if self.metavar:
            keywords = {"metavar": self.metavar, "action": "append" if self.is_repeatable else "store"}
        # SUPPRESS: the default of a command would undo what was given before it.
        keywords["default"] = argparse.SUPPRESS if is_command and self.is_general else self.untouched
        if self.key:
            keywords["dest"] = self.key
        parser.add_argument(self.name, help=self.help, **keywords)


_OPTIONS: Final = (
    _Option("--dir", (*IN_FOLDER, "settings"), "the LibreChat folder (default: the current folder)", "DIR", default="."),
    _Option("--plain", (PERSON, "demo", "signin"), "use line-by-line prompts instead of the full screen"),
    _Option("--answers", (ANSWERS,), "read the answers from FILE (YAML; - for standard input)", "FILE"),
    _Option("--dry-run", (ANSWERS, "keys", "restore"), "show what would be written, but write nothing"),
    _Option("--only", ("doctor",), "run only these checks", "ID[,ID]"),
    _Option("--offline", (ANSWERS, "doctor"), "skip checks that need the network"),
    _Option("--force", (ANSWERS,), "write even if a check failed"),
    _Option("--json", (ANSWERS, "doctor", "explain", "signin", "users", "keys", "settings"), "print one JSON object (the settings command: an array)"),
    _Option("--resolve", (ANSWERS, "doctor", "signin"), "connect to ADDRESS for HOST instead of using DNS (repeatable)", "HOST:ADDRESS", is_repeatable=True, group=_SITE),
    _Option("--cacert", (ANSWERS, "doctor", "signin"), "also trust the certificates in FILE", "FILE", group=_SITE),
    _Option(INSECURE_LOGIN, (ANSWERS, "doctor", "signin"), "allow passwords to be sent to unverified mail servers, and to LibreChat over plain HTTP"),
    _Option(REMOTE_DOCKER, (ANSWERS, PERSON, "doctor", "users", "keys"), "run docker commands even if the Docker engine is on another machine"),
    _Option(CONFIRM, IN_FOLDER, "follow symlinks out of the folder, and use files owned by other users"),
    _Option("--apply", (ANSWERS,), "put the written files into effect; roll back on failure"),
    _Option("--first-admin", (ANSWERS,), "with --apply: create the first administrator", "EMAIL", default=""),
    _Option("--admin-password-file", (ANSWERS,), "with --first-admin: file with the password (- for standard input; default: generated, shown once)", "FILE", default=""),
    _Option("--url", ("doctor",), "the URL where users open LibreChat (default: DOMAIN_CLIENT)", "URL"),
    _Option("--login", ("doctor",), "sign in with this account, then sign out", "EMAIL"),
    _Option("--password-file", ("doctor", "signin", "users"), "file with the account's password (- for standard input)", "FILE"),
    _Option("--user", ("signin",), "with ldap: the name to sign in with (default: prompt for it)", "NAME"),
    _Option("--listen", ("signin",), "with openid: listen on http://127.0.0.1:PORT/oauth/openid/callback (register this URL with the provider)", "PORT"),
    _Option("--make-login", ("doctor",), "create a test account with LibreChat's own script (Docker), sign in, and remove the account"),
    _Option("--mail-to", ("doctor",), "send a test email to this address", "ADDRESS", default=""),
    _Option("--again", ("doctor",), "with --mail-to: send even if the last test email was sent less than ten minutes ago"),
    _Option("--fix", ("doctor",), "fix problems that need no decision from you; show each change as a diff and ask first"),
    _Option("--yes", ("doctor",), "with --fix: do not ask for confirmation"),
    _Option("--yes", ("users",), "do not ask for confirmation"),
    _Option("--yes", ("keys",), "do not ask for confirmation; if the wizard cannot make a database dump, confirm that you have a dump"),
    _Option("--name", ("users",), "with add: the user's name (default: from the email address)", "NAME", default="", key="person_name"),
    _Option("--undo", ("users",), "with unlock: undo the last unlock"),
    _Option("--bundle", ("doctor",), "write a support bundle without secrets, addresses or names to a new FILE (- for standard output)", "FILE"),
    _Option("--ack", ("doctor",), "acknowledge this finding so that it no longer affects the exit status", "ID"),
    _Option("--reason", ("doctor",), "with --ack: the reason", "TEXT"),
    _Option("--until", ("doctor",), "with --ack: the last day on which the acknowledgement is valid (a past date ends it)", "YYYY-MM-DD"),
    _Option("--for-release", ("doctor",), "show what another LibreChat release would change here; run no other checks", "vX.Y.Z"),
    _Option("--watch-signin", ("doctor",), "follow LibreChat's log while someone signs in, and explain the result"),
    _Option("--for", ("doctor",), "how long to watch the log (--watch-signin, default: 5m) or keep a session open (--only session)", "DURATION", key="duration"),
    _Option("--for", ("users",), "with ban: how long the ban lasts (default: BAN_DURATION)", "DURATION", key="duration"),
    _Option("--list", ("restore",), "list the backups", key="listing"),
    _Option("--color", (ANSWERS, PERSON, *COMMANDS), "when to use color: auto (default; respects NO_COLOR), always or never", "WHEN", default="auto"),
)  # fmt: skip
_NAMES: Final = tuple(one.name for one in _OPTIONS)
WORDS: Final = {
    "explain": ("file", "the log file (default: -, standard input)"),
    "restore": ("backup", "the backup to restore (default: the newest)"),
    "signin": ("provider", "openid, ldap, saml, google, github, discord, facebook or apple"),
    "settings": ("name", "a variable, or a word to search for, such as mail or session (default: all)"),
    "completion": ("shell", "bash, zsh or fish"),
}
"""The word that may follow a command."""
ACTIONS: Final = {
    "users": (
        "ACTION",
        "list, add, remove, reset-password, invite, ban or unban EMAIL, role EMAIL ROLE, or unlock [EMAIL]",
    ),
    "keys": ("ACTION", "status, or rotate jwt|sessions|creds|meili|all"),
}
"""The commands that are followed by what they do, with the words behind it: ``words`` has all."""


Option = _Option
"""An option as other modules name it."""


def options_of(run: str = "") -> tuple[Option, ...]:
    """Return the options of a command; of the program itself without one."""
    runs = {run} if run else {ANSWERS, PERSON}
    return tuple(one for one in _OPTIONS if not runs.isdisjoint(one.taken_by))


def stray_options(given: argparse.Namespace, run: str) -> list[str]:
    """Return the options that a run does not take: ``--dry-run restore`` would restore for real. ``--dir`` does no harm."""
    # An option that means something else to each command is in the table for each.
    taken = {"--dir", *(one.name for one in _OPTIONS if run in one.taken_by)}
    return list(dict.fromkeys(one.name for one in _OPTIONS if one.name not in taken and one.is_given(given)))


class _Parser(argparse.ArgumentParser):
    """An argument parser that never quotes a value back: it could be a secret put on the command line by mistake."""

    def __init__(self, run: str = "", epilog: str = "", **keywords: Any) -> None:
        examples = "\n".join(["examples:", *(f"  {example.format(name_in_help())}" for example in EXAMPLES[run])])
        parts = (examples, meaning_in_help(), epilog, f"LibreChat documentation:\n  {DOCUMENTATION}")
        epilog = "\n\n".join(filter(None, parts))
        super().__init__(
            formatter_class=HelpFormatter, allow_abbrev=False, exit_on_error=False, epilog=epilog, **keywords
        )
        self._to_declare = run

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        # A command's options are declared once it is named: those of all commands take a tenth of the time of --help.
        if run := self._to_declare:
            self._to_declare = ""
            self.add_options(run)
            if run in WORDS:
                word, meaning = WORDS[run]
                self.add_argument(word, nargs="?", metavar=word.upper(), help=meaning)
            if run in ACTIONS:
                word, meaning = ACTIONS[run]
                self.add_argument("words", nargs="*", metavar=word, help=meaning)
        return super().parse_known_args(args, namespace)

    def add_options(self, *runs: str) -> None:
        """Declare the options of these runs, in the order of the table."""
        groups: dict[str, argparse._ActionsContainer] = {"": self}
        for one in _OPTIONS:
            if not set(runs).isdisjoint(one.taken_by):
                where = groups.get(one.group) or groups.setdefault(one.group, self.add_argument_group(one.group))
                one.add_to(where, is_command=runs[0] in COMMANDS)


class _Version(argparse.Action):
    """Prints the release; how it was installed is found out only then."""

    def __call__(self, *_: object) -> NoReturn:
        from screens.cli.version import version_text

        if sys.stdout is not None:
            sys.stdout.write(f"{version_text()}\n")
        raise SystemExit(ExitStatus.DONE)


def build_parser(arguments: Sequence[str] = ("--help",)) -> argparse.ArgumentParser:
    """Return the parser of the whole command line, for :func:`parse`.

    ``arguments`` name the commands that are declared: argparse looks for a translation of its words at each, many files.
    """
    parser = _Parser(prog=name_in_help(), description=DESCRIPTION, epilog=STATUSES)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and how it was installed")
    parser.add_options(ANSWERS, PERSON)
    # Without ``prog``, argparse formats the whole usage to find the name.
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser, prog=parser.prog)
    is_help = any(word.startswith(("-h", "--help")) for word in arguments)
    for name, text in COMMANDS.items():
        if is_help or name in arguments:
            commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.", run=name)
    return parser


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line; if it is wrong, print the fault and the remedy and exit with 2."""
    arguments = _as_help(sys.argv[1:] if arguments is None else arguments)
    parser = build_parser(arguments)
    try:
        given, rest = parser.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        from screens.cli.refusals import refuse

        refuse(_unparsable(error.argument_name or "", arguments), arguments, COMMANDS)
    if given.command in ACTIONS:
        # argparse takes all such words at the first of them: users add --dir DIR EMAIL would leave one over.
        given.words += [word for word in rest if not word.startswith("-")]
        rest = [word for word in rest if word.startswith("-")]
    if fault := _fault(given, rest, arguments):
        from screens.cli.refusals import refuse

        refuse(fault, arguments, COMMANDS)
    given.typed = tuple(arguments)
    return given


def _fault(given: argparse.Namespace, rest: Sequence[str], arguments: Sequence[str]) -> str:
    """Return what is wrong with a command line that could be parsed; ``rest`` is what nothing takes. Empty if nothing is."""
    if rest:
        return _unknown(rest, given.command, arguments)
    if empty := _valueless(arguments):
        return f"argument {empty}: the value is empty"
    if given.color not in COLORS:
        return f"argument --color: expected {', '.join(COLORS[:-1])} or {COLORS[-1]}"
    if given.command is not None and (stray := stray_options(given, given.command)):
        return f"{given.command} does not accept {', '.join(stray)}"
    return ""


def _valueless(arguments: Sequence[str]) -> str:
    """Return the option whose value is empty, as a variable that a shell does not know makes it; ``--dir`` says it itself."""
    from itertools import pairwise

    pairs = set(pairwise(arguments))
    names = (one.name for one in _OPTIONS if one.metavar and one.name != "--dir")
    return next((name for name in names if f"{name}=" in arguments or (name, "") in pairs), "")


def _as_help(arguments: Sequence[str]) -> Sequence[str]:
    """Return ``help`` and ``help COMMAND`` as ``--help`` and ``COMMAND --help``; anything else as it is."""
    if _taken_for_command(arguments) != _HELP:
        return arguments
    place = list(arguments).index(_HELP)
    return [*arguments[:place], *arguments[place + 1 :], "--help"]


def _taken_for_command(arguments: Sequence[str]) -> str:
    """Return the first word that is neither an option nor the value of one."""
    takes_value = {one.name for one in _OPTIONS if one.metavar}
    before = ("", *arguments)
    words = (word for last, word in zip(before, arguments, strict=False) if last not in takes_value)
    return next((word for word in words if not word.startswith("-")), "")


def _unknown(rest: Sequence[str], command: str | None, arguments: Sequence[str]) -> str:
    """Say what is too much on the command line: options by their names, other words by their place, never by what they are."""
    from screens.cli.refusals import nearest

    names = [word.partition("=")[0] for word in rest if word.startswith("-")]
    if stray := [name for name in names if name in _NAMES]:
        return f"{command} does not accept {', '.join(stray)}" if command else _only_of(stray)
    if names:
        near = {name: nearest(name, _NAMES) for name in names}
        return f"unknown option: {', '.join(f'{name} (did you mean {near[name]}?)' if near[name] else name for name in names)}"
    place = max(number for number, word in enumerate(arguments, 1) if word == rest[0])
    return f"unexpected argument at position {place}"


def _only_of(names: Sequence[str]) -> str:
    """Say which commands the options are for."""
    takers = {name: [run for one in _OPTIONS if one.name == name for run in one.taken_by] for name in names}
    return "; ".join(f"{name} can only be used with {', '.join(runs)}" for name, runs in takers.items())


def _unknown_before(word: str, arguments: Sequence[str]) -> str:
    """Return the option before the word that is none of ours; empty if there is none, or the word resembles a command."""
    from screens.cli.refusals import nearest

    before = ("", *arguments)[list(arguments).index(word)] if word else ""
    is_option = before.startswith("--") and "=" not in before and before not in (*_NAMES, "--help", "--version")
    return before if is_option and not nearest(word, tuple(COMMANDS)) else ""


def _unparsable(name: str, arguments: Sequence[str]) -> str:
    """Say what is wrong at an option or at the command; argparse's own words could hold the value."""
    from screens.cli.refusals import PLAUSIBLE, SLIPS, nearest

    if name == "COMMAND":
        given = {word.partition("=")[0] for word in arguments}
        if stray := [one.name for one in _OPTIONS if one.name in given and not one.is_general]:
            # The word behind an option that only commands take was taken for the command.
            return _only_of(stray)
        word = _taken_for_command(arguments)
        if option := _unknown_before(word, arguments):
            # The value of an option that does not exist was taken for the command.
            return _unknown([option], None, arguments)
        near = nearest(word, tuple(COMMANDS))
        # A few letters from a command's name is no secret; any other word could be one.
        is_misspelled = bool(near) and word.isascii() and word.isalpha() and abs(len(word) - len(near)) <= SLIPS
        quoted = f" '{word}'" if is_misspelled or word in PLAUSIBLE else ""
        # With the one that was meant, the others are only in the way.
        meant = f"{quoted}; did you mean {near}?" if near else f"{quoted} (choose from {', '.join(COMMANDS)})"
        return f"no such command{meant}"
    takes_value = any(one.name == name and one.metavar for one in _OPTIONS)
    return f"argument {name}: {'expected one argument' if takes_value else 'takes no value'}"
