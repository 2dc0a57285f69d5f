"""Opens a state in a browser and notes what goes on behind the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, Response

from tests.journeys.scene import Scene
from tests.journeys.states import State
from tests.support.browser import Scheme, Size, visitor

# What a person reads in the page's main part: every innermost block on its own.
BLOCKS = """() => {
  const blocks = "h1,h2,h3,p,li,dt,dd,label,legend,button,a.btn,summary,th,td,.govuk-hint,figcaption";
  return [...document.querySelectorAll("main")].flatMap((main) => [...main.querySelectorAll(blocks)])
    .filter((one) => !one.querySelector(blocks) && one.getClientRects().length)
    .map((one) => one.innerText.trim()).filter((text) => text);
}"""


@dataclass
class Seen:
    """A page in a state, with what it asked for and what it told the console."""

    page: Page
    address: str
    answers: list[Response] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    bytes_on_the_wire: int = 0

    @property
    def document(self) -> Response:
        """The last document that came."""
        return self.answers[-1]

    def foreign(self) -> list[str]:
        """Requests that left the house."""
        return [one for one in self.asked if not one.startswith((self.address, "data:", "about:"))]

    def complaints(self) -> list[str]:
        """The console's errors, but for the one that every refused form leaves there."""
        refused = {f"a status of {one.status} " for one in self.answers if one.status >= 400}
        return [one for one in self.told if not any(status in one for status in refused)]

    def blocks(self) -> list[str]:
        """What is to be read."""
        found: list[str] = self.page.evaluate(BLOCKS)
        return found


@contextmanager
def seen(scene: Scene, started: Browser, state: State, size: Size, scheme: Scheme) -> Iterator[Seen]:
    """The page in this state, on a screen of this size."""
    headers = {"X-Forwarded-For": scene.an_address()}
    context = visitor(started, size, scheme, base_url=scene.clinic.url, extra_http_headers=headers)
    try:
        context.add_cookies(scene.cookies(state.who))
        look = Seen(context.new_page(), scene.clinic.url)
        _listen(look)
        look.page.goto(state.where(scene))
        if state.steps:
            state.steps(look.page, scene)
        assert look.document.status == state.status, f"{state.name}: {look.document.status} {look.page.url}"
        yield look
    finally:
        context.close()


def _listen(look: Seen) -> None:
    def came(answer: Response) -> None:
        if answer.request.resource_type == "document" and not 300 <= answer.status < 400:
            look.answers.append(answer)

    look.page.on("response", came)
    look.page.on("request", lambda request: look.asked.append(request.url))
    look.page.on(
        "console", lambda said: look.told.append(said.text) if said.type in ("error", "warning") else None
    )
    look.page.on("pageerror", lambda wrong: look.told.append(str(wrong)))
    wire = look.page.context.new_cdp_session(look.page)
    wire.send("Network.enable")

    def loaded(event: dict[str, float]) -> None:
        look.bytes_on_the_wire += int(event["encodedDataLength"])

    wire.on("Network.loadingFinished", loaded)
