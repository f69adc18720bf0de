"""The command line: the only module that combines all packages. Heavy imports are inside the command that needs them."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from screens.cli.parser import IN_FOLDER, PERSON, parse, stray_options
from wizard.basics.exit_status import ExitStatus, of_error

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from screens.cli.streams import ProgramStreams


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status; with ``arguments`` within another one, whose streams stay as they are."""
    if arguments is not None:
        return _main(arguments, None)
    from screens.cli.streams import take_over

    # The collector would look some fifty times through what the imports make and a command keeps anyway.
    gc.set_threshold(100_000)
    streams = take_over()
    try:
        status = _main(None, streams)
    except SystemExit as ended:
        # Help, a wrong option or a signal.
        status = ended.code if isinstance(ended.code, int) else ExitStatus.DONE
    return streams.end(status)


def _main(arguments: Sequence[str] | None, streams: ProgramStreams | None) -> int:
    options = parse(arguments)
    from screens.cli import color
    from screens.shared import crash

    color.choose(options.color)

    if streams is not None:
        from wizard.basics.core_dumps import close_memory, forbid_core_dumps

        forbid_core_dumps()
        if options.command in (None, "demo") and options.answers is None:
            streams.ask_a_person()  # its front closes the memory
        else:
            streams.open_output()
            close_memory()
        crash.show_no_traceback()
    try:
        status = _run(options)
        if streams is not None:
            # The process ends with it; looking through everything once more takes longer than a talk with a mail server.
            gc.freeze()
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted. No file was left half-written.\n")
        return ExitStatus.INTERRUPTED
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - a traceback would show what an error's message quotes
        if streams is not None and streams.is_lost() and isinstance(error, OSError):
            # Whoever was asked is no longer there.
            return ExitStatus.DONE
        return crash.tell(crash.where(error))
    return crash.report_thread_crashes(status)


def _run(options: argparse.Namespace) -> int:
    from screens.cli import color
    from wizard.basics.problem import WizardError

    commands: dict[str | None, Callable[[argparse.Namespace], int]] = {
        "doctor": _doctor,
        "explain": _explain,
        "signin": _signin,
        "users": _users,
        "keys": _keys,
        "restore": _restore,
        "settings": _settings,
        "schema": _schema,
        "completion": _completion,
        "demo": _demo,
        None: _interactive if options.answers is None else _answers,
    }
    try:
        if (options.command or PERSON) in IN_FOLDER:
            return _in_folder(commands[options.command], options)
        return commands[options.command](options)
    except WizardError as error:
        from wizard.basics.plain_text import plain

        problems = [plain(str(problem), limit=1000) for problem in error.problems]
        status = of_error(error)
        if options.json:
            # A command with an object of its own puts into it what is refused there (Output.finish); it never comes here.
            from screens.cli.refusals import print_refusal

            print_refusal(options.command or "answers", status, problems)
        for text in problems:
            sys.stderr.write(f"{color.error(text)}\n")
        return status


