"""`make shots`: a picture of every state, phone and desktop, light and dark, in shots/ with an index page.

Besides the states: the twelve hard cases of the treatment time line, and on paper what is made to be printed.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from tests.architecture.source import ROOT
from tests.journeys.installation import Clinic
from tests.journeys.looking import Viewer
from tests.journeys.scene import Scene
from tests.journeys.state import State
from tests.journeys.states import STATES
from tests.referrals.timelines import HARD
from tests.support.browser import SIZES, Scheme, Size, launch

TARGET = ROOT / "shots"
LOOKS: tuple[tuple[Size, Scheme], ...] = (
    ("phone", "light"),
    ("phone", "dark"),
    ("desk", "light"),
    ("desk", "dark"),
)
TIMELINES = tuple(
    State(f"timeline-{name}", "the time line, hard cases", f"/staff/timelines/{name}", "clinician")
    for name in HARD
)
# Letter paper between its margins, at 96 pixels to the inch.
PAPER = (709, 950)
PRINTED = ("timeline-", "referral-", "office-letter", "numbers")
HEAD = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Pages and states</title>
<style>body{font:16px system-ui;margin:2rem}td,th{padding:.5rem;vertical-align:top;text-align:left}
img{width:14rem;border:1px solid #bbb}</style><h1>Pages and states</h1><table>
"""


def file_name(state: State, size: Size, scheme: Scheme) -> str:
    """Where a picture lies."""
    return f"{state.name}-{SIZES[size][0]}-{scheme}.png"


def paper_name(state: State) -> str:
    """Where the picture of its paper lies."""
    return f"{state.name}-print.png"


def on_paper(state: State) -> bool:
    """Is it made to be printed?"""
    return state.status == 200 and state.name.startswith(PRINTED)


def index(states: Sequence[State]) -> str:
    """One row a state, one column a look."""
    heads = "".join(f"<th>{SIZES[size][0]} {scheme}" for size, scheme in LOOKS)
    rows = [f"<tr><th>State{heads}<th>paper"]
    for state in states:
        names = [file_name(state, *look) for look in LOOKS] + [paper_name(state)] * on_paper(state)
        pictures = "".join(
            f'<td><a href="{name}"><img src="{name}" alt="" loading="lazy"></a>' for name in names
        )
        rows.append(f"<tr><th>{escape(state.name)}<br><small>{escape(state.route)}</small>{pictures}")
    return HEAD + "\n".join(rows) + "</table></html>\n"


def take(scene: Scene, states: Sequence[State], target: Path) -> list[str]:
    """Take every picture; returns the states that could not be reached."""
    missing: list[str] = []
    started = launch(scene.driver)
    for size, scheme in LOOKS:
        viewer = Viewer(scene, started, size, scheme)
        for state in states:
            try:
                viewer.look(state)
            except (AssertionError, Error, StopIteration) as wrong:
                missing.append(f"{state.name} {size} {scheme}: {wrong}")
            viewer.page.screenshot(path=target / file_name(state, size, scheme), full_page=True)
        viewer.close()
        print(f"{len(states)} states, {size} {scheme}", flush=True)
    printed = [state for state in states if on_paper(state)]
    missing += take_paper(Viewer(scene, started, "desk", "dark"), printed, target)
    started.close()
    return missing


def take_paper(viewer: Viewer, states: Sequence[State], target: Path) -> list[str]:
    """What comes out of a printer, also in the dark: one long sheet, its breaks are counted elsewhere."""
    missing: list[str] = []
    for state in states:
        try:
            viewer.look(state)
        except (AssertionError, Error, StopIteration) as wrong:
            missing.append(f"{state.name} on paper: {wrong}")
        viewer.page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
        viewer.page.emulate_media(media="print")
        viewer.page.screenshot(path=target / paper_name(state), full_page=True)
        viewer.page.emulate_media(media="screen")  # the next page is walked as people see it
    viewer.close()
    print(f"{len(states)} states on paper", flush=True)
    return missing


def main(wanted: Sequence[str]) -> int:
    """0 when every picture was taken; names of states take only those."""
    states = [
        state for state in (*STATES, *TIMELINES) if not wanted or any(name in state.name for name in wanted)
    ]
    if not wanted:
        shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="shots-") as held, sync_playwright() as driver:
        folder = Path(held)
        clinic = Clinic(folder, f"sqlite:///{folder / 'clinic.sqlite3'}")
        clinic.prepare()
        clinic.start_web()
        clinic.start_worker()
        scene = Scene(clinic, driver)
        try:
            missing = take(scene, states, TARGET)
        finally:
            scene.close()
            clinic.stop()
    (TARGET / "index.html").write_text(index(states))
    print("\n".join([*missing, f"{TARGET.relative_to(ROOT)}/index.html written"]))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
