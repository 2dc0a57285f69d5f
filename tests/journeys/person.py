"""Somebody at a keyboard: Tab to the control, arrows, Space, typing, Enter. There is no way to click."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal

from playwright.sync_api import BrowserContext, Download, Locator, Page

Role = Literal["link", "button"]
# A page of the worklist has fifty rows of up to four stops each, and the menu and the filters before them.
MOST_TABS, MOST_ARROWS = 300, 120
# Enter and Space raise `click` too, so what a hand does is counted: pointer, mouse, finger.
COUNT_HANDS = """() => {
  const count = () => sessionStorage.setItem("hands", 1 + Number(sessionStorage.getItem("hands")));
  for (const kind of ["pointerdown", "pointermove", "mousedown", "mousemove", "touchstart", "wheel"])
    addEventListener(kind, count, {capture: true, passive: true});
}"""
HAS_FOCUS = "(one) => one === document.activeElement"
GROUP_HAS_FOCUS = """(one) => {
  const now = document.activeElement;
  return now.type === "radio" && now.name === one.name && now.form === one.form;
}"""
CONTROLS = """() => [...document.querySelectorAll("main form:not([action])")].flatMap((form) =>
  [...form.elements].filter((one) => one.name).map((one) => (
    {name: one.name, type: one.type, value: one.value, on: one.checked === true})))"""
Answers = Mapping[str, str | Sequence[str]]


class Person:
    """One person with a browser of their own. `script` tells whether their browser runs JavaScript."""

    def __init__(self, context: BrowserContext, *, script: bool) -> None:
        self.script = script
        self.context = context
        context.add_init_script(f"({COUNT_HANDS})()")
        self.page: Page = context.new_page()

    def opens(self, address: str) -> None:
        """Type an address, or choose a bookmark."""
        self.page.goto(address)

    def goes_back(self) -> None:
        """The browser's own back button, which has a key in every browser."""
        self.page.go_back()

    def sees(self, words: str) -> None:
        """These words must stand on the page."""
        assert words in self.reads(), f"{words!r} is not on {self.page.url}: {self.reads()[:1500]}"

    def sees_no(self, words: str) -> None:
        """These words must not stand on the page."""
        assert words not in self.reads(), f"{words!r} is on {self.page.url}"

    def reads(self) -> str:
        """The words of the page's main part."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def path(self) -> str:
        """Where the person is."""
        return "/" + self.page.url.split("/", 3)[3].split("?")[0].split("#")[0]

    def presses(self, name: str, role: Role = "button", *, within: str = "body") -> None:
        """Go to a button or link by its words, press Enter, and wait for the next page."""
        self.reach(self._control(role, name, within))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def follows(self, name: str, *, within: str = "body") -> None:
        """Go to a link and press Enter."""
        self.presses(name, "link", within=within)

    def presses_twice(self, name: str) -> None:
        """Somebody whose hand shakes: Enter, and Enter again before the next page is there."""
        self.reach(self._control("button", name, "body"))
        before = self.page.url
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: url != before)
        self.page.wait_for_load_state()

    def saves(self, name: str) -> Download:
        """Press Enter on a link that hands out a file."""
        self.reach(self._control("link", name, "body"))
        arriving: AbstractContextManager[Any] = self.page.expect_download()
        with arriving as coming:
            self.page.keyboard.press("Enter")
        file: Download = coming.value
        return file

    def reach(self, wanted: Locator) -> None:
        """Press Tab until this control has the focus; a radio button is entered by its group's only stop."""
        radio = wanted.get_attribute("type") == "radio"
        self._press_until("Tab", wanted, GROUP_HAS_FOCUS if radio else HAS_FOCUS, MOST_TABS)
        if radio:
            self._press_until("ArrowDown", wanted, HAS_FOCUS, MOST_ARROWS)

    def types(self, name: str, text: str) -> None:
        """Replace what a text box holds, by the box's name in the form."""
        self.reach(self.page.locator(f'main [name="{name}"]').first)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def chooses(self, name: str, value: str) -> None:
        """Choose a radio button or tick a box."""
        wanted = self.page.locator(f'main [name="{name}"][value="{value}"]').first
        self.reach(wanted)
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        assert wanted.is_checked(), f"{name}={value} was not chosen"

    def selects(self, name: str, value: str) -> None:
        """Choose an option of a list by typing how it begins."""
        wanted = self.page.locator(f'main select[name="{name}"]')
        self.reach(wanted)
        self.page.keyboard.type(wanted.locator(f'option[value="{value}"]').inner_text())
        assert wanted.input_value() == value, f"{name}={value} was not selected"

    def fills_in(self, answers: Answers) -> None:
        """Fill in what the page asks, in its own order, from the answers that the person has."""
        asked: list[dict[str, Any]] = self.page.evaluate(CONTROLS)
        for control in asked:
            told = answers.get(control["name"].replace("-", "_"))
            if told is None:
                continue
            if control["type"] in ("radio", "checkbox"):
                if control["value"] in ([told] if isinstance(told, str) else told) and not control["on"]:
                    self.chooses(control["name"], control["value"])
            elif control["type"] == "select-one":
                self.selects(control["name"], str(told))
            elif control["type"] != "hidden" and control["value"] != told:
                self.types(control["name"], str(told))

    def hidden(self, name: str) -> str:
        """The value of a hidden field; empty when there is none."""
        found = self.page.locator(f'main form:not([action]) input[type="hidden"][name="{name}"]')
        return str(found.first.input_value()) if found.count() else ""

    def used_hands(self) -> int:
        """How many events a pointer, mouse or finger has caused in this tab."""
        return int(self.page.evaluate("() => Number(sessionStorage.getItem('hands'))"))

    def _control(self, role: Role, name: str, within: str) -> Locator:
        wanted = self.page.locator(within).get_by_role(role, name=name)
        assert wanted.count(), f"no {role} {name!r} on {self.page.url}: {self.reads()[:1500]}"
        return wanted.first

    def _press_until(self, key: str, wanted: Locator, question: str, most: int) -> None:
        control = wanted.element_handle()
        for _ in range(most):
            if control.evaluate(question):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not lead to {wanted} on {self.page.url}")
