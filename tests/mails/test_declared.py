"""Each kind of mail declares its placeholders, all of them, and none that its shipped text cannot fill."""

import pytest
from flask import Flask

from fundapp.core.places import TEMPLATES
from fundapp.core.words import LANGUAGES
from fundapp.mails import words
from fundapp.mails.declared import FIXED, KINDS
from fundapp.mails.kinds import Readers
from fundapp.mails.placeholders import Text, faults, used
from fundapp.mails.shipped import shipped

FOLDERS = {path.name for path in (TEMPLATES / "mail").iterdir() if path.is_dir()}


def test_every_mail_is_declared_or_said_to_be_the_same_for_all() -> None:
    assert set(KINDS) | set(FIXED) == FOLDERS
    assert set(KINDS) & set(FIXED) == set()
    assert set(KINDS) <= set(words.MAILS)
    assert set(words.READERS) == set(Readers)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_shipped_text_reads_as_one_a_manager_could_have_written(
    app: Flask, name: str, language: str
) -> None:
    text = shipped(KINDS[name], language)

    assert faults(KINDS[name], Text(*text)) == []
    assert used(text.whole)


def test_both_languages_say_the_same(app: Flask) -> None:
    uneven = [
        name
        for name, kind in KINDS.items()
        if sorted(used(shipped(kind, "en").whole)) != sorted(used(shipped(kind, "nl").whole))
    ]

    assert uneven == []
