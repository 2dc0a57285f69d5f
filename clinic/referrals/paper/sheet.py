"""Letter sheets with our letters, margins and footer, and the few ways in which a chart writes on them."""

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.fonts import TTFFont

FAMILY = "chart"
MARGIN, BOTTOM = 14.0, 13.0
INK, SOFT, HAIR = "#000000", "#444444", "#bbbbbb"
# Stands for a sign that our letters do not have.
MISSING = "\u25af"
_RIGHT_TO_LEFT = ("\u0590", "\u08ff")


class Sheet(FPDF):
    """US Letter, millimeters. `footer_text` stands on every sheet; every text goes through `clean`."""

    def __init__(self, fonts: Path, footer_text: str) -> None:
        super().__init__(format="letter")
        self.footer_text = footer_text
        self.has_missing = False
        self.add_font(FAMILY, "", fonts / "DejaVuSansCondensed.ttf")
        self.add_font(FAMILY, "B", fonts / "DejaVuSansCondensed-Bold.ttf")
        self.set_margins(MARGIN, 11, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, BOTTOM)
        self.set_lang("en-US")
        self.add_page()
        held = self.fonts[FAMILY]
        assert isinstance(held, TTFFont)  # noqa: S101 - added above
        self._known = held.cmap

    def finish(self) -> bytes:
        """The file; afterwards the letters are given back and nothing more can be written."""
        made = bytes(self.output())
        for held in self.fonts.values():
            if isinstance(held, TTFFont):
                held.ttfont.close()
        return made

    def footer(self) -> None:
        """Whose sheet it is, and which of how many."""
        self.set_y(-BOTTOM + 4)
        self.set_font(FAMILY, "", 7)
        self.set_text_color(SOFT)
        self.cell(0, 3, self.clean(self.footer_text))
        self.set_x(MARGIN)
        self.cell(0, 3, f"{self.page_no()} of {{nb}}", align="R")

    def clean(self, text: str) -> str:
        """The text with signs that our letters lack replaced, and right-to-left letters in reading order."""
        kept = "".join(sign if sign.isspace() or ord(sign) in self._known else MISSING for sign in text)
        if MISSING in kept:
            self.has_missing = True
        if any(_RIGHT_TO_LEFT[0] <= sign <= _RIGHT_TO_LEFT[1] for sign in kept):
            return "\n".join(BidiParagraph(line).get_reordered_string() for line in kept.splitlines())
        return kept

    def write_line(self, text: str, *, size: float = 8, bold: bool = False, color: str = INK) -> None:
        """A paragraph over the whole width."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(color)
        self.multi_cell(0, size * 0.44, self.clean(text), align="L", new_x="LMARGIN", new_y="NEXT")

    def heading(self, text: str) -> None:
        """A hairline, then the name of a part; never alone at the foot of a sheet."""
        if self.get_y() > self.h - BOTTOM - 14:
            self.add_page()
        self.ln(1.2)
        self.set_draw_color(HAIR)
        self.set_line_width(0.2)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
        self.ln(0.8)
        self.write_line(text, size=9, bold=True)
        self.ln(0.3)

    def pair(self, label: str, value: str, *, size: float = 8) -> None:
        """A quiet label and its value, one after the other on the same line."""
        for text, style, color in ((f"{label} ", "", SOFT), (f"{value}    ", "B", INK)):
            self.set_font(FAMILY, style, size)
            self.set_text_color(color)
            self.write(size * 0.46, self.clean(text))

    def columns(self, count: int, lines: Sequence[tuple[str, str, bool]], *, size: float = 7) -> None:
        """Lines of (quiet words, plain words, is a heading), balanced over columns."""
        with self.text_columns(ncols=count, gutter=5, balance=True, text_align="L", line_height=1.12) as held:
            for quiet, plain, heads in lines:
                if heads:
                    self.set_font(FAMILY, "B", size + 0.6)
                    self.set_text_color(INK)
                    held.write(self.clean(plain) + "\n")
                    continue
                self.set_font(FAMILY, "", size)
                if quiet:
                    self.set_text_color(SOFT)
                    held.write(self.clean(quiet) + " ")
                self.set_text_color(INK)
                held.write(self.clean(plain) + "\n")
