"""Whoever wants what somebody else has is refused without the locks; whoever might get it waits for them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.platform.extensions import db
from clinic.platform.transaction import transaction
from clinic.scheduling import service
from clinic.scheduling.models import Resource
from clinic.scheduling.queries import is_taken_by_others, nearest_times, times
from clinic.scheduling.rules import HOLD_FOR, NotBookable, Refusal, TimeTaken, Wanted
from tests.scheduling.scene import DESK, MONDAY, Scene, add_patient, central

NINE = central(MONDAY, 9)


@contextmanager
def all_locks_held() -> Iterator[None]:
    """Somebody else holds every lock that a booking would wait for."""
    with db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as other, other.begin():
        other.execute(select(Resource.id).with_for_update())
        yield


def book(scene: Scene, wanted: Wanted, name: str, key: str = "") -> None:
    patient = add_patient(scene.now, name)
    service.book(wanted, patient_id=patient, key=key or name, actor=DESK, now=scene.now)


def test_a_taken_time_is_refused_while_others_hold_the_locks(scene: Scene) -> None:
    book(scene, scene.wanted(NINE), "Hazel")
    otto = add_patient(scene.now, "Otto")
    quarter_past = scene.wanted(NINE + timedelta(minutes=15), visit_type=scene.short_visit)
    db.session.rollback()
    with all_locks_held():
        for wanted in (scene.wanted(NINE), quarter_past):
            with pytest.raises(TimeTaken) as refused:
                service.book(wanted, patient_id=otto, key="o", actor=DESK, now=scene.now)
            db.session.rollback()
            assert refused.value.reasons[0] is Refusal.TAKEN
            assert len(refused.value.nearest) == 4


def test_the_same_form_is_no_other(scene: Scene) -> None:
    hazel = add_patient(scene.now, "Hazel")
    wanted = scene.wanted(NINE)
    first = service.book(wanted, patient_id=hazel, key="form", actor=DESK, now=scene.now)
    otto = add_patient(scene.now, "Otto")

    def taken(patient: object, key: str) -> bool:
        return is_taken_by_others(wanted, patient_id=patient, key=key, now=scene.now)  # type: ignore[arg-type]

    assert taken(otto, "other")
    assert not taken(otto, "form"), "what this form made is for the judge under the locks"
    assert not taken(hazel, "other"), "the patient's own visit is, too"
    assert service.book(wanted, patient_id=hazel, key="form", actor=DESK, now=scene.now).id == first.id


def test_a_hold_that_has_run_out_is_in_nobodys_way(scene: Scene) -> None:
    wanted = scene.wanted(NINE)
    service.hold(wanted, patient_id=add_patient(scene.now), key="h", actor=DESK, now=scene.now)
    otto = add_patient(scene.now, "Otto")
    later = scene.now + HOLD_FOR
    assert is_taken_by_others(wanted, patient_id=otto, key="o", now=later - timedelta(seconds=1))
    assert not is_taken_by_others(wanted, patient_id=otto, key="o", now=later)
    assert service.book(wanted, patient_id=otto, key="o", actor=DESK, now=later).patient_id == otto


def test_what_else_speaks_against_a_taken_time_is_told_first(scene: Scene) -> None:
    """The words are those of the judge: a time that is past as well is past."""
    book(scene, scene.wanted(NINE), "Hazel")
    with pytest.raises(NotBookable) as refused:
        service.book(
            scene.wanted(NINE),
            patient_id=add_patient(scene.now, "Otto"),
            key="o",
            actor=DESK,
            now=NINE + timedelta(minutes=30),
        )
    assert refused.value.reasons[0] is Refusal.PAST


def test_a_patient_in_two_places_is_told_so(scene: Scene) -> None:
    otto = add_patient(scene.now, "Otto")
    book(scene, scene.wanted(NINE), "Hazel")
    elsewhere = scene.wanted(NINE, clinician=scene.ben, location=scene.auburn)
    service.book(elsewhere, patient_id=otto, key="there", actor=DESK, now=scene.now)
    with pytest.raises(NotBookable) as refused:
        service.book(scene.wanted(NINE), patient_id=otto, key="here", actor=DESK, now=scene.now)
    assert refused.value.reasons[0] is Refusal.PATIENT_BUSY


def test_inside_a_use_case_it_is_refused_as_well(scene: Scene) -> None:
    book(scene, scene.wanted(NINE), "Hazel")
    otto = add_patient(scene.now, "Otto")
    with pytest.raises(TimeTaken), transaction():
        service.book(scene.wanted(NINE), patient_id=otto, key="o", actor=DESK, now=scene.now)


@pytest.mark.parametrize("busy", [0, 4, 14, 16])
def test_a_short_look_finds_the_nearest_times_of_a_long_one(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, busy: int
) -> None:
    """Few or many of the day's times are taken: the second look is needed, or is not."""
    for number in range(busy):
        start = central(MONDAY, 8) + timedelta(minutes=15 * number)
        with suppress(NotBookable):
            book(scene, scene.wanted(start, visit_type=scene.short_visit), f"P{number}")
    wanted = scene.wanted(NINE, visit_type=scene.short_visit)
    short = nearest_times(wanted, now=scene.now)
    monkeypatch.setattr(times, "_LOOKS", times._LOOKS[1:])
    assert short == nearest_times(wanted, now=scene.now)
    assert len(short) == 4
