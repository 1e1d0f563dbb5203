"""What a fund says itself: its own text, filled in while a mail is written; else the shipped words."""

from collections.abc import Iterable
from typing import Any

import structlog
from jinja2 import Environment, Template

from fundapp.core import mail
from fundapp.mails import placeholders, queries
from fundapp.mails.declared import KINDS
from fundapp.mails.kinds import Kind, Place, Sort

log = structlog.get_logger()

LONGEST = 4000
"""The most characters of one placeholder that are kept with a mail; what is sent is whole."""
HIDDEN = "https://…"


def say(name: str, fund: Any, language: str, given: dict[str, Any]) -> mail.Own | None:
    """Give what the placeholders of a mail hold and, where the fund wrote one, its own text filled in.

    A text that cannot be filled in is left for the shipped one, and logged: mail has to go.
    """
    kind = KINDS.get(name)
    if kind is None or fund is None:
        return None
    facts, faulty = fill(kind, given)
    kept = {place.name: _kept(place, facts[place.name]) for place in kind.places.values()}
    text = queries.current(fund.id, name, language)
    if text is None or text.subject is None or text.body is None:
        return mail.Own(kept)
    if faulty & {*placeholders.used(text.subject), *placeholders.used(text.body)}:
        log.error("own text not used: a placeholder could not be filled", mail=name, places=sorted(faulty))
        return mail.Own(kept)
    written = placeholders.write(kind, placeholders.Text(text.subject, text.body), facts)
    if not written.subject:
        return mail.Own(kept)
    return mail.Own(kept, written.subject, written.plain, written.html, text.number)


def fill(kind: Kind, given: dict[str, Any]) -> tuple[dict[str, str], set[str]]:
    """Give what each placeholder of a mail holds, and which could not be worked out."""
    env, held, faulty = mail.environment(), {}, set()
    for place in kind.places.values():
        try:
            held[place.name] = _held(env, kind, place, given)
        except Exception:  # one placeholder must not hold up a mail
            log.exception("placeholder not filled", mail=kind.name, place=place.name)
            held[place.name] = ""
            faulty.add(place.name)
    return held, faulty


def _held(env: Environment, kind: Kind, place: Place, given: dict[str, Any]) -> str:
    if place.sort is not Sort.PASSAGE:
        return _reading(env, place.reads[0]).render(given).strip()
    for file in ("body.txt", "subject.txt"):
        template = env.get_template(f"mail/{kind.name}/{file}")
        if place.name in template.blocks:
            lines: Iterable[str] = template.blocks[place.name](template.new_context(given))
            return _tidy("".join(lines))
    raise LookupError(f"mail/{kind.name} has no block {place.name}")


def _reading(env: Environment, source: str) -> Template:
    """Compile what a placeholder reads, once for each running app; nothing a manager wrote comes here."""
    env.extend(mail_places={})
    known: dict[str, Template] = env.mail_places  # type: ignore[attr-defined]
    if source not in known:
        code = env.compile(f'{{{{ ({source})|default("", true) }}}}', "place.txt", "<place>")
        known[source] = Template.from_code(env, code, env.globals)
    return known[source]


def _tidy(text: str) -> str:
    lines: list[str] = []
    for line in (one.strip() for one in text.strip().split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines)


def _kept(place: Place, value: str) -> str:
    if place.is_secret and value:
        return HIDDEN
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"


mail.OWN_WORDS.append(say)
