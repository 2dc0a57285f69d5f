"""A real browser for journeys and pictures: how it starts, what sizes it has, how axe judges a page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.support.install_browser import HELP, system_browser

Size = Literal["phone", "small", "desk"]
Scheme = Literal["light", "dark"]

SIZES: dict[Size, tuple[int, int]] = {"phone": (390, 844), "small": (320, 640), "desk": (1280, 800)}
SWITCHES = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
# axe leaves out what WCAG 2.2 added unless asked: target-size is off by default.
RULES = """() => axe.run(document, {
  runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
  rules: {"target-size": {enabled: true}},
  resultTypes: ["violations", "incomplete"],
})"""


@dataclass(frozen=True)
class Verdict:
    """What axe says of one page in one state."""

    violations: tuple[str, ...]
    incomplete: tuple[str, ...]


def launch(driver: Playwright) -> Browser:
    """Start `CHROMIUM`, a system Chromium, or Playwright's own, in this order."""
    path = system_browser()
    try:
        return driver.chromium.launch(executable_path=path, chromium_sandbox=False, args=list(SWITCHES))
    except Exception as wrong:
        raise RuntimeError(HELP) from wrong


def visitor(
    started: Browser, size: Size = "desk", scheme: Scheme = "light", *, script: bool = True, **options: Any
) -> BrowserContext:
    """A person with a screen of this size and cookies of their own; `script=False`: no JavaScript."""
    width, height = SIZES[size]
    return started.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        java_script_enabled=script,
        locale="en-US",
        **options,
    )


def judge(page: Page) -> Verdict:
    """Run axe on the page as it stands; the page's own security policy stays on."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(RULES)
    return Verdict(_said(found["violations"]), _said(found["incomplete"]))


def _said(results: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(
        f"{one['id']}: {node['target']} {node['html'][:120]}" for one in results for node in one["nodes"]
    )


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window; 0 is right."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def small_targets(page: Page, least: int = 44) -> list[str]:
    """Links on a line of their own, buttons and inputs that are smaller than `least` pixels either way."""
    found: list[str] = page.evaluate(SMALL_TARGETS, least)
    return found


SMALL_TARGETS = """(least) => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary")]
  .filter((one) => one.type !== "hidden" && one.getClientRects().length && !one.classList.contains("skip"))
  .filter((one) => !(one.tagName === "A" && getComputedStyle(one).display === "inline"))
  .map((one) => one.closest("label, .govuk-radios__item, .govuk-checkboxes__item") || one)
  .filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width < least - 0.5 || box.height < least - 0.5;
  })
  .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`)"""
