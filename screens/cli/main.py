"""The command line: the one place that puts the rooms together. Heavy imports happen inside the command that needs them."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from typing import TYPE_CHECKING, Final

from screens.cli.help_format import HelpFormatter
from wizard import __version__
from wizard.basics.exit_status import ExitStatus, of_error
from wizard.basics.option_names import CONFIRM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from checks.options import SiteOptions

_DESCRIPTION: Final = "Sets up LibreChat's sign-in: writes a validated .env and docker-compose.override.yml."
_EPILOG: Final = """\
exit status: 0 done; 1 a check failed (nothing written without --force; --apply
puts the old files back, where that mends it) or --apply did; 2 invalid usage,
answers or settings; 3 could not write (nothing changed); 4 something could not be
told; 130 interrupted."""


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


_CONFIRM_HELP: Final = "use links that lead out of the folder, and files of other users"
_IN_FOLDER: Final = (None, "doctor", "restore")
"""Commands that work in a LibreChat folder."""
_ANSWERS: Final = "--answers"
_PERSON: Final = "a person"
"""What runs without a command: ``--answers``, or the questions to a person."""
_TAKEN_BY: Final = {
    "--answers": (_ANSWERS,),
    "--dry-run": (_ANSWERS,),
    "--offline": (_ANSWERS, "doctor"),
    "--force": (_ANSWERS,),
    "--plain": (_PERSON, "demo"),
    "--json": (_ANSWERS, "doctor", "settings"),
    "--resolve": (_ANSWERS, "doctor"),
    "--cacert": (_ANSWERS, "doctor"),
    "--apply": (_ANSWERS,),
    "--first-admin": (_ANSWERS,),
    "--admin-password-file": (_ANSWERS,),
    CONFIRM: (_ANSWERS, _PERSON, "doctor", "restore"),
}
"""Which runs take the options that may be given before a command. ``--dir`` is taken by all."""


def _stray(parser: argparse.ArgumentParser, options: argparse.Namespace, run: str) -> list[str]:
    """Return the options that a run does not take: ``--dry-run restore`` would restore for real."""
    given = vars(options)

    def is_given(name: str) -> bool:
        field = name.removeprefix("--").replace("-", "_")
        return field in given and given[field] != parser.get_default(field)

    return [name for name, runs in _TAKEN_BY.items() if run not in runs and is_given(name)]


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

    restore = commands.add_parser(
        "restore", help="put back what stood before a run", allow_abbrev=False, formatter_class=HelpFormatter
    )
    _add_folder(restore)
    _add_flag(restore, CONFIRM, _CONFIRM_HELP)
    restore.add_argument("--list", action="store_true", dest="listing", help="list the backups")
    restore.add_argument("backup", nargs="?", metavar="BACKUP", help="which one (default: the newest)")

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that is not UTF-8 gets escapes for what it cannot show, and never a traceback.
        sys.stdout.reconfigure(errors="backslashreplace")
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.command is not None and (stray := _stray(parser, options, options.command)):
        parser.error(f"{options.command} does not take {', '.join(stray)}")
    try:
        status = _in_folder(parser, options)
        if arguments is None:
            # The process ends with it; looking through everything once more takes longer than a talk with a mail server.
            gc.freeze()
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; nothing is half written.\n")
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (| head); python's own complaint at shutdown is kept away.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.DONE
    except Exception as error:  # noqa: BLE001 - a traceback would show what an error's message quotes
        from screens.shared import crash

        return crash.tell(crash.where(error))
    return status


def _in_folder(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    """Run a command with the rights that it has in its folder."""
    if options.command not in _IN_FOLDER:
        return _run(parser, options)
    from pathlib import Path

    from wizard.basics.acting import working_in
    from wizard.basics.links import foreign_files_accepted

    with (
        working_in(Path(getattr(options, "dir", "."))),
        foreign_files_accepted(accepted=getattr(options, "accept_foreign_files", False)),
    ):
        return _run(parser, options)


def _run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    from wizard.basics.problem import WizardError

    commands: dict[str | None, Callable[[argparse.Namespace], int]] = {
        "doctor": _doctor,
        "restore": _restore,
        "settings": _settings,
        "schema": _schema,
        "demo": _demo,
        None: lambda given: _interactive(parser, given) if given.answers is None else _answers(given),
    }
    try:
        return commands[options.command](options)
    except WizardError as error:
        from wizard.basics.plain_text import plain

        for problem in error.problems:
            sys.stderr.write(f"{plain(str(problem), limit=1000)}\n")
        return of_error(error)


def _folder(options: argparse.Namespace) -> Path:
    from pathlib import Path

    folder: str = getattr(options, "dir", ".")
    if not folder:
        from wizard.basics.problem import InvalidInput, Problem

        # A variable of the shell that is not set; the current folder was not meant.
        raise InvalidInput(Problem(field="--dir", message="is empty.", remedy="Name the LibreChat folder: --dir DIR"))
    return Path(folder)


def _answers(options: argparse.Namespace) -> int:
    from pathlib import Path

    from wizard.basics.problem import InvalidInput

    if not options.apply:
        # The collector would look some thirty times through what the imports make and a run of this kind keeps anyway.
        gc.set_threshold(100_000)
    if options.plain:
        raise InvalidInput("--plain asks a person, --answers a file: give one of the two.")
    if (options.first_admin or options.admin_password_file) and not options.apply:
        raise InvalidInput("--first-admin and --admin-password-file belong to --apply.")
    if options.admin_password_file and not options.first_admin:
        raise InvalidInput("--admin-password-file belongs to --first-admin EMAIL.")
    from screens.cli.answers import run
    from screens.cli.options import AnswersOptions

    return run(
        AnswersOptions(
            folder=_folder(options),
            answers=Path(options.answers),
            dry_run=options.dry_run,
            offline=options.offline,
            force=options.force,
            as_json=options.json,
            apply=options.apply,
            first_admin=options.first_admin,
            password_file=options.admin_password_file,
            reach=_reach(options),
        )
    )


def _interactive(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    from wizard.basics.problem import InvalidInput

    if useless := _stray(parser, options, _PERSON):
        raise InvalidInput(f"{', '.join(useless)} belongs to --answers FILE.")
    # The collector would look again and again through what the imports make, a seventh of the time to the first frame.
    gc.disable()
    from screens.cli.start import start

    return start(_folder(options), plain=options.plain)


def _demo(options: argparse.Namespace) -> int:
    from screens.cli.start import demo

    return demo(plain=options.plain)


def _doctor(options: argparse.Namespace) -> int:
    from screens.cli.doctor import doctor
    from screens.cli.doctor_options import DoctorOptions

    return doctor(
        DoctorOptions(
            folder=_folder(options),
            only=tuple(part.strip() for part in (options.only or "").split(",") if part.strip()),
            offline=options.offline,
            as_json=options.json,
            reach=_doctor_reach(options),
            mail_to=options.mail_to.strip(),
        )
    )


def _reach(options: argparse.Namespace) -> SiteOptions:
    from pathlib import Path

    from checks.options import SiteOptions, resolve_map

    cacert: str | None = getattr(options, "cacert", None)
    return SiteOptions(
        resolve=resolve_map(getattr(options, "resolve", ())), cacert=None if cacert is None else Path(cacert)
    )


def _doctor_reach(options: argparse.Namespace) -> SiteOptions:
    from checks.options import with_login, with_making, with_url

    reach = with_login(with_url(_reach(options), options.url), options.login, options.password_file)
    return with_making(reach, wanted=options.make_login)


def _restore(options: argparse.Namespace) -> int:
    from screens.cli.restore import run

    return run(_folder(options), options.backup, listing=options.listing)


def _settings(options: argparse.Namespace) -> int:
    from screens.shared import explain

    if options.json:
        import json

        described = explain.settings_json()
        if options.name is not None:
            explain.setting_text(options.name)
            described = [entry for entry in described if entry["name"] == options.name]
        sys.stdout.write(json.dumps(described, indent=1) + "\n")
    elif options.name is not None:
        sys.stdout.write(explain.setting_text(options.name))
    else:
        sys.stdout.write(explain.settings_list_text())
    return ExitStatus.DONE


def _schema(_: argparse.Namespace) -> int:
    import json

    from wizard.answers.schema import answers_schema

    sys.stdout.write(json.dumps(answers_schema(), indent=1) + "\n")
    return ExitStatus.DONE
