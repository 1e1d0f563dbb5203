"""Scenes of writing mail: the receipt of a proposal in the fund's own words, and second thoughts about it."""

from datetime import datetime
from functools import partial

from fundapp.demo.cast import Cast
from fundapp.mails import service
from fundapp.mails.declared import KINDS
from fundapp.mails.placeholders import Text

SUBJECT = {
    "en": "Your proposal is with us: {{ version.title }} ({{ application.code }})",
    "nl": "Uw voorstel is bij ons: {{ version.title }} ({{ application.code }})",
}
BODY = {
    "en": """Dear {{ reader.name }},

Thank you for “{{ version.title }}”. It arrived well, as number **{{ application.code }}**.

Until {{ call.closes }} (time in {{ zone }}) you can still change it. Then people read it, not machines.
We write to you by {{ decide_by }}.

[See where it stands]({{ page }})

Questions? Answer this mail; Noor or Maarten reads it.

{{ copy }}""",
    "nl": """Beste {{ reader.name }},

Dank u wel voor “{{ version.title }}”. Het is goed aangekomen, onder nummer **{{ application.code }}**.

Tot {{ call.closes }} (tijd in {{ zone }}) kunt u het nog veranderen. Daarna lezen mensen het, geen machines.
Uiterlijk {{ decide_by }} schrijven we u.

[Bekijk waar het staat]({{ page }})

Vragen? Antwoord op deze mail; Noor of Maarten leest die.

{{ copy }}""",
}


def own_words(cast: Cast) -> None:
    """Write the receipt of proposals in both languages, and make the Dutch one warmer the day after."""
    plain = BODY["nl"].replace("Dank u wel voor", "Wij ontvingen")
    calendar = cast.calendar
    calendar.plan(calendar.days(-97, "15:40"), partial(_write, cast, "en", BODY["en"], 0))
    calendar.plan(calendar.days(-97, "15:55"), partial(_write, cast, "nl", plain, 0))
    calendar.plan(calendar.days(-95, "09:10"), partial(_write, cast, "nl", BODY["nl"], 1))


def _write(cast: Cast, language: str, body: str, version: int, at: datetime) -> None:
    kind, text = KINDS["application-received"], Text(SUBJECT[language], body)
    service.keep(cast.fund, kind, language, text, version=version, actor=cast["noor"], at=at)
