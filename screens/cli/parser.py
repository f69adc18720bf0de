"""The options and commands of the command line, and which run takes which of them. Imports nothing that takes time."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from screens.cli.help_format import HelpFormatter
from wizard import __version__
from wizard.basics.exit_status import ExitStatus
from wizard.basics.option_names import CONFIRM, INSECURE_LOGIN, REMOTE_DOCKER

_DESCRIPTION: Final = "Sets up LibreChat's sign-in: writes a validated .env and docker-compose.override.yml."
_EPILOG: Final = """\
exit status: 0 done; 1 a check failed (nothing written without --force; --apply
puts the old files back, where that mends it) or --apply did; 2 invalid usage,
answers or settings; 3 could not write (nothing changed), or its own output was lost
(a full disk); 4 something could not be told; 130 interrupted."""


_TO_COME: Final = ("--ack", "--fix")


class _Parser(argparse.ArgumentParser):
    """An argument parser that never quotes a value back: it could be a secret put on the command line by mistake."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print the fault and the way out; exit 2."""
        text = (
            message.partition("ignored explicit argument")[0] + "takes no value" if "explicit" in message else message
        )
        if "invalid choice" in message:
            text = f"no such command {message[message.rindex('(') :]}"
        if "unrecognized" in message:
            options = [word.partition("=")[0] for word in message.split() if word.startswith("-")]
            later = [option for option in options if option in _TO_COME]
            text = (
                f"{', '.join(later)} comes in a later release"
                if later
                else f"unknown: {', '.join(options) or 'an argument'}"
            )
        sys.stderr.write(f"librechat-wizard: {text}\nTry: librechat-wizard --help\n")
        raise SystemExit(ExitStatus.INVALID)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS: given before or after the command, the value stands.
    parser.add_argument(
        "--dir", metavar="DIR", default=argparse.SUPPRESS, help="the LibreChat folder (default: the current one)"
    )


def _add_reach(parser: argparse.ArgumentParser) -> None:
    """Add what says how the running LibreChat is reached; as with ``--dir``, it stands before or after the command."""
    group = parser.add_argument_group("the running LibreChat")
    group.add_argument(
        "--resolve",
        metavar="HOST:ADDRESS",
        action="append",
        default=argparse.SUPPRESS,
        help="take this address for HOST instead of asking DNS (can be repeated)",
    )
    group.add_argument("--cacert", metavar="FILE", default=argparse.SUPPRESS, help="trust these certificates as well")


def _add_flag(parser: argparse.ArgumentParser, name: str, text: str) -> None:
    # SUPPRESS: a command's own default would undo what was given before the command.
    parser.add_argument(name, action="store_true", default=argparse.SUPPRESS, help=text)


_REMOTE_HELP: Final = "run docker commands although the Docker engine is on another machine"
_INSECURE_HELP: Final = "send passwords also to unverified mail servers, and to LibreChat over plain HTTP"
_CONFIRM_HELP: Final = "use links that lead out of the folder, and files of other users"
ANSWERS: Final = "--answers"
PERSON: Final = "a person"
"""What runs without a command: ``--answers``, or the questions to a person."""
_TAKEN_BY: Final = {
    "--answers": (ANSWERS,),
    "--dry-run": (ANSWERS,),
    "--offline": (ANSWERS, "doctor"),
    "--force": (ANSWERS,),
    "--plain": (PERSON, "demo"),
    "--json": (ANSWERS, "doctor", "settings"),
    "--resolve": (ANSWERS, "doctor"),
    "--cacert": (ANSWERS, "doctor"),
    INSECURE_LOGIN: (ANSWERS, "doctor"),
    "--apply": (ANSWERS,),
    "--first-admin": (ANSWERS,),
    "--admin-password-file": (ANSWERS,),
    REMOTE_DOCKER: (ANSWERS, PERSON, "doctor"),
    CONFIRM: (ANSWERS, PERSON, "doctor", "restore"),
}
"""Which runs take the options that may be given before a command. ``--dir`` is taken by all."""


