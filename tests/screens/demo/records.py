"""The recorded answers of a real LibreChat, and how an answer of the stand-in is held against one."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from screens.demo.librechat import Account, Settings
from tests.screens.demo.client import Answer
from wizard.basics.secret import Secret
from wizard.dotenv import npm
from wizard.librechat.releases import RECORDED

PASSWORD = "correct horse 1"
ADA = Account(email="ada@example.com", password=Secret(PASSWORD))
JWT_SECRET = "a1" * 32
REFRESH_SECRET = "b2" * 32
OPENID = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "OPENID_CLIENT_ID": "cid",
    "OPENID_CLIENT_SECRET": "hush",
    "OPENID_ISSUER": "https://id.example.com",
    "OPENID_SESSION_SECRET": "s" * 32,
    "OPENID_SCOPE": "openid profile email",
    "OPENID_CALLBACK_URL": "/oauth/openid/callback",
}
"""Settings with which LibreChat registers a sign-in through OpenID."""

Path_ = tuple[str | int, ...]

_OWN_HEADERS = {"server", "date", "connection", "keep-alive", "content-length", "set-cookie"}
"""The proxy's, and those that the recorder left out."""
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_MASKS = (
    (re.compile(r"[0-9a-f]{64}"), "<hex>"),
    (re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "<time>"),
)


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved, or goes on by ``tick`` seconds whenever it is read."""

    now: float = 1_795_221_420.25
    tick: float = 0.0

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


@dataclass(slots=True)
class Replay:
    """All records, which of them were replayed, and what came out otherwise."""

    facts: dict[str, Any]
    example: dict[str, str]
    """.env.example of the recorded release, as dotenv reads it."""
    done: set[Path_] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def at(self, path: Path_) -> Any:
        value: Any = self.facts
        for key in path:
            value = value[key]
        return value

    def environment(
        self, lines: Mapping[str, str | None] | None = None, *, process: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Return the environment of a case; its lines are written to .env and read by dotenv."""
        result = self.example | {"JWT_SECRET": JWT_SECRET, "JWT_REFRESH_SECRET": REFRESH_SECRET}
        for name, value in (lines or {}).items():
            result.pop(name, None)
            if value is not None:
                result |= npm.values(f"{name}={value}\n")
        return result | ({"NODE_ENV": "production"} if process is None else dict(process))

    def settings(self, lines: Mapping[str, str | None] | None = None, **options: Any) -> Settings:
        return Settings(release=RECORDED, environment=self.environment(lines), accounts=(ADA,), **options)

    def equal(self, path: Path_, mine: Any) -> None:
        """Hold a value against the record at this place."""
        self.done.add(path)
        recorded = self.at(path)
        if recorded != mine:
            self.faults.append(f"{shown(path)}: recorded {recorded!r}, stand-in {mine!r}")

    def answer(self, path: Path_, answer: Answer, *, body: bool = True) -> Answer:
        """Hold an answer against the record at this place: status, headers, cookies and body."""
        recorded = self.at(path)
        self.done.add(path)
        if isinstance(recorded, int):
            recorded = {"status": recorded}
        for what, expected, mine in _differences(recorded, answer, body=body):
            self.faults.append(f"{shown(path)}: {what}: recorded {expected!r}, stand-in {mine!r}")
        return answer


def shown(path: Path_) -> str:
    return " > ".join(str(key)[:60] for key in path)


def answers(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Give the place of every answer in the records that has its headers."""
    if isinstance(value, dict):
        if "status" in value and isinstance(value.get("headers"), dict):
            yield path
        for key, inner in value.items():
            yield from answers(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from answers(inner, (*path, index))


def _differences(recorded: dict[str, Any], answer: Answer, *, body: bool) -> Iterator[tuple[str, Any, Any]]:
    if recorded["status"] != answer.status:
        yield "status", recorded["status"], f"{answer.status} {answer.text[:200]}"
        return
    content = recorded.get("body", recorded.get("body_text"))
    redacted = content is None or (isinstance(content, str) and re.fullmatch(r"…|<\d+ characters>", content))
    if body and not redacted and not (isinstance(content, list) and recorded.get("status") == 200):
        mine = normal(answer.json if isinstance(content, dict) else answer.text)
        if mine != normal(content):
            yield "body", normal(content), mine
    if "headers" in recorded:
        expected, given = _headers(recorded["headers"]), _headers(dict(answer.headers))
        if mask_needed(answer.text):
            expected, given = ({**each, "etag": each.get("etag", "").partition("-")[0]} for each in (expected, given))
        if expected != given:
            yield "headers", expected, given
    if "set_cookie" in recorded:
        now = _cookie_forms(recorded["set_cookie"])
        given_cookies = [_form(each.name, each.value, each.attributes) for each in answer.cookies]
        if now != given_cookies:
            yield "cookies", now, given_cookies


def mask_needed(text: str) -> bool:
    return bool(_JWT.search(text)) or any(pattern.search(text) for pattern, _ in _MASKS)


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    result = {name: value for name, value in headers.items() if name not in _OWN_HEADERS}
    if result.get("x-ratelimit-reset", "NaN") != "NaN":
        assert re.fullmatch(r"\d{10}", result["x-ratelimit-reset"])
        result["x-ratelimit-reset"] = "<time>"
    return result


def normal(value: Any) -> Any:
    """Return a body with what differs from run to run taken out: ids, moments, signatures."""
    if isinstance(value, dict):
        if "jwt_payload" in value:
            return _token(value["jwt_header"], value["jwt_payload"])
        return {key: normal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [normal(inner) for inner in value]
    if not isinstance(value, str):
        return value
    if _JWT.fullmatch(value) and value.startswith("ey"):
        header, payload = (json.loads(base64.urlsafe_b64decode(part + "===")) for part in value.split(".")[:2])
        return _token(header, payload)
    for pattern, mask in _MASKS:
        value = pattern.sub(mask, value)
    return value


def _token(header: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
    kept = {key: normal(value) for key, value in payload.items() if key not in ("iat", "exp")}
    return {"header": header, "claims": kept, "lifetime": rough(payload["exp"] - payload["iat"])}


def rough(seconds: float) -> float:
    """Allow the second that passes between two readings of the clock, where the time is long enough for it not to matter."""
    return round(seconds, -1) if abs(seconds) > 100 else seconds


def _cookie_forms(recorded: list[dict[str, Any]]) -> list[Any]:
    return [_form(each["name"], each["value"], each["attributes"]) for each in recorded]


def _form(name: str, value: Any, attributes: Mapping[str, str | bool]) -> Any:
    kept = dict(attributes)
    moment = dt.datetime.strptime(str(kept["Expires"]), "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=dt.UTC)
    if moment.timestamp() > 0:
        kept["Expires"] = "<time>"  # held against the lifetime of the token, which both have
    return (name, normal(value), list(kept.items()))
