"""The table of reviews that is handed in, and which stage was judged."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from fundapp.applications.forms.importing import ImportForm
from fundapp.core.forms import options
from fundapp.rounds.models import Round, Stage


class ReviewsForm(ImportForm):
    """A table of reviews and the stage that they judged."""

    stage = SelectField(_l("Stage that was judged"), default="")

    def chosen(self, round: Round) -> Stage | None:
        """Give the stage that was named."""
        return next((one for one in round.stages if str(one.id) == self.stage.data), None)


def reviews_form(round: Round, is_sent: bool) -> ReviewsForm:
    """Give the form for a round; with one stage nobody has to choose."""
    form = ReviewsForm() if is_sent else ReviewsForm(formdata=None)
    if len(round.stages) < 2:
        del form.stage
        return form
    stages = [(one.id, _l("Stage %(number)d", number=one.number)) for one in round.stages]
    form.stage.choices = options([("", _l("that of each latest text")), *stages])
    return form
