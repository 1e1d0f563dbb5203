"""Languages: which one a reader gets, and the catalogues, read straight from the .po files."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, current_app, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale
from flask_login import current_user

from fundapp.core.words import LANGUAGES

FOLDER = Path(__file__).parents[1] / "translations"


@cache
def catalogue(language: str) -> Translations:
    """Merge the .po files of one language: one file a feature, no compiled copy to go stale."""
    merged = Catalog(locale=language)
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string and not message.fuzzy and message.id not in merged:
                    merged[message.id] = message
    out = BytesIO()
    write_mo(out, merged)
    out.seek(0)
    return Translations(out, domain="messages")


class Folder(Domain):
    """Flask-Babel's source of texts, fed from the .po files."""

    def get_translations(self) -> Translations:
        """Give the texts of the present reader's language."""
        return catalogue(str(get_locale() or "en").split("_")[0])


def chosen() -> str:
    """Choose the reader's language: their own, what they picked here, what the browser asks, the default."""
    if not has_request_context():
        return str(current_app.config["LANGUAGE"])
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    if session.get("language") in LANGUAGES:
        return str(session["language"])
    return request.accept_languages.best_match(LANGUAGES) or str(current_app.config["LANGUAGE"])


def start(app: Flask) -> None:
    """Attach Flask-Babel to the application."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", app.config["LANGUAGE"])
    app.config["BABEL_DEFAULT_TIMEZONE"] = app.config["ZONE"]
    babel = Babel(app, default_domain="messages", locale_selector=chosen)
    babel.domain_instance = Folder()
