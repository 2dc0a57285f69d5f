"""Lifecycles, references, the clock's Central Time, actors."""

from datetime import UTC, datetime
from enum import StrEnum

import pytest

from clinic.kernel.clock import central, central_date
from clinic.kernel.errors import Conflict, NotAllowed
from clinic.kernel.lifecycle import Lifecycle
from clinic.kernel.permissions import Actor, Permission
from clinic.kernel.reference import ALPHABET, new_reference, normalise_reference


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Move(StrEnum):
    CLOSE = "close"
    KNOCK = "knock"
    OPEN = "open"


DOOR = Lifecycle({(Door.OPEN, Move.CLOSE): Door.SHUT, (Door.SHUT, Move.OPEN): Door.OPEN})


def test_a_lifecycle_permits_what_its_table_says_and_nothing_else() -> None:
    for state in Door:
        for action in Move:
            if (state, action) in DOOR.table:
                assert DOOR.next(state, action) is DOOR.table[state, action]
            else:
                with pytest.raises(Conflict):
                    DOOR.next(state, action)
    assert DOOR.allows(Door.OPEN) == (Move.CLOSE,)
    assert DOOR.sources(Move.OPEN) == (Door.SHUT,)


def test_references_survive_being_read_out_and_typed() -> None:
    reference = new_reference()
    assert len(reference) == 9
    assert set(reference) <= {*ALPHABET, "-"}
    assert normalise_reference(f"  {reference.lower().replace('-', ' ')} ") == reference
    assert normalise_reference("OIL0-1234") == "0110-1234"
    assert len({new_reference() for _ in range(200)}) == 200


def test_the_date_in_alabama_is_not_the_date_in_utc() -> None:
    late = datetime(2026, 12, 2, 5, 30, tzinfo=UTC)  # 23:30 on December 1 in Alabama
    assert central(late).hour == 23
    assert str(central_date(late)) == "2026-12-01"


def test_an_actor_may_only_what_the_permissions_say() -> None:
    with pytest.raises(NotAllowed):
        Actor.anonymous().require(Permission.WORKLIST_VIEW)
    assert not Actor.system().may(Permission.REFERRAL_DECIDE)
