"""Every mail of the demo kept what its placeholders held; the shipped text filled so is what was sent."""

import re

from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.mails.declared import FIXED, KINDS
from fundapp.mails.own_words import LONGEST
from fundapp.mails.placeholders import Text, write
from fundapp.mails.shipped import shipped


def words(text: str) -> list[str]:
    """Give the words of a text without addresses: a button has a label in one, and none in the other."""
    return re.findall(r"\w+", re.sub(r"https?://\S+", "", text))


def test_shipped_texts_filled_in_are_what_was_sent(stage):
    uneven, kinds = [], set()
    for sent in db.session.scalars(select(Outbox).where(Outbox.text_number.is_(None))):
        kind = KINDS.get(sent.name)
        if kind is None:
            assert sent.name in FIXED
            continue
        kinds.add(kind.name)
        assert sent.facts is not None
        assert set(sent.facts) == set(kind.places)
        text = shipped(kind, sent.language)
        labels = set(words(" ".join(re.findall(r"\[([^\]]+)\]\(", text.body))))
        mail = write(kind, Text(*text), sent.facts)
        made, was = (
            [one for one in words(body) if one not in labels] for body in (mail.plain, sent.body_text)
        )
        is_cut = any(len(value) == LONGEST for value in sent.facts.values())
        if not sent.subject.endswith(mail.subject) or (made != was and not is_cut):
            uneven.append((sent.name, sent.language))

    assert uneven == []
    assert len(kinds) > 30


def test_no_link_that_opens_something_is_kept_beside_a_mail(stage):
    kept = db.session.scalars(
        select(Outbox.facts).where(Outbox.name.in_(("pool-invitation", "gift-pledged")))
    )

    assert {facts["page"] for facts in kept} == {"https://…"}
