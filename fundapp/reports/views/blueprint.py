"""The blueprint of the office's pages about reports."""

from flask import Blueprint

bp = Blueprint("reports", __name__, url_prefix="/office/reports")
