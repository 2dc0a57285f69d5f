"""How the worklist stands on a screen: ten rows and more at a desk, none of them cut, cards on a phone."""

import pytest

from tests.journeys.conftest import People
from tests.journeys.staff_steps import CLINICIAN, given_somebody_signed_in
from tests.support.browser import SIZES, Size

WHOLE_ROWS = """() => [...document.querySelectorAll("tbody tr")]
  .filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"""
CUT = """() => [...document.querySelectorAll("tbody :is(td, th)")]
  .filter((cell) => cell.scrollWidth > cell.clientWidth + 1
    || cell.getBoundingClientRect().right > innerWidth)
  .map((cell) => cell.innerText)"""
STACKED = """() => [...document.querySelectorAll("tbody tr")].every((row) => {
  const [name, why] = [".c-name", ".c-why"].map((part) => row.querySelector(part).getBoundingClientRect());
  return name.bottom <= why.top + 1 && name.left === why.left;
})"""


@pytest.mark.parametrize("size", ["desk", "phone", "small"])
def test_no_cell_is_cut_and_ten_rows_are_seen_at_once(people: People, size: Size) -> None:
    clinician = given_somebody_signed_in(people(size=size), CLINICIAN)
    clinician.opens("/staff/worklist")
    assert clinician.page.evaluate(CUT) == []
    if size == "desk":
        assert SIZES[size] == (1280, 800)
        assert clinician.page.evaluate(WHOLE_ROWS) >= 10
    else:
        assert clinician.page.evaluate(STACKED)
