"""Opens a state in a browser and notes what goes on behind the page."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Response

from tests.journeys.scene import Scene
from tests.journeys.state import State
from tests.support.browser import SIZES, Scheme, Size, visitor

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


class Viewer:
    """One screen of one size by day or night; it goes from state to state, and each time as a new visitor."""

    def __init__(self, scene: Scene, started: Browser, size: Size, scheme: Scheme) -> None:
        self.scene, self.size = scene, SIZES[size]
        self.context = visitor(started, size, scheme, base_url=scene.clinic.url)
        self.page = self.context.new_page()
        self.now = Seen(self.page, scene.clinic.url)
        self._listen()

    def close(self) -> None:
        """Switch it off."""
        self.context.close()

    def look(self, state: State) -> Seen:
        """The page in this state, loaded with an empty cache."""
        self.context.clear_cookies()
        self.context.add_cookies(self.scene.cookies(state.who))
        self.context.set_extra_http_headers({"X-Forwarded-For": self.scene.an_address()})
        width, height = self.size
        self.page.set_viewport_size({"width": width, "height": height})
        where = state.where(self.scene)
        self.now = Seen(self.page, self.scene.clinic.url)
        self.page.goto(where)
        if state.steps:
            state.steps(self.page, self.scene)
        status = self.now.document.status
        assert status == state.status, f"{state.name}: {status} {self.page.url}"
        return self.now

    def _listen(self) -> None:
        wire = self.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.loadingFinished", self._weigh)
        self.page.on("response", self._came)
        self.page.on("request", self._asked)
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._failed)

    def _came(self, answer: Response) -> None:
        if answer.request.resource_type == "document" and not 300 <= answer.status < 400:
            self.now.answers.append(answer)

    def _asked(self, request: Request) -> None:
        self.now.asked.append(request.url)

    def _failed(self, wrong: Error) -> None:
        self.now.told.append(str(wrong))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.now.told.append(said.text)

    def _weigh(self, event: dict[str, float]) -> None:
        self.now.bytes_on_the_wire += int(event["encodedDataLength"])
