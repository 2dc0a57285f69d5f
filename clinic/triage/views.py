"""The pages of the rules: as data, who agreed to what, versions and drafts; for clinicians."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.errors import Invalid
from clinic.kernel.permissions import Permission
from clinic.platform.access import current_actor, requires
from clinic.platform.extensions import now
from clinic.triage import presenters, queries, service
from clinic.triage.forms import AgreeForm, SettingsForm, StepForm, typed
from clinic.triage.rules import RULE_VERSION, RuleSettings, VersionState, open_choices
from clinic.triage.rules.table import TRENDS
from clinic.triage.rules.versions import FIRST

pages = Blueprint("triage", __name__, url_prefix="/staff")
ALL = "all"


@pages.get("/rules")
@requires(Permission.RULES_VIEW)
def rules() -> str:
    """The rules as they are in force, and who agreed to each choice."""
    version = queries.in_force()
    settings = version.settings if version else RuleSettings()
    agreed = queries.agreements(version.id) if version else presenters.NOBODY
    lines = presenters.setting_lines(settings, agreed)
    return render_template(
        "triage/rules.html",
        rules=RULE_VERSION,
        version=version,
        number=version.number if version else FIRST,
        config_hash=settings.config_hash,
        settings=[one for one in lines if one.allowed],
        fixed=[one for one in lines if not one.allowed],
        open_count=sum(one.agreed is None for one in lines),
        count=len(lines),
        trends=[one.capitalize() for one in TRENDS],
        responses=presenters.response_rows(),
        tables=presenters.phase_tables(),
        treatments=presenters.treatment_lines(settings),
        used=tuple(presenters.USED.values()),
        known=tuple(presenters.KNOWN.values()),
        left_out=presenters.LEFT_OUT,
    )


@pages.post("/rules/agree")
@requires(Permission.RULES_SIGN)
def agree() -> ResponseReturnValue:
    """Keep the reader's name beside one choice, or beside all that are open."""
    form, wanted = AgreeForm(), request.form.get("agree", "")
    form.validate()
    number = form.number.data or ""
    if not (wanted and number.isdecimal() and len(number) < 10):
        raise Invalid("Choose what you agree to: press a button on the page of the rules.")
    settings = service.current_settings(now())
    digests = {one.digest for one in open_choices(settings)} if wanted == ALL else {wanted}
    count = service.agree(int(number), digests, actor=current_actor(), now=now())
    flash(f"Noted: you agree to {count} choices." if count != 1 else "Noted: you agree to 1 choice.")
    return redirect(url_for("triage.rules", _anchor="settings"), 303)


@pages.get("/rules/drafts")
@requires(Permission.RULES_VIEW)
def versions() -> str:
    """Every version of the settings, the newest first."""
    found = queries.versions()
    in_force = next((one.number for one in found if one.state is VersionState.PUBLISHED), None)
    return render_template("triage/versions.html", versions=found, in_force=in_force)


@pages.get("/rules/propose")
@requires(Permission.RULES_PROPOSE)
def propose() -> str:
    """A form of all settings, as they are in force."""
    return _propose_page(SettingsForm(data=typed(_settings())))


@pages.post("/rules/propose")
@requires(Permission.RULES_PROPOSE)
def keep_draft() -> ResponseReturnValue:
    """Keep a draft; what is wrong is said beside its field, and everything typed stays."""
    form = SettingsForm(data={})
    settings = form.settings() if form.validate() else None
    if settings is None:
        return _propose_page(form), 422
    try:
        number = service.propose(settings, form.why.data, actor=current_actor(), now=now())
    except Invalid as wrong:
        form.add_error(wrong.field or "why", wrong.message)
        return _propose_page(form), 422
    flash("Kept as a draft. Another clinician can look at it now.")
    return redirect(url_for("triage.version", number=number), 303)


@pages.get("/rules/drafts/<int:number>")
@requires(Permission.RULES_VIEW)
def version(number: int) -> str:
    """One version: what differs from the one before it, and which referrals it would change."""
    readable = request.args.get("show") != "unread"
    actor, after = current_actor(), request.args.get("after", "")[:9]
    screen = service.view_version(number, readable=readable, after=after, actor=actor, now=now())
    return render_template(
        "triage/version.html",
        version=screen.version,
        before=screen.before,
        in_force=screen.in_force,
        differences=presenters.differences(screen.before.settings, screen.version.settings),
        settings=[one for one in presenters.setting_lines(screen.version.settings) if one.allowed],
        replay=screen.replay,
        lines=presenters.change_lines(screen.lines.rows),
        next_after=screen.lines.next_after,
        readable=readable,
        after=after,
        own=screen.version.proposed_by == actor.id,
    )


@pages.post("/rules/drafts/<int:number>/approve")
@requires(Permission.RULES_APPROVE)
def approve(number: int) -> ResponseReturnValue:
    """Publish a draft."""
    StepForm().validate()
    service.approve(number, actor=current_actor(), now=now())
    flash("Published. The next evaluation uses these settings.")
    return redirect(url_for("triage.version", number=number), 303)


@pages.post("/rules/drafts/<int:number>/reject")
@requires(Permission.RULES_APPROVE)
def reject(number: int) -> ResponseReturnValue:
    """Put a draft aside."""
    StepForm().validate()
    service.reject(number, actor=current_actor(), now=now())
    flash("Rejected. Nothing changes.")
    return redirect(url_for("triage.version", number=number), 303)


@pages.get("/rules/settings/<config_hash>")
@requires(Permission.RULES_VIEW)
def settings_of_run(config_hash: str) -> str:
    """The version that an old run was evaluated under."""
    return version(queries.number_by_hash(config_hash))


def _settings() -> RuleSettings:
    version = queries.in_force()
    return version.settings if version else RuleSettings()


def _propose_page(form: SettingsForm) -> str:
    version = queries.in_force()
    return render_template("triage/propose.html", form=form, number=version.number if version else FIRST)
