"""What is seen at a glance: the focus, the room for the question, the help, the notes. At the smallest windows and without colour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from textual.content import Content
from textual.widget import Widget

from checks.registry import ALL
from screens.full import theme
from screens.full.dialog import Dialog
from screens.full.finding_rows import FindingRow
from screens.full.progress import Rows
from screens.full.sidebar import Sidebar
from screens.full.stable_text import StableText
from tests.screens.full.operator import Operator, at_the_wizard, practice_with
from wizard.findings.email import NO_SENDER

SMALL = [(80, 24), (60, 16)]


def last_note(operator: Operator) -> str:
    return list(operator.app._notifications)[-1].message


def line_of(operator: Operator, text: str) -> int:
    return next(number for number, line in enumerate(operator.text.splitlines()) if text in line)


@pytest.mark.parametrize("size", SMALL)
async def test_buttons_stand_in_a_fixed_row_and_show_the_focus_without_colour(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_the_wizard(tmp_path / "chat", step="mail", size=size) as operator:
        row = size[1] - 2
        assert line_of(operator, "Use recommended") == row
        await operator.press("shift+tab", "shift+tab", "shift+tab")
        await operator.until(">Next<")
        assert line_of(operator, ">Next<") == row


@pytest.mark.parametrize("size", SMALL)
async def test_introduction_gives_way_to_the_question(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_wizard(tmp_path / "chat", step="accounts", size=size) as operator:
        # These words are on one line; the smallest window has no room for them from the beginning.
        if size == (80, 24):
            await operator.until("Who can have an account.")
        await operator.press("tab")
        await operator.until("Who can have an account.", gone=True)
        await operator.until("Open registration")


async def test_switch_takes_one_line_and_its_state_one_sign(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="accounts", size=(80, 24)) as operator:
        line = operator.text.splitlines()[line_of(operator, "Open registration")]
        assert "~ Open registration" in line
        assert "[on]  off   default: off" in line
        await operator.press("2")
        await operator.until("* Open registration")
        await operator.until("your answer (*)")


async def test_question_of_a_provider_is_in_sight_at_the_smallest_window(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="openid", size=(60, 16)) as operator:
        operator.app.interview.answer("guide.providers", "openid")
        operator.app.show_step("openid")
        await operator.until("/oauth/openid/callback")
        for shown in ("1/3, F9 to copy", "Identity provider", "Keycloak", "Enter manually"):
            await operator.until(shown)


async def test_that_nothing_was_found_stands_below_the_words(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(120, 40)) as operator:
        await operator.press("f3", *"zzzz")
        await operator.until("Nothing found")
        assert line_of(operator, "Nothing found") - line_of(operator, "zzzz") == 1
        await operator.press(*["backspace"] * 4)
        await operator.until(" found")
        await operator.until("F2 Steps")


async def test_up_and_down_stop_at_the_ends(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="mail") as operator:
        await operator.press("home", *["up"] * 8)
        first = operator.app.focused
        await operator.press("up", "up")
        assert operator.app.focused is first
        assert first is not None
        assert "Pick" in type(first).__name__


async def test_everything_shows_nothing_that_cannot_apply(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", size=(100, 60)) as operator:
        await operator.press("4", "f6")
        await operator.until("Press F6 to show fewer settings")
        assert "proxy.certificate" not in operator.text
        await operator.press("1")
        await operator.until("proxy.certificate")


async def test_ground_that_was_chosen_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)
    async with at_the_wizard(tmp_path / "chat") as operator:
        before = operator.app.theme
        await operator.press("f12")
        after = operator.app.theme
        assert after != before
    ground = after.rpartition("-")[2]
    assert theme.first_theme("truecolor", (), {"HOME": str(tmp_path / "home")}).endswith(ground)
    assert theme.first_theme("truecolor", (), {"HOME": str(tmp_path / "nobody")}) == theme.DARK.name
    assert theme.first_theme("truecolor", (), {}) == theme.DARK.name


async def test_note_speaks_in_words(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="accounts", size=(80, 24)) as operator:
        await operator.press("f5")
        await operator.until_true(lambda: len(operator.app._notifications) > 0)
        messages = " ".join(one.message for one in operator.app._notifications)
        assert "Open registration" in messages
        assert "ALLOW_" not in messages


async def test_note_gives_way_to_a_dialog(tmp_path: Path) -> None:
    practice = practice_with()
    async with at_the_wizard(
        tmp_path / "chat", step="mail", practice=practice, size=(80, 24), shows_notes=True
    ) as operator:
        await operator.until("Mail step 4 of")
        # As F5 says it, but it would not go by itself while the test runs.
        operator.app.notify("Set as recommended: TLS", timeout=600)
        await operator.until("Set as recommended")
        await operator.press("ctrl+t")
        await operator.until_true(lambda: isinstance(operator.app.screen, Dialog))
        await operator.until("Set as recommended", gone=True)
        await operator.press("escape", "escape")
        await operator.until_true(lambda: not isinstance(operator.app.screen, Dialog))
        await operator.until("Mail step 4 of")
        assert "Set as recommended" not in operator.flat


@pytest.mark.parametrize("size", SMALL)
async def test_first_screen_shows_its_choice_whatever_is_known_of_the_folder(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = tmp_path / "chat"
    folder.mkdir()
    (folder / "docker-compose.yml").write_text(
        "services: {api: {image: librechat/librechat, volumes: [./.env:/app/.env]}}\n"
    )
    faults = ("ALLOW_REGISTRATION=yes", "DOMAIN_CLIENT=chat.example.com", "EMAIL_HOST=https://x", "PORT=none")
    (folder / ".env").write_text("\n".join(faults))
    async with at_the_wizard(folder, size=size) as operator:
        await operator.until_true(
            lambda: "Problems found so far (" in str(operator.app.screen.query_one("#folder").render())
        )
        assert "[The essentials] Every step" in operator.flat
        await operator.press("down")
        await operator.until(">Next<")
        assert "[The essentials] Every step" in operator.flat
        await operator.press("pagedown", "pagedown")
        await operator.until("ALLOW_REGISTRATION is 'yes'")


async def test_text_of_automatic_width_is_as_wide_as_its_longest_line() -> None:
    class Shown(App[None]):
        CSS = "StableText { width: auto }"

        def compose(self) -> Iterator[Widget]:
            yield StableText()

    async with Shown().run_test() as pilot:
        shown = pilot.app.query_one(StableText)
        # The second has as many letters as the first, and the third as many lines as the second.
        for text in ("a\nbbbbb", "aaa\nbbb", "aa\nbbbb"):
            shown.update(Content(text))
            for _ in range(100):
                await pilot.pause()
                if shown.size.width == max(map(len, text.split("\n"))):
                    break
            assert shown.size.width == max(map(len, text.split("\n"))), text


async def test_first_frame_is_laid_out_for_its_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[bool] = []
    monkeypatch.setattr(Sidebar, "on_mount", lambda self: begun.append(self.screen.has_class("-narrow")), raising=False)
    async with at_the_wizard(tmp_path / "chat", size=(60, 16)) as operator:
        operator.app.show_step("mail")
        await operator.until("Mail provider")
    assert len(begun) > 1
    assert all(begun), "the list of steps would be drawn once and then vanish"


@pytest.mark.parametrize("size", SMALL)
async def test_end_of_the_folders_path_is_in_sight(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_wizard(tmp_path / "our-chat", size=size) as operator:
        head = operator.text.splitlines()[0]
        assert head.endswith("/our-chat") or "/" not in head, head
        assert len(head) <= size[0]


async def test_theme_that_the_environment_names_has_its_own_colours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", theme.LIGHT.name)
    # Textual reads the variable once, when it is imported.
    monkeypatch.setattr(vars(App)["theme"], "_default", theme.LIGHT.name)
    async with at_the_wizard(tmp_path / "chat") as operator:
        assert operator.app.get_css_variables()["primary"].lower() == theme.LIGHT.primary
        assert operator.app.screen.query_one("#headline").styles.background.hex.lower() == theme.LIGHT.panel


def test_without_colour_the_ground_is_the_terminals_own() -> None:
    # What is drawn with it, tests/screens/terminal/test_ssh.py reads.
    assert theme.first_theme("truecolor", (), {"NO_COLOR": "1"}) == "ansi-dark"
    assert theme.first_theme("truecolor", (), {"NO_COLOR": ""}) == theme.DARK.name


@pytest.mark.parametrize("size", SMALL)
async def test_list_of_steps_begins_at_the_present_one(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_wizard(tmp_path / "chat", step="server", size=size) as operator:
        await operator.press("f2")
        await operator.until("Go to a step")
        await operator.until("Server you are here")
        assert "\u2570" in operator.text, "the frame of the dialog is cut"
        await operator.press("end")
        await operator.until("Review")


async def test_undo_says_what_it_did_and_has_a_way_back(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="accounts", size=(80, 24)) as operator:
        await operator.go_to("ALLOW_REGISTRATION")
        await operator.press("2")
        await operator.until("your answer")
        draft = operator.app.interview.draft
        await operator.press("f4")
        assert "Press F4 to restore it" in last_note(operator)
        assert "settings.ALLOW_REGISTRATION" not in operator.app.interview.draft.entries
        await operator.press("f4")
        assert "Open registration" in last_note(operator)
        assert operator.app.interview.draft.entries == draft.entries
        await operator.until("your answer")


@pytest.mark.parametrize("size", SMALL)
async def test_help_of_a_field_is_whole_and_ends_with_what_only_developers_need(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with at_the_wizard(tmp_path / "chat", size=size) as operator:
        await operator.go_to("EMAIL_ENCRYPTION")
        await operator.press("f1")
        await operator.until("Everything about")
        text = operator.app.screen.query_one(".text")
        help_text = str(text.render())
        words = [line for line in help_text.splitlines() if "http" not in line]
        assert max(map(len, words)) <= text.content_size.width, "a line is broken in the middle"
        order = [
            help_text.index(part)
            for part in ("Now:", "If not set:", "If wrong:", "Value:", "Manual:", "Kind:", "Read in:")
        ]
        assert order == sorted(order)
        await operator.press("escape")
        await operator.go_to("access")
        await operator.press("f1")
        await operator.until("Everything about")
        help_text = str(operator.app.screen.query_one(".text").render())
        assert all(
            one in help_text for one in ("ports 80 and 443", "Other machines cannot reach", "passwords are exposed")
        )


async def test_palette_holds_no_keys_of_a_line(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(100, 40)) as operator:
        await operator.go_to("EMAIL_HOST")
        await operator.press("f3")
        await operator.until("F2 Steps")
        for words in ("cursor", "page", "delete"):
            await operator.press("home", *["delete"] * 8)
            await operator.paste(words)
            await operator.until_true(lambda: operator.app.screen.query_one("#count"))
            await operator.until("found")
            shown = operator.text
            assert not [key for key in ("^T ", "^W ", "^P ", "^N ") if key in shown], shown


async def test_what_is_missing_is_what_the_person_has_to_give(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="openid", size=(100, 50)) as operator:
        operator.app.interview.answer("guide.providers", "openid")
        await operator.go_to("OPENID_CLIENT_ID")
        await operator.paste("librechat")
        await operator.until("OPENID_ISSUER, OPENID_CLIENT_SECRET are missing")


async def test_present_step_is_in_sight_in_a_list_that_is_too_long(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", size=(80, 20)) as operator:
        operator.app.interview.answer("guide.providers", "google,github,discord,apple,openid,saml,ldap")
        operator.app.show_step("review")
        await operator.until("Review step")
        listed = [line[:19] for line in operator.text.splitlines()]
        row = next(number for number, line in enumerate(listed) if "Review" in line)
        assert "Done" in listed[row + 1]
        await operator.click("#steps", row=row - 2)
        await operator.until("Checks step")


async def test_ways_to_the_settings_of_a_finding_are_in_sight(tmp_path: Path) -> None:
    checks = tuple(check for check in ALL if check.id == "saml")
    async with at_the_wizard(
        tmp_path / "chat", practice=practice_with(*checks), step="saml", size=(60, 30)
    ) as operator:
        for name, text in (("access", "localhost"), ("guide.providers", "saml")):
            operator.app.interview.answer(name, text)
        await operator.press("ctrl+t")
        await operator.until("Go to SAML_CERT ")


async def test_remedy_that_is_too_long_goes_on_below_its_beginning(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="checks", size=(60, 16)) as operator:
        # The checks of the step would take the place of what is shown here.
        await operator.until("inconclusive.")
        remedy = "Set EMAIL_FROM to the address of the account that signs in to the mail server."
        finding = NO_SENDER.fail(
            evidence=("one line that the server said, longer than the window is broad",), remedy=remedy
        )
        await operator.app.screen.query_one(Rows).show(FindingRow(finding))
        await operator.until("-> Set EMAIL_FROM")
        lines = operator.text.splitlines()
        begin, end = (
            next(n for n, line in enumerate(lines) if word in line) for word in ("| one line", "mail server.")
        )
        assert end > begin + 1
        assert all(line.startswith("   ") for line in lines[begin : end + 1]), lines[begin : end + 1]


async def test_line_about_further_settings_does_what_its_key_does(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="accounts", size=(80, 90)) as operator:
        await operator.until("F6 to show 4 more settings")
        # What the rules say about the answers moves the line.
        await operator.until("! Mail is not configured")
        usual = len(operator.app.screen.query("Field"))
        await operator.click("#further")
        await operator.until_true(lambda: len(operator.app.screen.query("Field")) == usual + 4)
        await operator.until("F6 to show fewer settings")
        await operator.click("#further")
        await operator.until_true(lambda: len(operator.app.screen.query("Field")) == usual)


@pytest.mark.parametrize(("step", "label"), [("sessions", "1 more setting in"), ("accounts", "4 more settings in")])
async def test_one_further_setting_is_not_called_settings(tmp_path: Path, step: str, label: str) -> None:
    async with at_the_wizard(tmp_path / "chat", step=step, size=(60, 16)) as operator:
        await operator.until(f"F6 to show {label}")


@pytest.mark.parametrize(
    ("step", "names"),
    [("page", ("Turnstile: size", "Terms of service: URL")), ("mail", ("Server EMAIL_HOST", "Mailgun (API)"))],
)
async def test_name_of_a_field_says_whose_it_is(tmp_path: Path, step: str, names: tuple[str, ...]) -> None:
    async with at_the_wizard(tmp_path / "chat", step=step, size=(120, 60)) as operator:
        for name in names:
            await operator.until(name)


async def test_end_of_a_test_that_cannot_begin_is_whole_in_a_small_window(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="openid", size=(60, 16)) as operator:
        await operator.press("ctrl+t")
        await operator.until("Nothing to test yet")
        await operator.until(" first.")


async def test_checks_that_passed_are_told_once(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="checks", size=(120, 40)) as operator:
        await operator.until("0 failed")
        assert operator.flat.count("All programs read the same values from .env.") == 1
        assert "no problems found" in operator.flat, "a check without a finding ends without a word"


async def test_sign_in_that_cannot_begin_names_no_command(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="openid", size=(80, 24)) as operator:
        await operator.press("ctrl+t")
        await operator.until("Nothing to test yet")
        await operator.until_true(lambda: "Sign in once" not in operator.text)  # neither the button nor the key
        await operator.press("f8", "f5")
        await operator.until("Nothing to test yet")
        await operator.until(">Close<")
        assert "FAILED" not in operator.flat
        assert "signin openid" not in operator.flat
