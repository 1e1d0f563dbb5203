"""What is filled in about a fund: to set it up, to book a gift, its settings."""

from fundapp.funds.forms.funds import FundForm, GiftForm
from fundapp.funds.forms.settings import SettingsForm

__all__ = ["FundForm", "GiftForm", "SettingsForm"]
