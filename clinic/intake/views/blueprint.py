"""The blueprint of the intake."""

from flask import Blueprint

intake = Blueprint("intake", __name__, url_prefix="/intake")
