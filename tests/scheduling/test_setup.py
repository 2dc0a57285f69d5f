"""Changing what is set up: what a preview shows, what a change does, what a stale page is told."""

from datetime import time, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.errors import Invalid, NotAllowed
from clinic.kernel.permissions import Actor
from clinic.notifications.models import OutboxMessage
from clinic.platform.extensions import db
from clinic.safety.rules import CallBackKind
from clinic.scheduling import queries, service
from clinic.scheduling.queries.changes import changes
from clinic.scheduling.queries.setup import set_up
from clinic.scheduling.rules import OpenTime, Refusal, State
from clinic.scheduling.rules.setup import Edit, Kind
from clinic.scheduling.service import setup
from tests.scheduling.scene import DESK, MONDAY, Scene, add_patient, central
from tests.scheduling.setup_scene import (
    MINUTE,
    NINE,
    book,
    calls,
    change,
    closure,
    edited,
    session,
    sessions_of,
    snapshot,
)
from tests.support.statements import statements


def test_a_preview_shows_the_visits_that_a_closure_hits(scene: Scene, hazel: UUID, manager: Actor) -> None:
    visit = book(scene, hazel)
    shown = setup.preview([closure()], actor=manager, now=scene.now)
    (hit,) = shown.hits
    assert (hit.card.id, hit.reasons, hit.told) == (visit, (Refusal.CLOSED,), True)
    assert [proposed.clinician_id for proposed in hit.proposed] == [scene.anna] * 3
    assert all(abs(proposed.start - NINE) < timedelta(days=4) for proposed in hit.proposed)


def test_a_preview_leaves_nothing_but_a_line_of_who_looked(scene: Scene, hazel: UUID, manager: Actor) -> None:
    book(scene, hazel)
    before, events = snapshot(), db.session.scalar(select(func.count()).select_from(AuditEvent))
    setup.preview([closure()], actor=manager, now=scene.now)
    assert snapshot() == before
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == (events or 0) + 1
    looked = db.session.scalars(select(AuditEvent).where(AuditEvent.action == Action.SETUP_PREVIEWED)).one()
    assert looked.facts == {"patients": [str(hazel)]}


def test_a_change_moves_whom_it_is_told_to_move_and_asks_about_the_rest(
    scene: Scene, hazel: UUID, otto: UUID, manager: Actor
) -> None:
    moved, left = book(scene, hazel), book(scene, otto, NINE + 75 * MINUTE)
    edits = [closure()]
    new = setup.preview(edits, actor=manager, now=scene.now).hits[0].proposed[0]
    change(edits, manager, scene.now, {moved: new.value, left: ""})
    assert queries.appointment_row(moved).start_at == new.start
    assert queries.appointment_row(left).start_at == NINE + 75 * MINUTE
    assert queries.appointment_row(left).state is State.BOOKED
    assert calls() == [(left, CallBackKind.VISIT_NO_LONGER_FITS)]
    kinds = [
        kind
        for kind, ids in db.session.execute(select(OutboxMessage.kind, OutboxMessage.ids))
        if ids["appointment"] == str(moved) and ids["sequence"] == "1"
    ]
    assert "appointment_moved" in kinds
    (line,) = changes(manager).lines
    assert (line.title, line.by, len(line.moves), line.calls) == ("A change", "Mo Manager", 1, 1)
    assert queries.doctor_checks(scene.now) == []


def test_all_first_proposals_can_be_taken_together(scene: Scene, manager: Actor) -> None:
    patients = [add_patient(scene.now, f"Guest{n}") for n in range(3)]
    visits = [book(scene, who, NINE + 75 * n * MINUTE) for n, who in enumerate(patients[:2])]
    visits.append(book(scene, patients[2], NINE + timedelta(days=1)))
    edits = [closure(last_day=MONDAY + timedelta(days=1))]
    hits = setup.preview(edits, actor=manager, now=scene.now).hits
    assert {hit.card.id for hit in hits} == set(visits)
    every = [(proposed.clinician_id, proposed.start) for hit in hits for proposed in hit.proposed]
    assert len(every) == len(set(every)) == 9
    change(edits, manager, scene.now, {hit.card.id: hit.proposed[0].value for hit in hits})
    assert calls() == []
    assert queries.doctor_checks(scene.now) == []


@pytest.mark.parametrize(("closes", "hits"), [(time(10), 0), (time(9, 55), 1)])
def test_hours_may_shrink_around_a_visit(
    scene: Scene, hazel: UUID, manager: Actor, closes: time, hits: int
) -> None:
    book(scene, hazel)
    edit = edited(Kind.SESSION, sessions_of(scene.anna)[0], closes=closes)
    assert len(setup.preview([edit], actor=manager, now=scene.now).hits) == hits


