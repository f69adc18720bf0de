"""What is left out because a text cannot fit a pattern never fits it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rounds import examples
from wizard.catalogue import placeholders
from wizard.catalogue.placeholders import PlaceholderKind, is_placeholder, placeholder_of_secret

_PARTS = (
    ["op://", "vault:", "ref+", "arn:aws:ssm:", "projects/a/secrets/b", "@Microsoft.KeyVault(x)", "{{ x }}", "/run/secrets/a", "file:", "$(", ")", "`", "sudo ", "openssl rand", "head -c", "uuidgen", "pwgen ", "python3 -c", "node\t-e", "cat /", "date +", "<", ">", "any random", "just", "generate", "Change_Me", "placeholder", "your_", "your-domain", "replace", "\u0131nsert", "put", "pa\u017fte", "enter", "one", "here", "with", "me", "this", "replace_me", "[x]", "xxxxx", "***", "...", "---", "___", "…", "TODO", "tbd", "fixme", "secret", "example", "0a1b", " ", "K", "é"]
)  # fmt: skip
_KINDS = {
    PlaceholderKind.REFERENCE: placeholders._REFERENCE,
    PlaceholderKind.COMMAND: placeholders._COMMAND,
    PlaceholderKind.PLACEHOLDER: placeholders._PLACEHOLDER,
}


@settings(max_examples=examples(1500), deadline=None)
@given(parts=st.lists(st.sampled_from(_PARTS), max_size=5))
def test_no_pattern_is_left_out_that_fits(parts: list[str]) -> None:
    text = "".join(parts)
    value = text.strip()
    fitting = next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(value)), None)
    assert placeholder_of_secret(text, is_own=False) is fitting
    is_word = fitting is None and placeholders._NO_SECRET.fullmatch(value) is not None
    assert placeholder_of_secret(text, is_own=True) is (PlaceholderKind.PLACEHOLDER if is_word else fitting)
    assert is_placeholder(text) is (placeholders._NAMES_SOMETHING.search(text) is not None)
