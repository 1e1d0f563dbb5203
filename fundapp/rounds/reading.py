"""Reading a form or rubric that somebody wrote as data, with every mistake named by its place."""

import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeVar

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal
from fundapp.core.words import LANGUAGES

Texts = dict[str, str]
"""A text in every language: {en, nl}."""

Chosen = TypeVar("Chosen", bound=StrEnum)
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


class InvalidDefinition(Refusal):
    """A form or rubric that does not hold together. problems: one sentence each, with its place."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(self.problems))


def digest_of(definition: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a definition in canonical JSON: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(definition, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


class Node:
    """One mapping of a definition; reading from it notes what is missing, wrong or unknown."""

    def __init__(self, value: Mapping[str, Any], where: str = "", problems: list[str] | None = None) -> None:
        self.value = value
        self.where = where
        self.problems: list[str] = [] if problems is None else problems
        self._seen: set[str] = set()

    def problem(self, text: str) -> None:
        """Note one mistake at this place."""
        self.problems.append(f"{self.where}: {text}" if self.where else text)

    def take(self, key: str, kind: type, default: Any = None, *, required: bool = False) -> Any:
        """Give the value under a key, or the default when it is missing or of another kind."""
        self._seen.add(key)
        found = self.value.get(key)
        if found is None and not required:
            return default
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is int):
            self.problem(_("“%(key)s” is missing or not of the right kind.", key=key))
            return default
        return found

    def string(self, key: str, *, required: bool = True) -> str:
        """Give a word, without spaces around it."""
        return str(self.take(key, str, "", required=required)).strip()

    def key(self, name: str) -> str:
        """Give a key: a letter, then letters, digits and underscores."""
        word = self.string(name)
        if word and not KEY.fullmatch(word):
            self.problem(_("“%(word)s” is not a key: letters, digits and _ only.", word=word))
        return word

    def integer(self, key: str, *, required: bool = False) -> int | None:
        """Give a whole number, or None."""
        number = self.take(key, int, required=required)
        return None if number is None else int(number)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Give a yes or no."""
        return bool(self.take(key, bool, default))

    def strings(self, key: str) -> tuple[str, ...]:
        """Give a list of words."""
        return tuple(str(item) for item in self.take(key, list, []))

    def texts(self, key: str, *, required: bool = True) -> Texts:
        """Give a text in every language."""
        found = self.take(key, Mapping, {}, required=required)
        texts = {language: str(found.get(language) or "").strip() for language in LANGUAGES}
        if found and not all(texts.values()):
            self.problem(_("“%(key)s” has to be written in every language.", key=key))
        return texts

    def texts_list(self, key: str) -> tuple[Texts, ...]:
        """Give a list of texts in every language."""
        items = self.take(key, list, [])
        return tuple(
            self._child({"text": item}, f"{key}[{i}]").texts("text") for i, item in enumerate(items, 1)
        )

    def texts_by_key(self, key: str) -> dict[str, Texts]:
        """Give texts in every language, each under its own key."""
        found = self.take(key, Mapping, {})
        return {str(name): self._child(found, key).texts(str(name)) for name in found}

    def choice(self, key: str, kinds: type[Chosen], default: Chosen) -> Chosen:
        """Give one of a fixed list of words."""
        word = self.string(key)
        if word in set(kinds):
            return kinds(word)
        self.problem(_("“%(word)s” is not one of: %(words)s.", word=word, words=", ".join(kinds)))
        return default

    def node(self, key: str) -> "Node | None":
        """Give one mapping, or None."""
        found = self.take(key, Mapping)
        return None if found is None else self._child(found, key)

    def nodes(self, key: str, *, required: bool = False) -> "list[Node]":
        """Give the mappings of a list, each with its own place."""
        items = self.take(key, list, [], required=required)
        return [self._child(item, f"{key}[{index}]") for index, item in enumerate(items, 1)]

    def close(self) -> None:
        """Note the keys that nobody read: they are spelling mistakes."""
        for key in self.value:
            if key not in self._seen:
                self.problem(_("“%(key)s” is not known here.", key=key))

    def _child(self, item: object, place: str) -> "Node":
        place = f"{self.where}.{place}" if self.where else place
        if isinstance(item, Mapping):
            return Node(item, place, self.problems)
        child = Node({}, place, self.problems)
        child.problem(_("This has to be a list of names with values."))
        return child
