"""Remedies name the choice on the screen where an answers file would name the key."""

import pytest

from screens.plain.keys import in_words
from screens.shared.person_words import for_person
from wizard.catalogue.questions import question


@pytest.mark.parametrize("way", ["https-proxy", "https-existing", "http-lan", "localhost"])
def test_an_answer_about_access_becomes_the_choice_of_that_name(way: str) -> None:
    label = next(choice.label for choice in question("access").choices if choice.value == way)
    told = for_person(f"Move it elsewhere, or set access to {way} in the answers. Else access: {way}.")
    assert told == f"Move it elsewhere, or choose '{label}' in Access. Else '{label}' in Access."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "To replace it, set JWT_SECRET: {generate: true, replace: true}.",
            "To replace it, press F8 in the field JWT_SECRET.",
        ),
        ("Write {generate: true} to get one.", "Press F8 in its field to get one."),
        ("To generate them, set NAME: {generate: true}.", "To generate them, press F8 in its field."),
        ("Generate one: A_KEY, B_KEY: {generate: true}.", "Generate one: press F8 in the fields A_KEY, B_KEY."),
    ],
)
def test_a_value_to_generate_becomes_the_key(text: str, told: str) -> None:
    assert for_person(text) == told


@pytest.mark.parametrize(
    ("text", "told", "typed"),
    [
        ("Set certificate: internal, or use a name.", "Choose '{ca}' in Access, or use a name.", "Choose '{ca}' in Access, or use a name."),
        ("then set proxy.certificate to internal in the answers.", "then choose '{ca}' in Access.", "then choose '{ca}' in Access."),
        ("For details, run: (cd /srv && ./run settings DOMAIN_CLIENT)", "For details, press F1.", "For details, type ?."),
        ("Write {generate: true} to get one.", "Press F8 in its field to get one.", "Type :generate at its question to get one."),
        ("To show them, press F6.", "To show them, press F6.", "To show them, type :all."),
    ],
)  # fmt: skip
def test_answers_and_commands_become_choices_and_keys_or_words_to_type(text: str, told: str, typed: str) -> None:
    ca = next(choice.label for choice in question("proxy.certificate").choices if choice.value == "internal")
    assert for_person(text) == told.format(ca=ca)
    assert in_words(for_person(text)) == typed.format(ca=ca)
