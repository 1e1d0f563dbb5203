"""One application told whole, for the command line and for other programs: as data, and as text."""

from typing import Any

from fundapp.applications import reading
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.applications.workflow import WORDS
from fundapp.core.words import pick
from fundapp.rounds import definitions


def data(application: Application) -> dict[str, Any]:
    """Give an application with all answers of its latest version, labels beside them.

    Amounts are whole cents; instants ISO 8601 in UTC; an answer keeps the shape in which it is kept. A
    draft that was never sent has no answers here: they are its writer's.
    """
    version = application.current
    round, fund = application.round, application.fund
    return {
        "code": application.code,
        "id": application.id,
        "title": application.title,
        "state": application.state.value,
        "state_at": _iso(application.state_at),
        "fund": fund.slug,
        "round": round.slug,
        "stage": application.stage.number,
        "applicant": application.applicant_name,
        "country": application.country,
        "theme": application.theme,
        "requested_cents": application.requested_cents,
        "currency": fund.currency,
        "submitted_at": _iso(application.submitted_at),
        "versions": application.version_number,
        "version": None if version is None else _version(version),
        "sections": [] if version is None else _sections(version),
        "files": [] if version is None else _files(version.answers),
    }


def _version(version: ApplicationVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "made_at": _iso(version.made_at),
        "reason": version.reason.value,
        "digest": version.digest,
        "is_over_limit": version.is_over_limit,
    }


def _sections(version: ApplicationVersion) -> list[dict[str, Any]]:
    form = definitions.read_form(version.form.definition)
    told = [
        {
            "key": section.key,
            "title": dict(section.title),
            "answers": [
                {
                    "key": field.key,
                    "type": field.type.value,
                    "label": dict(field.label),
                    "value": version.answers.get(field.key),
                }
                for field in section.fields
                if field.is_shown(version.answers)
            ],
        }
        for section in form.sections
    ]
    known = {field.key for field in form.fields}
    rest = [
        {"key": key, "type": None, "label": None, "value": value}
        for key, value in version.answers.items()
        if key not in known
    ]
    return [*told, *([{"key": None, "title": None, "answers": rest}] if rest else [])]


def _files(answers: dict[str, Any]) -> list[dict[str, Any]]:
    """List the files among the answers, with the question they answer."""
    return [
        {"field": key, **one}
        for key, value in answers.items()
        if isinstance(value, list)
        for one in value
        if isinstance(one, dict) and "sha256" in one
    ]


def text(application: Application, language: str) -> str:
    """Give an application as plain text: what it is, and what was answered."""
    round, fund = application.round, application.fund
    lines = [
        f"{application.code or '-'}  {application.title}",
        f"{application.applicant_name} · {pick(round.name, language)} · {WORDS[application.state][1]}",
    ]
    version = application.current
    if version is not None:
        plain = reading.plain(version.form.definition, version.answers, language, currency=fund.currency)
        for title, answers in plain:
            lines += ["", title, "=" * len(title)]
            for label, answer in answers:
                lines += ["", label, answer]
    return "\n".join(lines)


def _iso(at: Any) -> str | None:
    return at.isoformat() if at is not None else None
