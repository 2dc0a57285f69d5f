"""Paper: a referral for the chart fits two sheets, and nothing of the screen's furniture is printed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.journeys.installation import Clinic
from tests.journeys.scene import Scene
from tests.support.browser import visitor
from tests.support.proofs import note, proving

SHEETS = 2
EVERY = 1 if proving() else 4
SHEET = re.compile(rb"/Type\s*/Page[^s]")
FURNITURE = "header.bar, .btn, button, input, select, textarea, nav, .pt .end, summary"
# What a chart must tell; the decision's place is there also before it is made.
TOLD = ("Born", "Ref", "Suggested phase", "Treatments on one time line", "Answers", "Decision", "Signed")


@pytest.fixture(scope="module")
def scene(clinic: Clinic, driver: Playwright) -> Iterator[Scene]:
    """The clinic from every side."""
    made = Scene(clinic, driver)
    yield made
    made.close()


@pytest.fixture(scope="module")
def paper(scene: Scene, chromium: Browser) -> Iterator[Page]:
    """A clinician's browser that prints in the dark."""
    context = visitor(chromium, "desk", "dark", base_url=scene.clinic.url)
    context.add_cookies(scene.cookies("clinician"))
    page = context.new_page()
    page.emulate_media(media="print")
    yield page
    context.close()


def sheets(page: Page) -> int:
    """How many Letter sheets come out."""
    return len(SHEET.findall(page.pdf(prefer_css_page_size=True, print_background=True)))


def test_nine_of_ten_referrals_fit_two_sheets(scene: Scene, paper: Page) -> None:
    counts = []
    for known in [one for one in scene.known if "sent" in one.standing][::EVERY]:
        paper.goto(f"/staff/referrals/{known.reference}")
        counts.append(sheets(paper))
    counts.sort()
    note("printed referrals", printed=len(counts), sheets=f"{counts[0]} to {counts[-1]}")
    assert counts[int(len(counts) * 0.9)] <= SHEETS
    assert counts[-1] <= SHEETS + 1


def test_paper_holds_the_chart_and_no_furniture(scene: Scene, paper: Page) -> None:
    known = scene.someone("decided", "sent", "phase_three")
    paper.goto(f"/staff/referrals/{known.reference}")
    assert [one for one in paper.locator(FURNITURE).all() if one.is_visible()] == []
    text = paper.locator("main").inner_text()
    assert [words for words in (*TOLD, known.reference, "Phase Three") if words not in text] == []
    folded = paper.locator("details.rest .why-l li")
    assert folded.count() == 0 or folded.first.is_visible()
    assert paper.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
