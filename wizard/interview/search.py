"""Searches all settings and questions, by LibreChat's names and by everyday words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

from wizard import catalogue
from wizard.catalogue.model import Setting
from wizard.catalogue.questions import QUESTIONS, is_question, variable_id
from wizard.interview.search_words import ACTIONS, COMMANDS, MEANT, CommandWords

if TYPE_CHECKING:
    from wizard.librechat.releases import Release

WORDS: Final = tuple(MEANT)
"""The words of people that the search knows."""
_IDLE: Final = (
    "a again all always am an and any are at be been being but by can cannot do does every for from get gets getting "
    "has have how i in is it its just keep keeps me my of on or our so that the their them they this time to us "
    "want was we were what when where which who why will with without you your"
)
"""Words that say nothing about a setting, in any form; what people mean may hold them."""
_SAME: Final = {"emails": "mail", "email": "mail", "colour": "color"}
_SHORTEST_SLIP: Final = 5
"""Letters of a word that may have a wrong one."""


def search(text: str, release: Release | None = None) -> list[Setting]:
    """Return the questions in which all the words stand or that are meant by them, the nearest first.

    What ``release`` does not read comes last. If nothing is found, words with a wrong letter are corrected.
    """
    found = _search(text, release)
    if not found and (corrected := _corrected(_words(text))):
        found = _search(corrected, release)
    return found


def _search(text: str, release: Release | None) -> list[Setting]:
    words = _words(text)
    meant = _meant(" ".join(words))
    covered = {identity: _covered(words, identity) for identity in meant}
    wanted = _telling(words) or words
    everything = (*catalogue.SETTINGS, *QUESTIONS)
    found = {
        one.id for one in everything if all(word in covered.get(one.id, ()) or _stands(word, one.id) for word in wanted)
    }
    # A sentence has words that no setting has.
    found |= set(_meant_by_phrases(words)) if found else set(meant)
    found |= {one.id for one in everything if _title_words(one.title) == words}
    return sorted((one for one in everything if one.id in found), key=lambda one: _distance(one, words, meant, release))


def not_read(one: Setting, release: Release) -> str:
    """Return the remark on a setting that a release does not read; empty if it does."""
    return "" if one.is_read(release) else f"not read by {release}"


def actions_for(text: str, titles: Iterable[tuple[str, str]]) -> list[str]:
    """Return the names of the actions, of those with their titles, that all the words mean; all of them without a text."""
    words = _telling(_words(text))
    if text.strip() and not words:
        return []
    return [name for name, title in titles if _all_in(words, f"{title} {ACTIONS.get(name, '')}")]


def commands_for(text: str) -> list[CommandWords]:
    """Return the commands of the command line that all the words mean; none without a word."""
    words = _telling(_words(text))
    return [one for one in COMMANDS if words and _all_in(words, f"{one.title} {one.words}")]


def _all_in(words: list[str], text: str) -> bool:
    known = _tokens(text)
    stems = {_stem(word) for word in known}
    return all(
        any(one.startswith(word) for one in known)
        or _stem(word) in stems
        or (word not in _vocabulary() and bool(_near(word, known)))
        for word in words
    )


def _distance(one: Setting, words: list[str], meant: tuple[str, ...], release: Release | None) -> tuple[bool, int, int]:
    """Order what was found: the very name or title, what is meant by the words, names that begin so or hold the words, the rest."""
    name = one.label.lower()
    if words in ([name], _title_words(one.title)):
        return False, 0, 0
    is_unread = release is not None and not one.is_read(release)
    if one.id in meant:
        return is_unread, 1, meant.index(one.id)
    rank = 2 if words and name.startswith(words[0]) else 3 if all(word in name for word in words) else 4
    return is_unread, rank, 0


def _words(text: str) -> list[str]:
    words = text.lower().replace("\u2019", "'").replace("e-mail", "email").replace("-", " ").split()
    return [word.rstrip("?!.,;") or word for word in words]


@cache
def _title_words(title: str) -> list[str]:
    return _words(title)


def _telling(words: list[str]) -> list[str]:
    """Return the words that say something about a setting."""
    return [word for word in words if _stem(word) not in _idle_stems()]


@cache
def _idle_stems() -> frozenset[str]:
    return frozenset(map(_stem, _IDLE.split()))


@cache
def _stem(word: str) -> str:
    """Return what the forms of an English word have in common: ``log`` of logs, logged and logging."""
    word = _SAME.get(word, word)
    for ending, least in (("ing", 6), ("ed", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":  # noqa: PLR2004 - logg, bann
        return word[:-1]
    return word[:-1] if len(word) > 5 and word.endswith("e") else word  # noqa: PLR2004 - expire, expir


@cache
def _phrases() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """Return what people mean, by the stems of their words: what has more words first."""
    found = [(frozenset(map(_stem, _words(words))), _ids(names)) for words, names in MEANT.items()]
    return tuple(sorted(found, key=lambda one: -len(one[0])))


def _ids(names: str) -> tuple[str, ...]:
    return tuple(
        name if (is_question(name) and "." in name) or name == "access" else variable_id(name) for name in names.split()
    )


@cache
def _meant(words: str) -> tuple[str, ...]:
    """Return the ids of what people mean by these words; nothing if the words are not known."""
    stems = {_stem(word) for word in _words(words)}
    return tuple(dict.fromkeys(identity for phrase, ids in _phrases() if phrase <= stems for identity in ids))


def _meant_by_phrases(words: list[str]) -> tuple[str, ...]:
    """Return the ids of what people mean by several of these words together: no single word of a complaint narrows that."""
    stems = {_stem(word) for word in words}
    return tuple(identity for phrase, ids in _phrases() if len(phrase) > 1 and phrase <= stems for identity in ids)


def _covered(words: list[str], identity: str) -> set[str]:
    """Return the words that mean a question, alone or together."""
    stems = {_stem(word) for word in words}
    parts = [phrase for phrase, ids in _phrases() if phrase <= stems and identity in ids]
    return {word for word in words if any(_stem(word) in phrase for phrase in parts)}


def _stands(word: str, identity: str) -> bool:
    """Return whether a word, or one that begins with it, stands in a question."""
    if not word.isalnum():
        return word in _haystack(identity)
    return any(
        (token.startswith(word) or _stem(token) == _stem(word)) and not _is_other(word, token)
        for token in _tokens(_haystack(identity))
    )


@cache
def _is_other(word: str, token: str) -> bool:
    """Return whether people mean something else by a word than by a longer one that holds it: logo and logout, theme and themselves."""
    mine, others = _meant(word), _meant(token)
    is_of_keys = not mine and len(word) >= _SHORTEST_SLIP and word in _words_of_keys()
    return _stem(word) != _stem(token) and (
        is_of_keys or (bool(mine) and bool(others) and set(mine).isdisjoint(others))
    )


@cache
def _tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", text.lower()))


@cache
def _words_of_keys() -> frozenset[str]:
    """Return the words for actions and commands."""
    return _tokens(" ".join((*ACTIONS.values(), *(one.words for one in COMMANDS))))


@cache
def _vocabulary() -> frozenset[str]:
    told = (token for one in (*catalogue.SETTINGS, *QUESTIONS) for token in _tokens(_haystack(one.id)))
    return frozenset((*_tokens(" ".join(MEANT)), *_words_of_keys(), *told))


def _corrected(words: list[str]) -> str:
    """Return the words with what has one wrong letter corrected, those of people first; empty if there is nothing to correct."""
    people = _tokens(" ".join(MEANT))
    fixed = [
        word if word in _vocabulary() else _near(word, people) or _near(word, _vocabulary()) or word for word in words
    ]
    return " ".join(fixed) if fixed != words else ""


def _near(word: str, known: Iterable[str]) -> str:
    """Return the known word that is one letter away; empty for a short word, or if there is none."""
    if len(word) < _SHORTEST_SLIP or not word.isalpha():
        return ""
    return min((one for one in known if _is_slip(word, one)), default="")


def _is_slip(word: str, other: str) -> bool:
    """Return whether one letter is wrong, missing or too many, or two neighbors are swapped."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    at = next(
        (n for n, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(len(word), len(other))
    )
    rest, rest_of_other = word[at:], other[at:]
    return (
        rest[1:] == rest_of_other[1:]
        or rest[1:] == rest_of_other
        or rest == rest_of_other[1:]
        or (rest[1::-1] == rest_of_other[:2] and rest[2:] == rest_of_other[2:])
    )


@cache
def _haystack(identity: str) -> str:
    from wizard.catalogue.questions import question
    from wizard.interview.presets import presets

    one = question(identity)
    labels = " ".join((*(choice.label for choice in one.choices), *(found.title for found in presets(identity))))
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", one.id)
    return f"{one.id} {parts} {one.title} {one.help} {one.empty} {labels}".lower()