def _in_folder(command: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    """Run a command with the rights that it has in its folder."""
    options.is_folder_named = options.dir != "."
    from screens.cli.container_folder import refuse_what_is_lost
    from wizard.basics.own_command import started_in

    started_in(options.dir)
    if command is not _explain or options.is_folder_named:
        refuse_what_is_lost(options.dir, options.typed)
    if command is _interactive and not options.is_folder_named:
        from screens.cli.folder_choice import PRACTICE, choose_folder

        options.dir = choose_folder()
        if options.dir == PRACTICE:
            return _demo(options)
        started_in(options.dir)
        refuse_what_is_lost(options.dir, options.typed)
    from wizard.basics.docker_engine import REMOTE_ENGINE
    from wizard.basics.links import FOREIGN_FILES
    from wizard.basics.owner_rights import working_in

    with (
        working_in(_folder(options)) as folder,
        FOREIGN_FILES.given(accepted=options.accept_foreign_files),
        REMOTE_ENGINE.given(accepted=options.remote_docker),
    ):
        # Followed once: who can change a link on the way could lead the next one elsewhere.
        options.dir = str(folder)
        if command is not _explain:
            from wizard.store.newer_records import refuse_newer

            refuse_newer(folder)
        return command(options)


def _folder(options: argparse.Namespace) -> Path:
    from pathlib import Path

    if not options.dir:
        from wizard.basics.problem import InvalidInput, Problem

        # A variable of the shell that is not set; the current folder was not meant.
        raise InvalidInput(
            Problem(field="--dir", message="is empty.", remedy="Specify the LibreChat folder: --dir DIR")
        )
    return Path(options.dir)


def _answers(options: argparse.Namespace) -> int:
    from screens.cli.answers import run
    from screens.cli.answers_options import answers_options

    return run(answers_options(options, _folder(options)))


def _interactive(options: argparse.Namespace) -> int:
    from wizard.basics.problem import InvalidInput

    if useless := stray_options(options, PERSON):
        raise InvalidInput(f"{', '.join(useless)} can only be used with --answers FILE.")
    # The collector would look again and again through what the imports make, a seventh of the time to the first frame.
    gc.disable()
    from screens.cli.start import start

    return start(_folder(options), plain=options.plain)


def _demo(options: argparse.Namespace) -> int:
    from screens.cli.start import demo

    return demo(plain=options.plain)


def _doctor(options: argparse.Namespace) -> int:
    from screens.cli.doctor import doctor
    from screens.cli.options import doctor_options

    return doctor(doctor_options(options, _folder(options)))


def _explain(options: argparse.Namespace) -> int:
    from screens.cli.explain import ExplainOptions, run

    return run(ExplainOptions(_folder(options), options.is_folder_named, options.file or "-", options.json))


def _signin(options: argparse.Namespace) -> int:
    from screens.cli.options import signin_options
    from screens.cli.signin import run

    return run(signin_options(options, _folder(options)))


def _users(options: argparse.Namespace) -> int:
    from screens.cli.users import UsersOptions, run

    return run(
        UsersOptions(
            folder=_folder(options),
            words=tuple(options.words),
            as_json=options.json,
            yes=options.yes,
            password_file=options.password_file or "",
            name=options.person_name,
            lasting=options.duration or "",
            undo=options.undo,
        )
    )


def _keys(options: argparse.Namespace) -> int:
    from screens.cli.keys import run
    from screens.cli.options import KeysOptions

    return run(
        KeysOptions(
            folder=_folder(options),
            words=tuple(options.words),
            dry_run=options.dry_run,
            yes=options.yes,
            as_json=options.json,
        )
    )


def _restore(options: argparse.Namespace) -> int:
    from screens.cli.restore import run

    return run(_folder(options), options.backup, listing=options.listing, dry_run=options.dry_run)


def _settings(options: argparse.Namespace) -> int:
    from screens.shared import explain
    from wizard.basics.own_command import started_in

    started_in(options.dir)
    from screens.shared.effective_values import effective_in, release_in, with_effective
    from wizard import catalogue

    is_about_one = options.name in catalogue.by_key()
    is_sure = options.dir != "."
    is_word = options.name is not None and not is_about_one
    release = release_in(_folder(options), is_sure=is_sure) if is_word else None
    found = explain.settings_for(options.name, release) if is_word else []
    # Without --dir the current folder need not be one of LibreChat's.
    here = effective_in(_folder(options), is_sure=is_sure) if is_about_one or is_sure else None
    if options.json:
        import json

        chosen = [explain.setting(options.name)] if is_about_one else found or catalogue.SETTINGS
        described = [explain.described(entry) for entry in chosen]
        sys.stdout.write(json.dumps([with_effective(entry, here) for entry in described], indent=1) + "\n")
    elif is_about_one:
        sys.stdout.write(explain.setting_text(options.name, here=here))
    elif found:
        from screens.cli.streams import tell
        from wizard.basics.own_command import own_command

        sys.stdout.write(explain.found_text(found, release))
        tell(f"For details on one setting, run: {own_command('settings', 'NAME')}")
    else:
        sys.stdout.write(explain.settings_list_text())
    return ExitStatus.DONE


def _completion(options: argparse.Namespace) -> int:
    from screens.cli.completion import completion

    sys.stdout.write(completion(options.shell or ""))
    return ExitStatus.DONE


def _schema(_: argparse.Namespace) -> int:
    import json

    from wizard.answers.schema import answers_schema

    sys.stdout.write(json.dumps(answers_schema(), indent=1) + "\n")
    return ExitStatus.DONE