def test_a_visit_type_that_gets_longer_or_is_given_up_moves_nobody(
    scene: Scene, hazel: UUID, manager: Actor
) -> None:
    book(scene, hazel)
    for changed in ({"minutes": 120}, {"offered": False}, {"notice_minutes": 60 * 24 * 30}):
        edit = edited(Kind.VISIT_TYPE, scene.first_visit, **changed)
        assert setup.preview([edit], actor=manager, now=scene.now).hits == ()


def test_other_starts_move_nobody(scene: Scene, hazel: UUID, manager: Actor) -> None:
    book(scene, hazel)
    edit = edited(Kind.SESSION, sessions_of(scene.anna)[0], opens=time(8, 10))
    assert setup.preview([edit], actor=manager, now=scene.now).hits == ()


def test_a_hold_is_hit_and_left_to_the_desk(scene: Scene, hazel: UUID, manager: Actor) -> None:
    given = {"patient_id": hazel, "key": "h", "actor": Actor.patient(hazel), "now": scene.now}
    held = service.hold(scene.wanted(NINE), **given)  # type: ignore[arg-type]
    (hit,) = setup.preview([closure()], actor=manager, now=scene.now).hits
    assert (hit.card.id, hit.proposed, hit.told) == (held.id, (), False)
    change([closure()], manager, scene.now)
    assert calls() == [(held.id, CallBackKind.VISIT_NO_LONGER_FITS)]
    ran_out = scene.now + timedelta(hours=1)
    assert setup.preview([closure(clinician_id=scene.anna)], actor=manager, now=ran_out).hits == ()


def test_a_stale_preview_is_told_with_a_fresh_one(
    scene: Scene, hazel: UUID, otto: UUID, manager: Actor
) -> None:
    edits = [closure()]
    shown = setup.preview(edits, actor=manager, now=scene.now)
    visit = book(scene, hazel)
    given = {"choices": {}, "actor": manager, "now": scene.now}
    before = snapshot()
    with pytest.raises(setup.PreviewStale) as stale:
        setup.change(edits, "Closed", digest=shown.digest, **given)  # type: ignore[arg-type]
    fresh = stale.value.preview
    assert [hit.card.id for hit in fresh.hits] == [visit]
    assert snapshot() == before
    service.move(visit, fresh.hits[0].proposed[0].wanted, actor=DESK, now=scene.now)
    with pytest.raises(setup.PreviewStale):
        setup.change(edits, "Closed", digest=fresh.digest, **given)  # type: ignore[arg-type]


def test_a_chosen_time_that_is_gone_is_told_with_a_fresh_preview(
    scene: Scene, hazel: UUID, otto: UUID, manager: Actor
) -> None:
    visit, edits = book(scene, hazel), [closure()]
    shown = setup.preview(edits, actor=manager, now=scene.now)
    new = shown.hits[0].proposed[0]
    book(scene, otto, new.start)
    before = snapshot()
    with pytest.raises(setup.PreviewStale, match="just taken") as stale:
        setup.change(
            edits,
            "Closed",
            digest=shown.digest,
            choices={visit: new.value},
            actor=manager,
            now=scene.now,
        )
    assert new not in stale.value.preview.hits[0].proposed
    assert snapshot() == before


def test_only_the_manager_changes_anything(scene: Scene) -> None:
    asked = {"actor": DESK, "now": scene.now}
    with pytest.raises(NotAllowed):
        setup.preview([closure()], **asked)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        setup.change([closure()], "Closed", digest="", choices={}, **asked)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        setup.undo(uuid4(), **asked)  # type: ignore[arg-type]


def test_what_is_used_is_not_taken_away(scene: Scene, hazel: UUID, manager: Actor) -> None:
    asked = {"actor": manager, "now": scene.now}
    for kind, one in ((Kind.LOCATION, scene.auburn), (Kind.VISIT_TYPE, scene.first_visit)):
        if kind is Kind.VISIT_TYPE:
            book(scene, hazel)
        with pytest.raises(Invalid, match=r"still used|There were visits"):
            setup.preview([Edit(kind, one, None)], **asked)  # type: ignore[arg-type]
    setup.preview([Edit(Kind.VISIT_TYPE, scene.short_visit, None)], **asked)  # type: ignore[arg-type]


