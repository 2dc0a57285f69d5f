"""The page on which clinicians read the rules: as data, with version and hash, nothing about any patient."""

from flask import Blueprint, render_template

from clinic.kernel.permissions import Permission
from clinic.platform.access import requires
from clinic.triage import presenters
from clinic.triage.rules import RULE_VERSION, RuleSettings
from clinic.triage.rules.table import TRENDS

pages = Blueprint("triage", __name__, url_prefix="/staff")


@pages.get("/rules")
@requires(Permission.RULES_VIEW)
def rules() -> str:
    """The rules as they are in force."""
    settings = RuleSettings()
    return render_template(
        "triage/rules.html",
        version=RULE_VERSION,
        config_hash=settings.config_hash,
        settings=presenters.setting_lines(settings),
        trends=[one.capitalize() for one in TRENDS],
        responses=presenters.response_rows(),
        tables=presenters.phase_tables(),
        treatments=presenters.treatment_lines(settings),
        used=tuple(presenters.USED.values()),
        known=tuple(presenters.KNOWN.values()),
        left_out=presenters.LEFT_OUT,
    )
