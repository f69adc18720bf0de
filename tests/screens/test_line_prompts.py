"""The line prompts as somebody hears them: short, each naming its question, nothing twice, a wrong word costs one line."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from screens.plain import console, run
from wizard.catalogue.questions import label, question
from wizard.interview.interview import Interview
from wizard.interview.steps import STEPS


class Listener(io.StringIO):
    """A standard input whose person has Enter end the line of the prompt, as a terminal shows it."""

    def isatty(self) -> bool:
        return False

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        line = super().readline(-1 if size is None else size)
        if line:
            sys.stdout.write(line)
        return line


class Session:
    """What was said in a session, and the prompts in it."""

    def __init__(self, out: str, status: int, prompts: list[str]) -> None:
        self.out, self.status, self.prompts = out, status, prompts

    @property
    def lines(self) -> list[str]:
        """The lines of a terminal of 80 columns."""
        return [line[start : start + 80] for line in self.out.splitlines() for start in range(0, max(1, len(line)), 80)]


Asking = Callable[..., Session]


@pytest.fixture
def listen(
    sample_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Asking:
    """A function that answers the prompts of a first install with these lines."""

    folder = sample_folder("v0.8.7")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    put, prompts = console._put, []

    def noted(text: str) -> None:
        prompts.extend([text] * text.endswith("> "))
        put(text)

    monkeypatch.setattr(console, "_put", noted)

    def ask(*typed: str) -> Session:
        prompts.clear()
        monkeypatch.setattr("sys.stdin", Listener("".join(f"{line}\n" for line in typed)))
        interview = Interview(Path())
        try:
            status = run(interview)
        finally:
            interview.close()
        return Session(capsys.readouterr().out.replace(str(folder.resolve()), "/srv/librechat"), status, [*prompts])

    return ask


def test_a_first_install_fits_on_two_screens(listen: Asking) -> None:
    done = listen("", "localhost", "", "", "", "", "", "", "", "write", "")
    assert done.status == 0, done.out
    assert len(done.lines) <= 60, done.out
    assert [prompt for prompt in done.prompts if prompt.count("\n") > 1] == []
    lines = [line for line in done.lines if line.strip()]
    assert [line for line in lines if lines.count(line) > 1] == []
    for line in ("DOMAIN_CLIENT", "EMAIL_HOST", "EMAIL_FROM)", "ALLOW_SOCIAL_LOGIN"):
        assert line not in done.out
    assert "people will stay signed in" in " ".join(done.out.split())
    assert "docker compose up -d" in done.out


def test_a_first_install_over_https_repeats_nothing(listen: Asking) -> None:
    done = listen("", "https-proxy", "chat.example.com", *[""] * 10, "write", "")
    assert done.status == 0, done.out
    # The command for another machine has a line of its own.
    assert len(done.lines) <= 72, done.out
    lines = [line for line in done.lines if line.strip()]
    assert [line for line in lines if lines.count(line) > 1] == []
    flat = " ".join(done.out.split())
    # What is shown in full stands once, and nothing that informs is missing.
    assert "services caddy, api, admin-panel" in flat
    assert done.out.count("npm run create-user") == 1
    assert "the command from step 2" in flat
    assert "Let the wizard choose [4]>" in flat
    for words in (
        "npm run delete-user EMAIL",
        "librechat-wizard doctor",
        "librechat-wizard restore",
        "JWT_REFRESH_SECRET",
        "asks for confirmation twice",
        "ports 80 and 443",
        "Registration is open",
    ):
        assert words in flat


@pytest.mark.parametrize("typed", [":quit", ":inbox", ":go mail", ":nonsense"])
def test_a_command_at_the_last_prompt_is_no_file_name(typed: str, listen: Asking) -> None:
    done = listen("", "localhost", "", "", "", "", "", "", "", "write", typed, "")
    assert done.status == 0, done.out
    assert [path.name for path in Path().iterdir() if path.name.startswith(":")] == []
    assert "Saved" not in done.out


def test_a_name_that_cannot_be_saved_is_asked_for_again(listen: Asking) -> None:
    done = listen("", "localhost", "", "", "", "", "", "", "", "write", "nope/x.yaml", "x.yaml")
    assert done.status == 0, done.out
    assert "mkdir -p /srv/librechat/nope" in " ".join(done.out.split())
    assert Path("x.yaml").is_file()


def test_find_names_questions_by_title_and_says_what_is_not_read_and_what_commands_do(listen: Asking) -> None:
    done = listen(":find keycloak", ":find enforce_two_factor_authentication", ":find restore", ":find invite", ":quit")
    told = " ".join(done.out.split())
    assert "Sign-in providers: guide.providers" in told
    assert "(not read by v0.8.7)" in told
    assert "librechat-wizard restore: " in done.out
    assert ":people: " in done.out


def test_no_key_of_the_full_screen_is_named_and_what_is_filled_in_is_shown_once(listen: Asking) -> None:
    done = listen(":go access", "http-lan", "", ":go mail", "gmail", "", ":quit", "discard")
    assert re.findall(r"\bF\d+\b", done.out) == []
    assert done.out.count("Filled in") == 1


def test_every_prompt_names_its_question_in_two_lines(listen: Asking) -> None:
    asked = [name for step in STEPS for name in step.all_questions]
    done = listen(*(f":go {label(name)}" for name in asked), ":quit", "discard")
    for name in asked:
        title = question(name).title.partition(": ")[2] or question(name).title
        found = [" ".join(one.split()) for one in done.prompts if title.lower() in " ".join(one.lower().split())]
        assert found, name
        assert question(name).is_guide or any(f"({label(name)})" in one for one in found), (name, found)
    assert [prompt for prompt in done.prompts if prompt.count("\n") > 1 or not prompt.endswith("> ")] == []


@pytest.mark.parametrize("typed", ["nonsense", ":nonsense", "99"])
def test_a_wrong_word_costs_one_line(typed: str, listen: Asking) -> None:
    right = listen(":quit").out.splitlines()
    wrong = listen(typed, ":quit").out.splitlines()
    assert len(wrong) == len(right) + 1, wrong
    assert "No such" in wrong[-2]


def test_a_wrong_word_in_the_review_costs_one_line(listen: Asking) -> None:
    way = (":go access", "localhost", ":go review")
    right = listen(*way, "back", ":quit", "discard").out.splitlines()
    wrong = listen(*way, "nonsense", "back", ":quit", "discard").out.splitlines()
    assert len(wrong) == len(right) + 1, wrong


@pytest.mark.parametrize(
    "way",
    [(), (":go checks",), (":go access", "localhost", ":go review"), (":go review",), (":go access", "localhost", ":quit")],
)  # fmt: skip
def test_help_and_enter_are_answered_everywhere(way: tuple[str, ...], listen: Asking) -> None:
    done = listen(*way, ":help", "", ":quit", "keep")
    assert ":quit  " in done.out or "keep: " in done.out
    assert "no such" not in done.out
    assert done.status == 130


def test_all_choices_and_the_help_of_a_question_are_there_on_demand(listen: Asking) -> None:
    done = listen(":go EMAIL_ENCRYPTION", "?", ":quit")
    for one in question("settings.EMAIL_ENCRYPTION").choices:
        assert one.label in " ".join(done.out.split())
    assert question("settings.EMAIL_ENCRYPTION").docs in done.out


def test_what_a_mail_provider_fills_in_is_shown_and_not_asked(listen: Asking) -> None:
    done = listen(":go mail", "gmail", ":quit", "discard")
    assert "EMAIL_HOST=smtp.gmail.com" in done.out
    assert "(EMAIL_HOST)" not in done.out
    assert "(EMAIL_USERNAME)" in done.out
    manual = listen(":go mail", "11", "", ":quit", "discard")
    assert "(EMAIL_HOST)" in manual.out
    # The region is a part of the name.
    assert "(EMAIL_HOST)" in listen(":go mail", "ses", ":quit", "discard").out


def test_the_walk_goes_on_at_the_question_where_somebody_thought_of_leaving(listen: Asking) -> None:
    done = listen("", "localhost", "", ":quit", "stay", ":quit", "discard")
    asked = [prompt for prompt in done.prompts if "registration.allowedDomains" in prompt]
    assert len(asked) == 2
    assert len([prompt for prompt in done.prompts if "(ALLOW_REGISTRATION)" in prompt]) == 1


def test_the_review_repeats_what_a_check_found_on_the_network(listen: Asking) -> None:
    done = listen(":go access", "localhost", ":go mail", "11", "mail.invalid", ":go EMAIL_FROM", "chat@example.com", ":go ALLOW_PASSWORD_RESET", "on", ":go checks", "", "write", "back", ":quit", "discard")  # fmt: skip
    review = done.out[done.out.rindex("Review") :]
    assert "Mail will not arrive" in " ".join(done.out.split())
    assert "FAIL  " in review
    assert "write anyway" in review
    assert "Invalid choice" in review


@pytest.mark.parametrize("word", [":next", ":go done"])
def test_nothing_but_writing_leads_behind_the_review(word: str, listen: Asking) -> None:
    done = listen(":go access", "localhost", "", ":go review", word, "write", "")
    assert done.status == 0, done.out
    assert done.out.count("== Step 8 of 8: Done") == 0
    assert "Next steps" in done.out or "docker compose up -d" in done.out


def test_enter_leads_from_checks_and_review_to_the_faulty_answer(listen: Asking) -> None:
    for place in (":go checks", ":go review"):
        done = listen(":go DOMAIN_CLIENT", "blah", "", place, "what", "", "http://localhost:3080", ":quit", "discard")
        assert "Press Enter to go to DOMAIN_CLIENT> " in done.prompts, done.out
        assert done.prompts[done.prompts.index("Enter to go to DOMAIN_CLIENT> ") + 1].endswith(
            "(DOMAIN_CLIENT) [blah]> "
        )


@pytest.mark.parametrize("word", [":quit", ":back", ":next", ":go mail", ":recommended", ":test"])
def test_a_command_is_carried_out_where_a_command_asks_something(word: str, listen: Asking) -> None:
    Path("data-node").mkdir(exist_ok=True)
    Path("data-node/WiredTiger").write_text("")
    done = listen(":test", word, "", ":quit", "discard", ":quit", "discard")
    assert done.status == 130, done.out
    assert any("Email address of a test account" in prompt for prompt in done.prompts), done.out


def test_a_hidden_line_has_the_commands_and_the_escape_of_the_question(listen: Asking) -> None:
    listen(":go access", "localhost", ":go EMAIL_PASSWORD", "first-word", ":go EMAIL_PASSWORD", ":hidden", ":undo", ":go review", "write", "")  # fmt: skip
    assert "EMAIL_PASSWORD=:undo" not in Path(".env").read_text(encoding="utf-8")
    listen(":go EMAIL_PASSWORD", ":hidden", "\\:abc12345", ":go review", "write", "")
    assert "EMAIL_PASSWORD=:abc12345\n" in Path(".env").read_text(encoding="utf-8")


def test_another_word_than_again_is_asked_for_again(listen: Asking) -> None:
    done = listen("", "https-proxy", "localhost", "", "", "", "agian", "again", ":quit", "discard")
    assert done.status == 130, done.out
    asked = [number for number, prompt in enumerate(done.prompts) if "again" in prompt]
    assert len(asked) == 2, done.prompts
    assert "(access)" in done.prompts[asked[-1] + 1]
