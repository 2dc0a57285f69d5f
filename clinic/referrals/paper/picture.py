"""Paints a time line on a sheet: the same shapes as on the screen, in the colours and patterns of paper."""

from dataclasses import dataclass

from fpdf.drawing import PaintedPath
from fpdf.drawing_primitives import Transform
from fpdf.svg import svg_path_converter

from clinic.referrals.paper.sheet import FAMILY, INK, Sheet
from clinic.referrals.timeline import Drawing
from clinic.referrals.timeline.shapes import Box, Line, Words

MUCH, LITTLE, NONE, WORSE, UNKNOWN = "#0d5a5f", "#2f7f80", "#69736f", "#96500a", "#333333"
EDGES = {"much": MUCH, "little": LITTLE, "none": NONE, "worse": WORSE, "unk": UNKNOWN}
# Plain fills of zones and tags.
FILLS = {
    "b1": "#eef5f2",
    "b2": "#fbf4e5",
    "b3": "#f3eef3",
    "was": "#f0efec",
    "gap": "#ffffff",
    "m-tag": INK,
    "v-tag": MUCH,
    "o-tag": "#ffffff",
}
# Ground of a patterned bar.
GROUNDS = {"little": "#d8eae7", "none": "#e8e7e1", "worse": "#f6dfb9"}
# Look of a line -> colour, width, dashes (drawing units).
LINES: dict[str, tuple[str, float, tuple[float, float] | None]] = {
    "grid": ("#e6e6e6", 1, None),
    "axis": ("#555555", 1, None),
    "rule": ("#bbbbbb", 0.8, None),
    "m-line": (INK, 1.6, None),
    "m-on": (INK, 1.6, (5, 3)),
    "m-vis": (MUCH, 2, (2, 3)),
    "link": (NONE, 1.4, (1, 4)),
    "v-line": (INK, 1.6, None),
    "o-lead": (INK, 1.2, None),
    "m-lead": (INK, 1.2, None),
    "v-lead": (MUCH, 1.2, None),
}
# Look of a text -> bold, size, colour, how wide the drawing reckons a letter (share of the size).
TEXTS: dict[str, tuple[bool, float, str, float]] = {
    "t-name": (True, 13.5, INK, 0.53),
    "t-w": (True, 13, INK, 0.53),
    "t-sub": (False, 12, "#333333", 0.5),
    "t-ax": (False, 12, "#333333", 0.56),
    "t-b1": (True, 12, "#2d5a4b", 0.56),
    "t-b2": (True, 12, "#714d10", 0.56),
    "t-b3": (True, 12, "#5f4260", 0.56),
    "t-fog": (True, 12, "#444444", 0.56),
    "m-tagt": (True, 12, "#ffffff", 0.56),
    "v-tagt": (True, 12, "#ffffff", 0.56),
    "o-tagt": (True, 12, INK, 0.56),
    "q": (True, 12, INK, 0.56),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the picture lies on the sheet: left and top in millimeters, millimeters to a drawing unit."""

    left: float
    top: float
    unit: float


def paint(sheet: Sheet, drawing: Drawing, width: float) -> None:
    """Paint it at the cursor, `width` millimeters wide, and go below it."""
    unit = width / drawing.width
    height = drawing.height * unit
    if sheet.get_y() + height > sheet.page_break_trigger:
        sheet.add_page()
    frame = Frame(sheet.l_margin, sheet.get_y(), unit)
    for shape in drawing.shapes:
        if isinstance(shape, Box):
            _box(sheet, frame, shape)
        elif isinstance(shape, Line):
            _line(sheet, frame, shape)
        else:
            _words(sheet, frame, shape)
    sheet.set_dash_pattern()
    sheet.set_xy(sheet.l_margin, frame.top + height + 1)


def _box(sheet: Sheet, frame: Frame, box: Box) -> None:
    x, y = frame.left + box.x * frame.unit, frame.top + box.y * frame.unit
    place = (x, y, box.width * frame.unit, box.height * frame.unit)
    names = (box.fill or box.look).split()
    if names[0] == "fut":
        with sheet.local_context(fill_opacity=0.5):
            sheet.set_fill_color("#ffffff")
            sheet.rect(*place, style="F")
    elif names[0].startswith("pt-"):
        _zone(sheet, place, names[0])
    elif names[0] in ("edge", "m-on"):
        color = EDGES.get(names[-1].removeprefix("e-"), INK)
        _outline(sheet, frame, place, color, dashed=True)
    elif names[0] == "o":
        _bar(sheet, frame, place, names[1])
    else:
        _filled(sheet, frame, place, names[0])


Place = tuple[float, float, float, float]


def _filled(sheet: Sheet, frame: Frame, place: Place, look: str) -> None:
    sheet.set_fill_color(FILLS[look])
    sheet.rect(*place, style="F", round_corners=look.endswith("-tag"), corner_radius=0.9)
    if look == "o-tag":
        sheet.set_dash_pattern()
        sheet.set_draw_color(INK)
        sheet.set_line_width(1.4 * frame.unit)
        sheet.rect(*place, style="D", round_corners=True, corner_radius=0.9)


def _outline(sheet: Sheet, frame: Frame, place: Place, color: str, *, dashed: bool = False) -> None:
    sheet.set_draw_color(color)
    sheet.set_line_width(1.4 * frame.unit)
    sheet.set_dash_pattern(*((3 * frame.unit, 3 * frame.unit) if dashed else ()))
    sheet.rect(*place, style="D")
    sheet.set_dash_pattern()


def _zone(sheet: Sheet, place: Place, look: str) -> None:
    """Both bands in stripes, or the hatching of a start that is not known to the day."""
    both = look == "pt-12"
    sheet.set_fill_color(FILLS["b1"] if both else "#ffffff")
    sheet.rect(*place, style="F")
    _stripes(sheet, place, FILLS["b2"] if both else "#c9c9c9", 3.2 if both else 1.8, 1.9 if both else 0.25)


def _bar(sheet: Sheet, frame: Frame, place: Place, look: str) -> None:
    if look == "much":
        sheet.set_fill_color(MUCH)
        sheet.rect(*place, style="F")
    elif look in GROUNDS:
        sheet.set_fill_color(GROUNDS[look])
        sheet.rect(*place, style="F")
        _pattern(sheet, place, look)
    _outline(sheet, frame, place, EDGES[look], dashed=look == "unk")


def _pattern(sheet: Sheet, place: Place, look: str) -> None:
    if look == "none":
        _dots(sheet, place)
        return
    _stripes(sheet, place, EDGES[look], 1.6, 0.5 if look == "little" else 0.3)
    if look == "worse":
        _stripes(sheet, place, EDGES[look], 1.6, 0.3, falling=True)


def _stripes(
    sheet: Sheet, place: Place, color: str, step: float, thick: float, *, falling: bool = False
) -> None:
    x, y, width, height = place
    sheet.set_draw_color(color)
    sheet.set_line_width(thick)
    with sheet.rect_clip(*place):
        for count in range(int((width + height) / step) + 1):
            start = x + count * step
            ends = (start - height, start) if falling else (start, start - height)
            sheet.line(ends[0], y, ends[1], y + height)


def _dots(sheet: Sheet, place: Place) -> None:
    x, y, width, height = place
    sheet.set_fill_color(EDGES["none"])
    with sheet.rect_clip(*place):
        for row in range(int(height / 1.3) + 1):
            for column in range(int(width / 1.3) + 1):
                sheet.circle(x + 0.65 + column * 1.3, y + 0.65 + row * 1.3, 0.27, style="F")


def _line(sheet: Sheet, frame: Frame, line: Line) -> None:
    names = line.look.split()
    color, width, dashes = LINES.get(names[0], (EDGES.get(names[-1], INK), 1.6, None))
    if names[0] in ("cap", "go"):
        width = 2.6
    path = PaintedPath()
    svg_path_converter(path, line.d)
    path.style.auto_close = False
    path.style.stroke_color = color
    path.style.stroke_width = width
    path.style.stroke_dash_pattern = list(dashes) if dashes else None
    path.style.fill_color = None
    if names[0] == "v-full":
        path.style.fill_color = INK
    if names[0] == "o":
        path.style.fill_color = MUCH if names[1] == "much" else GROUNDS.get(names[1], "#ffffff")
    x, y = line.at or (0.0, 0.0)
    moved = Transform.translation(x, y) @ Transform.scaling(frame.unit, frame.unit)
    path.transform = moved @ Transform.translation(frame.left, frame.top)
    with sheet.drawing_context() as context:
        context.add_item(path)


def _words(sheet: Sheet, frame: Frame, words: Words) -> None:
    bold, size, color, wide = TEXTS[words.look]
    sheet.set_font(FAMILY, "B" if bold else "", size * frame.unit * 72 / 25.4)
    sheet.set_text_color(color)
    text = sheet.clean(words.text)
    room = len(words.text) * size * wide * frame.unit
    real = sheet.get_string_width(text)
    sheet.set_stretching(min(100.0, 100 * room / real) if real else 100)
    left = frame.left + words.x * frame.unit - (min(room, real) / 2 if words.look == "q" else 0)
    sheet.text(left, frame.top + words.y * frame.unit, text)
    sheet.set_stretching(100)
