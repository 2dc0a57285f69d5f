"""One screen: flags, suggestion, top reasons and decision stay in sight at 1280x800."""

from math import ceil

from playwright.sync_api import Page

from tests.journeys.conftest import People
from tests.journeys.staff_steps import CLINICIAN, given_somebody_signed_in
from tests.support.browser import SIZES
from tests.support.proofs import note

PARTS = (".flags", ".sug", ".ref-r > .card > .why-l > li:nth-child(-n+3)", ".dec [type=submit]")
# Whole in the window: nothing of it is cut off at an edge.
IN_SIGHT = """(selector) => [...document.querySelectorAll(selector)]
  .filter((one) => one.checkVisibility())
  .every((one) => { const box = one.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth; })"""


def all_in_sight(page: Page) -> bool:
    """Before and after scrolling to the very end."""
    for _ in range(2):
        if not all(page.evaluate(IN_SIGHT, part) for part in PARTS):
            return False
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    return True


def test_nine_of_ten_referrals_keep_the_decision_in_sight(people: People) -> None:
    clinician = given_somebody_signed_in(people(size="desk"), CLINICIAN)
    assert SIZES["desk"] == (1280, 800)
    clinician.opens("/staff/worklist")
    links = clinician.page.locator("tbody th a")
    paths = [str(links.nth(n).get_attribute("href")) for n in range(links.count())]
    cut = []
    for path in paths:
        clinician.opens(path)
        if clinician.page.locator(".sug").count() and not all_in_sight(clinician.page):
            cut.append(path)
    note("One screen at 1280x800", referrals=len(paths), cut=len(cut))
    assert len(cut) <= ceil(len(paths) / 10), cut
