"""Pages of visit types."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.permissions import Permission
from clinic.platform.access import requires
from clinic.scheduling.forms.visit_types import NEW_VISIT_TYPE, VisitTypeForm, typed_visit_type
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Kind, SetUp
from clinic.scheduling.views.blueprint import pages
from clinic.scheduling.views.flow import BOTH, Screen, found, take
from clinic.scheduling.views.people import offered


@pages.route("/visit-types/new", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def add_visit_type() -> ResponseReturnValue:
    """A new kind of visit."""
    return _visit_type_page(set_up(), None)


@pages.route("/visit-types/<uuid:visit_type_id>", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def visit_type(visit_type_id: UUID) -> ResponseReturnValue:
    """A kind of visit."""
    return _visit_type_page(set_up(), visit_type_id)


def _visit_type_page(stands: SetUp, type_id: UUID | None) -> ResponseReturnValue:
    image = found(stands, Kind.VISIT_TYPE, type_id) if type_id else None
    typed = typed_visit_type(image or NEW_VISIT_TYPE) if request.method == "GET" else None
    form = VisitTypeForm(data=typed)
    form.offer(offered(image["clinicians"] if image else ()))
    screen = Screen(
        "scheduling/visit_type.html",
        image["name"] if image else "Add a visit type",
        url_for("setup.overview", _anchor="visit-types"),
        stands,
        about=((Kind.VISIT_TYPE, type_id),) if type_id else (),
    )
    return take(form, screen, lambda: form.edits(type_id, stands))