def stray_options(parser: argparse.ArgumentParser, options: argparse.Namespace, run: str) -> list[str]:
    """Return the options that a run does not take: ``--dry-run restore`` would restore for real."""
    given = vars(options)

    def is_given(name: str) -> bool:
        field = name.removeprefix("--").replace("-", "_")
        return field in given and given[field] != parser.get_default(field)

    return [name for name, runs in _TAKEN_BY.items() if run not in runs and is_given(name)]


def _add_doctor(commands: argparse._SubParsersAction[_Parser]) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="check the folder as it stands; changes nothing",
        allow_abbrev=False,
        formatter_class=HelpFormatter,
    )
    _add_folder(doctor)
    doctor.add_argument("--only", metavar="ID[,ID]", help="run only these checks")
    _add_flag(doctor, "--offline", "run no check that needs the network")
    _add_flag(doctor, "--json", "print one JSON object")
    _add_flag(doctor, CONFIRM, _CONFIRM_HELP)
    _add_flag(doctor, INSECURE_LOGIN, _INSECURE_HELP)
    _add_flag(doctor, REMOTE_DOCKER, _REMOTE_HELP)
    doctor.add_argument("--url", metavar="URL", help="where LibreChat is opened (default: DOMAIN_CLIENT)")
    doctor.add_argument("--login", metavar="EMAIL", help="sign in with this account, and out again")
    doctor.add_argument("--password-file", metavar="FILE", help="holds the account's password; - is standard input")
    doctor.add_argument(
        "--make-login",
        action="store_true",
        help="make an account for the sign-in with LibreChat's own script (Docker), and remove it again",
    )
    doctor.add_argument("--mail-to", metavar="ADDRESS", default="", help="send a test mail there")
    _add_reach(doctor)


def _add_restore(commands: argparse._SubParsersAction[_Parser]) -> None:
    restore = commands.add_parser(
        "restore", help="put back what stood before a run", allow_abbrev=False, formatter_class=HelpFormatter
    )
    _add_folder(restore)
    _add_flag(restore, CONFIRM, _CONFIRM_HELP)
    restore.add_argument("--list", action="store_true", dest="listing", help="list the backups")
    restore.add_argument("backup", nargs="?", metavar="BACKUP", help="which one (default: the newest)")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = _Parser(
        prog="librechat-wizard",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"librechat-wizard {__version__}")
    _add_folder(parser)
    parser.add_argument("--plain", action="store_true", help="ask line by line, without full-screen display")
    parser.add_argument("--answers", metavar="FILE", help="read the answers from FILE (YAML; - is standard input)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be written; write nothing")
    parser.add_argument("--offline", action="store_true", help="run no check that needs the network")
    parser.add_argument("--force", action="store_true", help="write although a check failed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    _add_reach(parser)
    parser.add_argument(INSECURE_LOGIN, action="store_true", help=_INSECURE_HELP)
    parser.add_argument(REMOTE_DOCKER, action="store_true", help=_REMOTE_HELP)
    parser.add_argument(CONFIRM, action="store_true", help=_CONFIRM_HELP)
    parser.add_argument("--apply", action="store_true", help="let LibreChat read what is written; go back if it fails")
    parser.add_argument("--first-admin", metavar="EMAIL", default="", help="with --apply: make the first administrator")
    parser.add_argument(
        "--admin-password-file",
        metavar="FILE",
        default="",
        help="their password (- is standard input; default: generated, shown once)",
    )
    commands = parser.add_subparsers(
        dest="command",
        metavar="COMMAND",
        parser_class=_Parser,
        prog=parser.prog,  # without it, argparse formats the whole usage to find the name
    )

    _add_doctor(commands)
    _add_restore(commands)
    settings = commands.add_parser(
        "settings", help="explain every variable, or one", allow_abbrev=False, formatter_class=HelpFormatter
    )
    settings.add_argument("name", nargs="?", metavar="NAME")
    _add_flag(settings, "--json", "print JSON")
    practice = commands.add_parser(
        "demo",
        help="practise: a folder, a mail server and a LibreChat stand-in that vanish",
        allow_abbrev=False,
        formatter_class=HelpFormatter,
    )
    _add_flag(practice, "--plain", "ask line by line")
    commands.add_parser(
        "schema", help="print the JSON Schema of the answers file", allow_abbrev=False, formatter_class=HelpFormatter
    )
    return parser
