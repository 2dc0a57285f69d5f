"""Pages of places, their rooms, and the way between them."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from clinic.kernel.permissions import Permission
from clinic.platform.access import requires
from clinic.scheduling.forms.base import names_of
from clinic.scheduling.forms.places import NEW_PLACE, PlaceForm, TravelForm, pairs, typed_place
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules.setup import Kind, SetUp
from clinic.scheduling.views.blueprint import pages
from clinic.scheduling.views.flow import BOTH, Screen, found, take


@pages.route("/places/new", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def add_place() -> ResponseReturnValue:
    """A new place."""
    return _place_page(set_up(), None)


@pages.route("/places/<uuid:location_id>", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def place(location_id: UUID) -> ResponseReturnValue:
    """A place and its rooms."""
    return _place_page(set_up(), location_id)


def _place_page(stands: SetUp, location_id: UUID | None) -> ResponseReturnValue:
    image = found(stands, Kind.LOCATION, location_id) if location_id else None
    typed = typed_place(image) if image else NEW_PLACE
    form = PlaceForm(data=typed if request.method == "GET" else None)
    rooms = {key: one for key, one in stands.of(Kind.ROOM).items() if one["location_id"] == location_id}
    if image:
        form.offer_zone(image["zone"])
    screen = Screen(
        "scheduling/place.html",
        image["name"] if image else "Add a place",
        url_for("setup.overview", _anchor="places"),
        stands,
        about=((Kind.LOCATION, location_id), *((Kind.ROOM, key) for key in rooms)) if location_id else (),
        context={"boxes": form.boxes(rooms)},
    )
    return take(form, screen, lambda: form.edits(location_id, stands))


@pages.route("/travel", methods=BOTH)
@requires(Permission.SETUP_CHANGE)
def travel() -> ResponseReturnValue:
    """How long it takes from one place to another."""
    stands = set_up()
    form = TravelForm()
    ways = stands.of(Kind.TRAVEL)
    minutes = {(one["first_id"], one["second_id"]): str(one["minutes"]) for one in ways.values()}
    screen = Screen(
        "scheduling/travel.html",
        "Travel between places",
        url_for("setup.overview", _anchor="travel"),
        stands,
        about=tuple((Kind.TRAVEL, key) for key in ways),
        context={"boxes": form.boxes(pairs(stands), minutes, names_of(stands, Kind.LOCATION))},
    )
    return take(form, screen, lambda: form.edits(stands))
