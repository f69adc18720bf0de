"""As whom LibreChat's container runs, as Docker Engine 20.10.24 and 28.5.2 said of the same words (``id`` in the container)."""

from __future__ import annotations

import pytest

from wizard.deployment.container_user import container_user


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (":", (0, 0)),
        ("", (0, 0)),
        ("0:0", (0, 0)),
        ("1501:1501", (1501, 1501)),
        ("1501", (1501, 0)),
        ("1000", (1000, 1000)),
        ("node", (1000, 1000)),
        ("root", (0, 0)),
        (1501, (1501, 0)),
        ("1000:0", (1000, 0)),
        ("4294967296:1", (1000, 1000)),
        ("nobody-knows", (1000, 1000)),
    ],
)
def test_user_of_the_compose_files(user: object, expected: tuple[int, int]) -> None:
    assert container_user({"user": user}) == expected


def test_without_one_the_image_decides() -> None:
    assert container_user({}) == (1000, 1000)
