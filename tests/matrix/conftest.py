"""One walk over everything on each database; the tests of this folder look at what it brought home."""

import pytest

from clinic.platform.extensions import db
from tests.conftest import Installation
from tests.matrix.walking import Walked, Walker
from tests.support.app import START, FixedClock

# Each walk takes a while: they may run beside each other, and none is walked twice.
PARAMS = [
    pytest.param(name, marks=[pytest.mark.long, pytest.mark.xdist_group(f"matrix-{name}")])
    for name in ("sqlite", "postgresql")
]


@pytest.fixture(scope="session", params=PARAMS)
def walked(request: pytest.FixtureRequest) -> Walked:
    """What came back and what was changed, on each database in turn."""
    made: Installation = request.getfixturevalue(f"_{request.param}_installation")
    made.emptier.empty()
    made.app.extensions["clinic.clock"] = FixedClock(START)
    with made.app.app_context():
        brought_home = Walker(made.app).walk()
        db.session.remove()
    return brought_home
