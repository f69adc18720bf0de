"""A LibreChat database full of encrypted values, as a release writes them, and what they say when they are read again.

The formats are written anew here, with Python's cryptography, and not taken from the script that is tested; tests/judges/librechat_crypto.js
has them from Node's own crypto with LibreChat's parameters, and a test holds the two together.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR
from cryptography.hazmat.primitives.padding import PKCS7

from tests.servers.bson import ObjectId
from tests.servers.mongodb_query import Document
from wizard.librechat.encrypted_values import EncryptedField, Format, Text, fields_of
from wizard.librechat.releases import Release

Content = dict[str, list[Document]]
_BLOCK: Final = 128
_ENCRYPTED: Final = re.compile(r"(v3:[0-9a-f]{32}:|[0-9a-f]{32}:|)[0-9a-f]{2,}")
_CLEAR: Final = (
    "sk-proj-{}",
    "{:.1}",
    "{}-Schlüssel mit Ümlaut",
    '{{"AZURE_API_KEY":"{}"}}',
    "a%3Ab%20{}",
    "🔑{}",
    "{}\n{}",
    "x{}",
)


@dataclass(frozen=True, slots=True)
class Keys:
    """CREDS_KEY and CREDS_IV."""

    key: str
    iv: str

    @classmethod
    def of(cls, seed: int) -> Keys:
        """Make a pair that is the same at every run."""
        made = random.Random(seed)
        return cls(made.randbytes(32).hex(), made.randbytes(16).hex())

    @property
    def as_task(self) -> dict[str, str]:
        """The pair as the script takes it."""
        return {"key": self.key, "iv": self.iv}

    def encrypt(self, form: Format, clear: str, vector: bytes) -> str:
        """Encrypt a text."""
        if form is Format.V3:
            run = Cipher(AES(bytes.fromhex(self.key)), CTR(vector)).encryptor()
            return f"v3:{vector.hex()}:{(run.update(clear.encode()) + run.finalize()).hex()}"
        vector = bytes.fromhex(self.iv) if form is Format.V1 else vector
        padder = PKCS7(_BLOCK).padder()
        run = Cipher(AES(bytes.fromhex(self.key)), CBC(vector)).encryptor()
        text = (run.update(padder.update(clear.encode()) + padder.finalize()) + run.finalize()).hex()
        return text if form is Format.V1 else f"{vector.hex()}:{text}"

    def decrypt(self, value: str) -> str:
        """Decrypt a text; any error of the library where the keys do not open it."""
        if value.startswith("v3:"):
            _, vector, text = value.split(":")
            run = Cipher(AES(bytes.fromhex(self.key)), CTR(bytes.fromhex(vector))).decryptor()
            return (run.update(bytes.fromhex(text)) + run.finalize()).decode()
        vector, _, text = value.rpartition(":")
        run = Cipher(AES(bytes.fromhex(self.key)), CBC(bytes.fromhex(vector or self.iv))).decryptor()
        padder = PKCS7(_BLOCK).unpadder()
        return (padder.update(run.update(bytes.fromhex(text)) + run.finalize()) + padder.finalize()).decode()


def database(release: Release, count: int, keys: Keys, seed: int = 1) -> Content:
    """Return the database of a LibreChat that has stored ``count`` values, in every place of the release."""
    made = random.Random(seed)
    content: Content = {
        "messages": [{"_id": _id(made), "text": "ab" * 16}],
        "users": [],
        "agents": [{"_id": _id(made), "name": "A"}],
    }
    for number in range(count):
        fields = fields_of(release)
        field = fields[number % len(fields)]
        form = made.choice(field.formats)
        value = keys.encrypt(form, _clear(made, field), made.randbytes(16))
        content.setdefault(field.collection, []).append(_document(made, field, value))
    content["users"].append({"_id": _id(made), "email": "plain@example.com", "totpSecret": "JBSWY3DPEHPK3PXP"})
    content.setdefault("tokens", []).append({"_id": _id(made), "type": "password_reset", "token": "$2a$10$abc"})
    content.setdefault("actions", []).append(
        {"_id": _id(made), "metadata": {"api_key": "in clear", "oauth_client_id": ""}}
    )
    return content


def _id(made: random.Random) -> ObjectId:
    return ObjectId(made.randbytes(12))


def _clear(made: random.Random, field: EncryptedField) -> str:
    if field.text is Text.BASE32:
        return base64.b32encode(made.randbytes(20)).decode()
    word = made.randbytes(made.randrange(1, 12)).hex()
    return made.choice(_CLEAR).format(word, word)


def _document(made: random.Random, field: EncryptedField, value: str) -> Document:
    beside = {"_id": _id(made), "user": _id(made), "name": "ein Name", "count": 3, **field.where}
    path = field.path.split(".")
    if path[-1] == "**":
        path[-1:] = made.choice(
            (["webSearch", "serperApiKey"], ["endpoints", "custom", "1", "apiKey"], ["ocr", "apiKey"])
        )
    inner: Any = value
    for name in reversed(path[1:]):
        inner = [{"name": "first"}, inner] if name == "1" else {name: inner, "beside": 1}
    return {**beside, path[0]: inner}


def opened(content: Content, keys: Keys) -> dict[tuple[str, ...], str]:
    """Return every encrypted value in clear, by its place; any error of the library where the keys do not open one."""
    found = {}
    for name, documents in content.items():
        for document in documents:
            for path, text in _texts(document, ()):
                if _ENCRYPTED.fullmatch(text) and name not in ("messages", "librechatCredentialMetadata"):
                    found[name, str(document["_id"]), *path] = keys.decrypt(text)
    return found


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _texts(each, (*path, str(number)))
