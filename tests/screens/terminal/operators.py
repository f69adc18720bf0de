"""The same person at three fronts: gives the same answers full screen, line by line, and as a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.screens.cli.program import answers, run
from tests.screens.terminal.terminal import KEYS, Terminal, wizard

CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "access": {
        "https-proxy": "HTTPS, with a proxy that the wizard sets up",
        "https-existing": "HTTPS, with my own proxy",
        "localhost": "Only on this machine",
        "http-lan": "Plain HTTP on a LAN",
    },
    "proxy.server": {"caddy": "Caddy", "nginx": "nginx", "traefik": "Traefik"},
    "proxy.certificate": {"acme": "Public and automatic", "internal": "From a new private CA", "files": "From my own certificate files"},
    "librechat.stack": {"compose": "docker-compose.yml", "deploy": "deploy-compose.yml"},
    "turnstile.options.size": {"compact": "compact"},
    "EMAIL_ENCRYPTION": {"starttls": "starttls", "tls": "tls"},
    "kubernetes.redis": {"bundled": "The chart's Redis"},
    "kubernetes.storage": {"ReadWriteMany": "Many nodes"},
    "SESSION_COOKIE_SECURE": {"true": "true", "false": "false"},
}  # fmt: skip
"""What an operator reads on the screen for a value of the answers file."""


def label_of(name: str, value: str) -> str | None:
    """Return the words of a choice, ``None`` where a text is to be typed."""
    if name in CHOICES:
        return CHOICES[name][value]
    return {"true": "on", "false": "off"}.get(value)


def answer_full_screen(terminal: Terminal, name: str, value: str) -> None:
    """Look the setting up with F3, go to its field and answer it."""
    terminal.press("f3")
    terminal.until("Find a setting")
    terminal.type(name)
    terminal.until("found")
    terminal.press("enter")
    terminal.until("Find a setting", gone=True)
    terminal.settle(0.25)
    wanted = label_of(name, value)
    if wanted is None:
        terminal.press("ctrl-u") if not value else terminal.type(value)
        return
    in_list, in_row = f") {wanted}", f"[{wanted}]"

    def is_there() -> bool:
        return in_list in terminal.reversed_text or in_row in terminal.reversed_text

    if not is_there():
        terminal.type(KEYS["left"] * 12)
    for _ in range(12):
        if is_there():
            break
        terminal.press("right")
    assert is_there(), terminal.text
    terminal.press("space")


def write_anyway(terminal: Terminal, *expected: str) -> None:
    """Write although a check failed, if the wizard asks that, and wait for one of the texts that follow."""
    terminal.until_one_of("A check failed", *expected)
    if "A check failed" in terminal.flat:
        terminal.press("right", "enter")
    terminal.until_one_of(*expected)


def to_review(terminal: Terminal, given: Mapping[str, str]) -> None:
    """Give the answers at the full screen, and go to the last step."""
    terminal.until("step 1 of")
    for name, value in given.items():
        answer_full_screen(terminal, name, value)
    terminal.press("f2")
    terminal.until("Go to a step")
    terminal.press("end", "enter")
    terminal.until("Ctrl+W writes ")


def full_screen(
    folder: Path, given: Mapping[str, str], export: Path | None = None, environment: Mapping[str, str] | None = None
) -> None:
    """Give the answers at the full screen and write."""
    with wizard(folder, environment=environment) as terminal:
        to_review(terminal, given)
        terminal.press("ctrl-w")
        write_anyway(terminal, "Start LibreChat", "Let LibreChat")
        if export is not None:
            terminal.press("f10")
            terminal.until("Save the answers as")
            terminal.type(str(export))
            terminal.press("enter")
            terminal.until("Saved")
        terminal.press("enter")
        assert terminal.wait() == 0, terminal.text


def line_by_line(folder: Path, given: Mapping[str, str], environment: Mapping[str, str] | None = None) -> None:
    """Give the answers to line prompts and write."""
    with wizard(folder, "--plain", size=(200, 60), environment=environment) as terminal:
        terminal.until("> ")
        for name, value in given.items():
            terminal.type(f":go {name}\r")
            terminal.until(f"({name})")
            word = value if name in CHOICES else label_of(name, value) or value or ":clear"
            terminal.type(f"{word}\r")
        terminal.type(":go review\r")
        terminal.until("or back")
        terminal.type("write anyway\r" if "write anyway" in terminal.flat else "write\r")
        terminal.until("To save your answers")
        terminal.type("\r")
        assert terminal.wait() == 0, terminal.text


def as_file(folder: Path, given: Mapping[str, str], environment: Mapping[str, str] | None = None) -> None:
    """Give the answers as a file."""
    lines = ["version: 1"]
    settings = []
    groups: dict[str, list[str]] = {}
    for name, value in given.items():
        doubled = value.replace("'", "''")
        quoted = value if name in CHOICES or value in ("true", "false") else f"'{doubled}'" if value else "~"
        if name == "access":
            lines.append(f"access: {value}")
        elif name == "registration.allowedDomains":
            groups.setdefault("registration", []).append(f"  allowedDomains: [{value}]")
        elif "." in name:
            part, *inner, rest = name.split(".")
            entry = f"{rest}: {quoted}"
            for outer in reversed(inner):
                entry = f"{outer}: {{{entry}}}"
            groups.setdefault(part, []).append(f"  {entry}")
        else:
            settings.append(f"  {name}: {quoted}")
    for part, rows in groups.items():
        lines += [f"{part}:", *rows]
    lines += ["settings:", *settings] if settings else []
    file = answers(folder, "\n".join(lines) + "\n")
    done = run("--answers", file, "--dir", folder, "--force", "--offline", environment=environment)
    assert done.status in (0, 1), done.text
