"""The blueprint of setting up time."""

from flask import Blueprint

pages = Blueprint("setup", __name__, url_prefix="/staff/setup")
