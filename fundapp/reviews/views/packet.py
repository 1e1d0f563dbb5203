"""Taking reviews along without a network, and bringing them back."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.rules import reviewer
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.reviews import arrivals, packets, worklist
from fundapp.reviews.forms import PacketForm
from fundapp.reviews.sheet import SURE
from fundapp.reviews.views.blueprint import bp


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


@bp.get("/reviews/packet")
@guard(reviewer)
def packet() -> Any:
    """Say how a packet works; give it, and take it back."""
    return _page(PacketForm(formdata=None))


def _page(form: PacketForm, status: int = 200) -> Any:
    reviews = worklist.own_to_write(current_user)
    return render_template("reviews/packet.html", form=form, count=len(reviews)), status


@bp.get("/reviews/packet/file")
@guard(reviewer)
def packet_file() -> Any:
    """Give one file with all that is still to be written; it needs no network."""
    packet = packets.pack(current_user, language(), secret=_secret(), at=g.arrived_at)
    zone = packet.enclosed[0].review.application.round.fund.zone if packet.enclosed else None
    g.zone = zone
    script, style = _static("packet.js"), _static("packet.css")
    answer = make_response(
        render_template(
            "reviews/packet_file.html", packet=packet, script=script, style=style,
            script_hash=_hash(script), style_hash=_hash(style), kind=packets.KIND, sure=SURE,
        )
    )  # fmt: skip
    day = clock.local(g.arrived_at, zone or str(current_app.config["ZONE"]))
    answer.headers["Content-Disposition"] = f'attachment; filename="reviews-{day:%Y-%m-%d}.html"'
    return answer


def _static(name: str) -> str:
    return (Path(str(current_app.static_folder)) / "packet" / name).read_text("utf-8")


def _hash(text: str) -> str:
    """Name a script for the policy of the file itself: nothing else in it may run."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


@bp.post("/reviews/packet")
@guard(reviewer)
def packet_look() -> Any:
    """Show what a file that came back would change; nothing is changed yet."""
    form = PacketForm()
    if not form.validate():
        return _page(form, 422)
    return _look(form)


def _look(form: PacketForm, status: int = 200) -> Any:
    try:
        arrival = arrivals.open_file(current_user, form.text, secret=_secret())
    except Refusal as fault:
        form.file.errors = [*form.file.errors, fault.message]
        return _page(form, fault.status)
    g.zone = arrival.returned[0].review.application.round.fund.zone if arrival.returned else None
    return render_template("reviews/packet_look.html", form=form, arrival=arrival, text=form.text), status


@bp.post("/reviews/packet/take-over")
@guard(reviewer)
def packet_take_over() -> Any:
    """Take over what the file says; where both places changed, what was chosen."""
    form = PacketForm()
    if not form.validate():
        return _page(form, 422)
    mine = frozenset(name.removeprefix("mine:") for name in request.form if request.form[name] == "offline")
    try:
        changed = arrivals.take_over(current_user, form.text, mine, secret=_secret(), at=g.arrived_at)
    except arrivals.NotYours as fault:
        form.file.errors = [*form.file.errors, fault.message]
        return _page(form, fault.status)
    db.session.commit()
    flash(
        ngettext("One review is brought up to date.", "%(num)d reviews are brought up to date.", len(changed))
    )
    return redirect(url_for(".index"))