def test_two_rooms_may_swap_their_names(scene: Scene, manager: Actor) -> None:
    rooms = [Edit(Kind.ROOM, uuid4(), {"location_id": scene.auburn, "name": name}) for name in ("A", "B")]
    change(rooms, manager, scene.now)
    before = snapshot()
    swap = [edited(Kind.ROOM, rooms[0].id, name="B"), edited(Kind.ROOM, rooms[1].id, name="A")]
    done = change(swap, manager, scene.now)
    assert set_up().of(Kind.ROOM)[rooms[0].id]["name"] == "B"
    setup.undo(done, actor=manager, now=scene.now)
    assert snapshot() == before


def test_the_history_is_read_page_by_page(scene: Scene, manager: Actor) -> None:
    monday = sessions_of(scene.anna)[0]
    for n in range(5):
        change([edited(Kind.SESSION, monday, closes=time(11, 5 * n))], manager, scene.now + n * MINUTE)
    seen, after = [], None
    while True:
        page = changes(manager, after, length=2)
        seen += [line.at for line in page.lines]
        after = page.after
        if after is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


def test_a_longer_way_hits_two_visits_and_moving_one_is_enough(
    scene: Scene, hazel: UUID, otto: UUID, manager: Actor
) -> None:
    change([session(scene.anna, scene.auburn)], manager, scene.now)
    one = book(scene, hazel, central(MONDAY, 10, 45))
    wanted = scene.wanted(central(MONDAY, 13), location=scene.auburn)
    two = service.book(wanted, patient_id=otto, key="o", actor=DESK, now=scene.now).id
    way = {"first_id": scene.birmingham, "second_id": scene.auburn, "minutes": 120}
    edits = [Edit(Kind.TRAVEL, uuid4(), way)]
    shown = setup.preview(edits, actor=manager, now=scene.now)
    assert {hit.card.id: hit.reasons for hit in shown.hits} == {
        one: (Refusal.TRAVEL,),
        two: (Refusal.TRAVEL,),
    }
    assert "The way takes 120 minutes." in shown.warnings[0]
    earlier = central(MONDAY, 8)
    there = OpenTime(earlier, earlier + 60 * MINUTE, scene.anna, scene.birmingham, scene.first_visit)
    change(edits, manager, scene.now, {one: there.value})
    assert calls() == []
    assert setup.preview([closure()], actor=manager, now=scene.now).hits[0].reasons == (Refusal.CLOSED,)


def test_looking_costs_the_same_number_of_statements_for_many_visits(scene: Scene, manager: Actor) -> None:
    def preview() -> tuple[int, int]:
        with statements() as seen:
            hits = setup.preview([closure()], actor=manager, now=scene.now).hits
        return len(hits), len(seen)

    book(scene, add_patient(scene.now, "Guest0"), central(MONDAY, 8))
    one, few = preview()
    for n, start in enumerate((central(MONDAY, 9, 15), central(MONDAY, 10, 30)), 1):
        book(scene, add_patient(scene.now, f"Guest{n}"), start)
    three, many = preview()
    assert (one, three) == (1, 3)
    assert many == few


def test_everybody_gets_a_time_before_anybody_gets_a_choice(scene: Scene, manager: Actor) -> None:
    """Two visits are hit, and just two times are open in all the weeks around."""
    for n, start in enumerate((central(MONDAY, 8), central(MONDAY, 10))):
        book(scene, add_patient(scene.now, f"Guest{n}"), start)
    tuesday, last_day = MONDAY + timedelta(days=1), MONDAY + timedelta(days=60)
    edits = [
        closure(clinician_id=scene.ben, last_day=last_day),
        closure(first_day=MONDAY - timedelta(days=7), last_day=MONDAY),
        closure(first_day=tuesday + timedelta(days=1), last_day=last_day),
        edited(
            Kind.SESSION, sessions_of(scene.anna)[1], closes=time(10, 15)
        ),  # one visit, a buffer, one visit
    ]
    hits = setup.preview(edits, actor=manager, now=scene.now).hits
    assert [[one.start for one in hit.proposed] for hit in hits] == [
        [central(tuesday, 8)],
        [central(tuesday, 9, 15)],
    ]


def test_a_new_name_leaves_the_short_name_that_addresses_and_referrals_use(
    scene: Scene, manager: Actor
) -> None:
    for kind, one, slug in (
        (Kind.LOCATION, scene.auburn, "auburn"),
        (Kind.VISIT_TYPE, scene.first_visit, "first"),
    ):
        change([edited(kind, one, name="Something new", slug="")], manager, scene.now)
        assert set_up().of(kind)[one]["slug"] == slug
