"""Domain refusals: what the rules of the house do not allow, said in words for the person."""

from flask_babel import gettext as _


class Refusal(Exception):
    """Something a person asked that the house rules do not allow.

    message: shown to that person as it is. status: the HTTP status of the page.
    """

    status = 422

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MoveRefused(Refusal):
    """This step is not open now, or not open to this person."""

    status = 409


class ChangedMeanwhile(Refusal):
    """Somebody else changed the row first.

    yours, theirs: the two texts, shown side by side; nothing is overwritten.
    """

    status = 409

    def __init__(self, message: str = "", *, yours: str = "", theirs: str = "") -> None:
        super().__init__(message or _("Somebody changed this while you were working on it."))
        self.yours = yours
        self.theirs = theirs
