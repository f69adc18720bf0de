"""Recognizes the LibreChat release in a folder by the files that releases ship."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from wizard.basics.digests import sha256_hex
from wizard.librechat.releases import Release

FINGERPRINTS: Final[Mapping[str, str]] = {
    "c4ad96ee717025a7": "v0.6.9",
    "01daa523749f9643": "v0.6.9",
    "ae43dd0e6c1dfc2b": "v0.6.10",
    "d66969b72f776975": "v0.6.10",
    "6766ebec8fb9cd74": "v0.7.0",
    "7bb37a4bf47605d8": "v0.7.0",
    "728f9280160c8323": "v0.7.1",
    "015057e20aafd744": "v0.7.1",
    "1500e212d0ddf297": "v0.7.2",
    "43bb751bd57a37bf": "v0.7.2",
    "3bcadca700f7d49e": "v0.7.3-rc",
    "e3737fccf1716565": "v0.7.3-rc",
    "4cb973f07ca7973d": "v0.7.3-rc2",
    "b3a360f453658b7d": "v0.7.3",
    "67658c13a892d870": "v0.7.3",
    "c14c93349b24c486": "v0.7.4",
    "ad0a8ed4b0ec4d69": "v0.7.4",
    "714d64353e0d9d70": "v0.7.5-rc1",
    "1d97216ae08fd0c8": "v0.7.5-rc1",
    "6ae01504eaab13ec": "v0.7.5-rc2",
    "45a740f63f599ef7": "v0.7.5",
    "6696e11ca5a95541": "v0.7.5",
    "7ad8cfee1fbcebfa": "v0.7.6-rc1",
    "fef6bad81406db5b": "v0.7.6-rc1",
    "4c9f6bf1138abb67": "v0.7.6",
    "4dca29587fe8b908": "v0.7.6",
    "3ec7166e8739c89e": "v0.7.7-rc1",
    "e2167fccf35cc030": "v0.7.7-rc1",
    "11c028c90bba3ab5": "v0.7.7",
    "9fc28d69d9d9f0ee": "v0.7.7",
    "f4c90b677a45601b": "v0.7.8-rc1",
    "d5a31bf102204795": "v0.7.8",
    "bd91b4626517d580": "v0.7.8",
    "fbf5b76d09fb6ff6": "v0.7.9-rc1",
    "2cbedce6b27b2793": "v0.7.9-rc1",
    "0700a53e6a69d614": "v0.7.9",
    "f3dbca692d76787b": "v0.7.9",
    "cae5e969747bc6a9": "v0.8.0-rc2",
    "2749f543d4604d6e": "v0.8.0-rc3",
    "ea8588f88820765e": "v0.8.0-rc3",
    "3d1443b2c73b5ba9": "v0.8.0-rc4",
    "74161cb91482dcb3": "v0.8.0",
    "cde9a89dc430cfa7": "v0.8.0",
    "3b8b66f2c33055a6": "v0.8.1-rc1",
    "403967bacf059cc8": "v0.8.1-rc1",
    "d624ae498b4da9a1": "v0.8.1",
    "423c76637577ec55": "v0.8.1",
    "c8434e1d680ef4d8": "v0.8.2-rc1",
    "6ade5117a66a79da": "v0.8.2-rc1",
    "3f132311b0a9d999": "v0.8.2-rc2",
    "81d5f85be9d37917": "v0.8.2-rc2",
    "59af3dc0db5c7fc8": "v0.8.2",
    "1474d5feb0ec6631": "v0.8.2",
    "ed192f53eeb8c657": "v0.8.3-rc1",
    "81bdf3339a73bac7": "v0.8.3-rc1",
    "5642e1edb384f53c": "v0.8.3-rc2",
    "c4e6ef7060fee5ee": "v0.8.3-rc2",
    "b2b9f6f4c49ae04b": "v0.8.3",
    "f35f5e88a6945983": "v0.8.4",
    "1500a0894d20e3a0": "v0.8.4-rc1",
    "1282b2e760c5b74c": "v0.8.4",
    "ac456bebeb808e1d": "v0.8.5-rc1",
    "8e24a91a8dde9ad4": "v0.8.5-rc1",
    "fec4651b205b36a7": "v0.8.5",
    "37ec706663a03b26": "v0.8.5",
    "d8820173dcfecfb2": "v0.8.6-rc1",
    "e63971a8f272416f": "v0.8.6-rc1",
    "b1d1beb89f294d95": "v0.8.6",
    "a6e7a13e5fe93808": "v0.8.6",
    "c20a2eae5229fd7d": "v0.8.7-rc1",
    "0f55aa5f3a9ddc65": "v0.8.7-rc1",
    "7a2ffa028d5d2828": "v0.8.7",
    "7d86059de4fe055a": "v0.8.7",
    "3545108ba1111d41": "v0.8.8-rc1",
    "a4bf07aff470dd60": "v0.8.8-rc1",
    "3f4adea5852d5459": "v0.8.8",
}
"""First 16 hex digits of the SHA-256 (line ends as LF) of ``.env.example`` and ``librechat.example.yaml`` of each release
tag; a text that several tags ship stands for the newest final release among them."""

FOLDER_FILES: Final = ("package.json", ".env.example", "librechat.example.yaml")
"""What tells which release a folder was made from, and not which one runs."""
_IMAGE_TAG: Final = r"(?:librechat|lc-dev)[^:\s/]*:(v?\d+\.\d+\.\d+(?:-rc\d*)?)(?:@\w+:[0-9a-f]+)?\Z"


def found(image: str, files: Mapping[str, bytes], source: str = "the image") -> tuple[Release, str] | None:
    """Return the release and what identified it, or ``None``.

    ``image`` is that of LibreChat's service, and ``source`` what names it; ``files`` holds what there is of package.json, .env.example and
    librechat.example.yaml. A pinned image decides; the files only tell which release the folder was made from, since the
    compose files of every release name a floating image tag.
    """
    if match := re.search(_IMAGE_TAG, image):
        # The digest says nothing to a person, and would take all the room.
        return Release.parse(match[1]), f"{source} {image.partition('@')[0][-80:]}"
    if "package.json" in files and (release := _package_version(files["package.json"])):
        return release, "package.json"
    for name in FOLDER_FILES[1:]:
        digest = sha256_hex(files.get(name, b"").replace(b"\r\n", b"\n"))[:16]
        if digest in FINGERPRINTS:
            return Release.parse(FINGERPRINTS[digest]), name
    return None


def _package_version(data: bytes) -> Release | None:
    import json

    try:
        package = json.loads(data)
        if isinstance(package, dict) and str(package.get("name", "")).lower() == "librechat":
            return Release.parse(str(package.get("version")))
    except (ValueError, RecursionError):
        pass
    return None
