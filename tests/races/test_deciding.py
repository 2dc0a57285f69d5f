"""Two clinicians decide at one moment: one decision stands, the others are told, nothing is overwritten."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from clinic.accounts.rules import Role
from clinic.kernel.permissions import Actor
from clinic.platform.extensions import db
from clinic.referrals import service
from clinic.referrals.models import Decision, Referral
from clinic.referrals.rules import (
    CallerReason,
    Choice,
    DecisionReason,
    ReferralStatus,
    WithdrawReason,
)
from clinic.referrals.service import Decided
from tests.races.arena import CLIENTS, CONTROL_ROUNDS, Arena, Wish, arena, report
from tests.races.client import STALE, WON, Answer
from tests.referrals.cast import staff_actor

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]
CHOICES = (Choice.PHASE_ONE, Choice.PHASE_TWO, Choice.PHASE_THREE, Choice.CANNOT_DECIDE_YET)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The database at hand."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def made(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """Clients with every guard."""
    with arena(database, tmp_path_factory.mktemp(f"deciding-{database}")) as ready:
        yield ready


@pytest.fixture(scope="module")
def clinician(made: Arena) -> Actor:
    """Who decides; all clients do it in one name, which makes no difference to the guard."""
    return staff_actor(Role.CLINICIAN)


def referral(made: Arena, number: int, by: Actor) -> str:
    """A fresh referral for the round: the one before it is closed, so that the caller gets a new one."""
    patient = made.patients[number % CLIENTS]
    now = made.now(number)
    reference = service.create_for_caller(patient, CallerReason.FIRST_VISIT, actor=by, now=now)
    db.session.rollback()
    return reference


def decides(reference: str, number: int, by: Actor) -> Wish:
    given = Decided(
        choice=CHOICES[number % len(CHOICES)],
        reason=DecisionReason.SPOKE_WITH_PATIENT,
        sentence=f"Client {number}.",
    )
    return "decide", {"first": (reference, given), "version": 1, "actor": by}


def withdraws(reference: str, by: Actor) -> Wish:
    first = (reference, WithdrawReason.PATIENT_ASKED, "")
    return "withdraw", {"first": first, "version": 1, "actor": by}


def outcomes(answers: list[Answer]) -> Counter[str]:
    return Counter(answer.outcome for answer in answers)


def standing(reference: str) -> tuple[Referral, list[Decision]]:
    db.session.rollback()
    row = db.session.scalars(
        select(Referral).where(Referral.reference == reference).execution_options(populate_existing=True)
    ).one()
    kept = list(db.session.scalars(select(Decision).where(Decision.referral_id == row.id)))
    return row, kept


def clear(reference: str, number: int, made: Arena, by: Actor) -> None:
    """Out of the way, for the patient's next round."""
    row, _ = standing(reference)
    if row.status is not ReferralStatus.WITHDRAWN:
        because = WithdrawReason.ENTERED_TWICE
        service.withdraw(reference, because, "", version=row.version, actor=by, now=made.now(number))
    db.session.rollback()


def test_two_decisions_at_once(made: Arena, database: str, clinician: Actor) -> None:
    for number in made.rounds():
        reference = referral(made, number, clinician)
        wishes = [decides(reference, n, clinician) for n in range(CLIENTS)]
        answers = made.race(number, wishes)
        assert outcomes(answers) == {WON: 1, STALE: CLIENTS - 1}
        row, (kept,) = standing(reference)
        winner = next(n for n, answer in enumerate(answers) if answer.outcome == WON)
        assert (kept.sentence, kept.choice) == (f"Client {winner}.", CHOICES[winner % len(CHOICES)])
        assert (row.choice, row.version) == (kept.choice, 2)
        clear(reference, number, made, clinician)
    report("decide/decide", database, made.answers)


def test_a_decision_and_a_withdrawal_at_once(made: Arena, database: str, clinician: Actor) -> None:
    for number in made.rounds():
        reference = referral(made, number, clinician)
        wishes = [
            decides(reference, n, clinician) if n % 2 else withdraws(reference, clinician)
            for n in range(CLIENTS)
        ]
        answers = made.race(number, wishes)
        assert outcomes(answers) == {WON: 1, STALE: CLIENTS - 1}
        row, kept = standing(reference)
        decided = next(answer.verb for answer in answers if answer.outcome == WON) == "decide"
        assert (row.status is ReferralStatus.DECIDED, len(kept)) == (decided, int(decided))
        clear(reference, number, made, clinician)
    report("decide/withdraw", database, made.answers)


def test_without_the_lock_decisions_overwrite_each_other(database: str, tmp_path: Path) -> None:
    overwritten = 0
    with arena(database, tmp_path, lock=False) as made:
        clinician = staff_actor(Role.CLINICIAN, "Vera Vale")
        for number in made.rounds(CONTROL_ROUNDS):
            reference = referral(made, number, clinician)
            made.race(number, [decides(reference, n, clinician) for n in range(CLIENTS)])
            overwritten += len(standing(reference)[1]) > 1
            clear(reference, number, made, clinician)
        what = f"negative control: no lock, {overwritten} of {CONTROL_ROUNDS} decisions overwritten"
        report(what, database, made.answers)
    assert overwritten > CONTROL_ROUNDS / 2
