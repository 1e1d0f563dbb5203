"""The blueprint of what everybody may see."""

from flask import Blueprint

bp = Blueprint("public", __name__)
