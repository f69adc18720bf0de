"""The three flows that most people come for: how many keys they take, and by mouse, by F-keys, and by neither F-keys nor Ctrl.

A key press counts one, and so does a whole value that is typed or pasted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.screens.full.operator import Operator, at_the_wizard, practice_with

NEXT: Final[Mapping[str, str]] = {"ctrl": "ctrl+n", "alt": "alt+n"}


class Keys:
    """Counts what a person presses."""

    def __init__(self, operator: Operator, way: str) -> None:
        self.operator = operator
        self.count = 0
        self._way = way

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.count += 1
            self.operator.app.simulate_key(key)
        await self.operator.press()

    async def value(self, text: str) -> None:
        self.count += 1
        await self.operator.paste(text)

    async def next(self, shown: str) -> None:
        await self.press(NEXT[self._way])
        await self.operator.until(shown)

    async def write(self) -> None:
        await self.press("ctrl+w" if self._way == "ctrl" else "alt+w")
        await self.operator.until_true(
            lambda: "Written: " in self.operator.flat or "A check failed" in self.operator.flat
        )
        if "A check failed" in self.operator.flat:
            await self.press("right", "enter")
        await self.operator.until("Written: ")


async def lan(keys: Keys) -> None:
    await keys.next("step 2 of")
    await keys.press("4", "tab")
    await keys.value("192.168.1.50")
    for number in range(3, 8):
        await keys.next(f"step {number} of")
    await keys.operator.until("Ctrl+W writes ")
    await keys.write()


async def gmail(keys: Keys) -> None:
    await keys.next("step 2 of")
    await keys.press("1", "tab")
    await keys.value("chat.example.com")
    await keys.next("step 3 of")
    await keys.next("step 4 of")
    await keys.press("1")
    await keys.operator.until("apppasswords")
    await keys.press("tab")
    await keys.value("me@gmail.com")
    await keys.press("tab")
    await keys.value("abcd efgh ijkl mnop")
    for number in range(5, 8):
        await keys.next(f"step {number} of")
    await keys.operator.until("Ctrl+W writes ")
    await keys.write()


async def openid(keys: Keys) -> None:
    await keys.press("escape", "3")
    await keys.operator.until("Find a setting")
    await keys.value("sso")
    await keys.operator.until("Sign-in providers (Providers)")
    await keys.press("enter")
    await keys.operator.until("Find a setting", gone=True)
    await keys.operator.until("Sign-in providers")
    await keys.press("5")
    await keys.operator.until("[x] OpenID")
    await keys.next("OpenID step")
    await keys.press("1", "tab")
    for text in ("https://id.example.com/realms/main", "librechat", "secret-of-the-client"):
        await keys.value(text)
        await keys.press("tab")
    for shown in ("Run again", "Ctrl+W writes "):
        await keys.next(shown)
    await keys.write()


FLOWS: Final[Mapping[str, tuple[Callable[[Keys], Awaitable[None]], int, Mapping[str, str]]]] = {
    "plain HTTP in a LAN": (lan, 10, {"DOMAIN_CLIENT": "http://192.168.1.50:3080"}),
    "HTTPS and Gmail": (gmail, 18, {"DOMAIN_CLIENT": "https://chat.example.com", "EMAIL_FROM": "me@gmail.com"}),
    "OpenID on a second run": (openid, 20, {"OPENID_CLIENT_ID": "librechat"}),
}


@pytest.mark.parametrize("way", ["ctrl", "alt"])
@pytest.mark.parametrize("name", list(FLOWS))
async def test_flow_takes_few_keys(tmp_path: Path, name: str, way: str) -> None:
    flow, most, written = FLOWS[name]
    folder = tmp_path / "chat"
    if flow is openid:
        async with at_the_wizard(folder):
            pass
        (folder / ".env").write_text((folder / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    # Checks that ask nobody: what they find is not what is tried here.
    async with at_the_wizard(folder, practice=practice_with(), size=(80, 24)) as operator:
        keys = Keys(operator, way)
        await flow(keys)
        assert keys.count <= most, f"{name}: {keys.count} keys"
    values = (folder / ".env").read_text(encoding="utf-8")
    assert not [f"{key}={text}" for key, text in written.items() if f"{key}={text}" not in values]


async def test_lan_by_mouse_alone(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, practice=practice_with(), size=(80, 24)) as operator:
        operator.app.interview.addresses = lambda: ("192.168.1.7",)
        await operator.click("#push-next")
        await operator.until("step 2 of")
        await operator.click("Option.-explained:last-of-type")
        await operator.until("\u2022) Plain HTTP")
        await operator.click("#push-recommended")
        await operator.until("Next")
        for number in range(3, 8):
            await operator.click("#push-next")
            await operator.until(f"step {number} of")
        await operator.until("Ctrl+W writes ")
        await operator.click("#push-write")
        await operator.until("Written: ")
    assert "DOMAIN_CLIENT=http://192.168.1.7:3080" in (folder / ".env").read_text(encoding="utf-8")


async def test_lan_by_f_keys_and_tab_alone(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    async with at_the_wizard(folder, practice=practice_with(), size=(80, 24)) as operator:
        operator.app.interview.addresses = lambda: ("192.168.1.7",)
        await operator.press("f2")
        await operator.until("Go to a step")
        await operator.press("down", "enter")
        await operator.until("step 2 of")
        await operator.press("up", "down", "down", "down", "space", "f5", "f2")
        await operator.until("Go to a step")
        await operator.press("end", "enter")
        await operator.until("Ctrl+W writes ")
        await operator.press("enter")
        await operator.until("Written: ")
    assert "DOMAIN_CLIENT=http://192.168.1.7:3080" in (folder / ".env").read_text(encoding="utf-8")
