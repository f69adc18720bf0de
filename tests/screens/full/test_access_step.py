"""The question that decides whether people stay signed in: what follows is beside it, and an address may be typed as people say it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from screens.full.fields import Field
from tests.screens.full.operator import Operator, at_the_wizard
from wizard.interview.addresses import completed

CLIENT = "settings.DOMAIN_CLIENT"


@pytest.mark.parametrize(
    ("text", "access", "whole"),
    [
        ("192.168.1.50", "http-lan", "http://192.168.1.50:3080"),
        ("192.168.1.50:8080", "http-lan", "http://192.168.1.50:8080"),
        ("nas.local/", "http-lan", "http://nas.local:3080"),
        ("chat.example.com", "https-proxy", "https://chat.example.com"),
        ("chat.example.com/ai", "https-existing", "https://chat.example.com/ai"),
        ("http://192.168.1.50", "http-lan", "http://192.168.1.50"),
        ("two words", "https-proxy", "two words"),
        ("user@host", "https-proxy", "user@host"),
        ("192.168.1.50", "", "192.168.1.50"),
    ],
)
def test_address_as_people_type_it(text: str, access: str, whole: str) -> None:
    assert completed(text, access) == whole


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_each_way_says_what_follows(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", size=size) as operator:
        ways = (
            ("1", "https-proxy", "ports 80 and 443"),
            ("2", "https-existing", "Your proxy keeps its certificate"),
            ("3", "localhost", "Other machines cannot reach"),
            ("4", "http-lan", "passwords are exposed"),
        )
        for number, access, follows in ways:
            await operator.press(number)
            await operator.until_true(partial(_says, operator, follows))
            assert operator.app.interview.draft.text("access") == access


def _says(operator: Operator, follows: str) -> bool:
    """Whether the help has what follows from the highlighted way; the choices above it say only a part."""
    return follows in " ".join(str(operator.app.screen.query_one("#about").render()).split())


async def test_lan_address_is_proposed_and_completed_without_an_error(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", size=(80, 24)) as operator:
        operator.app.interview.addresses = lambda: ("192.168.1.7",)
        await operator.press("4", "tab")
        await operator.until("Type the address that users will open.")
        await operator.until("http://192.168.1.7:3080")
        assert "http://localhost" not in operator.text
        about = str(operator.app.screen.query_one("#about").render())
        assert "passwords are exposed" not in about, "the help of the field speaks of the choice before it"
        assert "x Access" not in operator.text
        await operator.paste("192.168.1.50")
        await operator.until("= http://192.168.1.50:3080")
        assert "x " not in operator.field
        await operator.press("ctrl+n", "ctrl+p")
        await operator.until("\u2022) Plain HTTP on a LAN")
        interview = operator.app.interview
        assert interview.draft.text(CLIENT) == "http://192.168.1.50:3080"
        await operator.until_true(lambda: operator.app.preview and operator.app.preview.proposal)
        proposal = operator.app.preview and operator.app.preview.proposal
        assert proposal
        assert proposal.deployment.settings["DOMAIN_SERVER"] == "http://192.168.1.50:3080"
        assert any("keeps people signed in" in note for note in proposal.plan.notes)


async def test_recommended_takes_this_machines_own_address(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access") as operator:
        operator.app.interview.addresses = lambda: ("192.168.1.7",)
        await operator.press("4", "f5")
        await operator.until_true(lambda: CLIENT in operator.app.interview.draft.entries)
        assert operator.app.interview.draft.text(CLIENT) == "http://192.168.1.7:3080"


async def test_what_is_wrong_is_not_described_in_the_language_of_an_answers_file(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", size=(120, 40)) as operator:
        await operator.press("1", "tab")
        await operator.paste("http://chat.example.com")
        await operator.until("x http://chat.example.com does not begin with https://")
        await operator.press("ctrl+n", "ctrl+p")
        await operator.until("x Access")
        assert "access:" not in operator.flat
        assert "DOMAIN_CLIENT:" not in operator.flat


async def test_the_message_about_an_address_is_in_sight_in_the_smallest_window(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", size=(60, 16)) as operator:
        operator.app.interview.answer("access", "http-lan")
        await operator.go_to("DOMAIN_CLIENT")
        await operator.paste("https://192.168.1.50")
        await operator.until("does not begin with http://")
        await operator.until("http://192.168.1.50:3080")


async def test_the_field_with_the_keys_stays_in_sight_when_the_window_shrinks(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", size=(80, 24)) as operator:
        operator.app.interview.answer("access", "http-lan")
        operator.app.interview.answer("settings.DOMAIN_CLIENT", "http://192.168.1.50:3080")
        await operator.go_to("DOMAIN_CLIENT")
        await operator.resize(60, 16)
        await operator.until_true(
            lambda: "http://192.168.1.50:3080" in operator.text and "Address for browsers" in operator.flat
        )
        await operator.press("shift+tab")
        await operator.until("HTTPS, with my own proxy")
        assert "Your proxy keeps" not in operator.flat, "as it is drawn where it begins in a window of this size"
        await operator.resize(80, 24)
        await operator.until("People stay signed in.")


@pytest.mark.parametrize("text", ["htp:/x", "?", "http://my host", "https://192.168.1.50", "ftp://192.168.1.50"])
async def test_no_remedy_for_a_lan_leads_to_https(tmp_path: Path, text: str) -> None:
    async with at_the_wizard(tmp_path / "chat", step="access", size=(100, 40)) as operator:
        operator.app.interview.answer("access", "http-lan")
        await operator.go_to("DOMAIN_CLIENT")
        await operator.paste(text)
        await operator.until("x ")
        await operator.until_true(lambda: "Write " in remarks(operator))
        remedy = remarks(operator).rpartition("Write ")[2]
        assert "http://192.168.1." in remedy
        assert "https://" not in remedy


def remarks(operator: Operator) -> str:
    """Return what is said of the address."""
    field = next(one for one in operator.app.screen.query(Field) if one.identity == CLIENT)
    return " ".join(str(field.query_one(".remarks").render()).split())
