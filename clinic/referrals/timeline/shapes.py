"""The few shapes of which the picture is made; positions in SVG units, looks by class."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. `fill` names a pattern where the class does not."""

    x: float
    y: float
    width: float
    height: float
    look: str
    round: float = 0
    fill: str = ""
    kind: Literal["box"] = "box"


@dataclass(frozen=True, slots=True)
class Line:
    """A path; `at` moves its own small grid to a place."""

    d: str
    look: str
    at: tuple[float, float] | None = None
    kind: Literal["line"] = "line"


@dataclass(frozen=True, slots=True)
class Words:
    """A text."""

    x: float
    y: float
    look: str
    text: str
    kind: Literal["words"] = "words"


Shape = Box | Line | Words


def width_of(text: str, size: float = 12) -> float:
    """A safe guess of how wide bold text becomes; there is no font to ask on a server."""
    return len(text) * size * 0.56


def fits(text: str, width: float, size: float = 12) -> bool:
    """Does plain text most likely fit?"""
    return len(text) * size * 0.5 <= width


def fitted(text: str, width: float, size: float) -> str:
    """Bold text, cut with an ellipsis where it would not fit; the table has it whole."""
    most = int(width / (size * 0.53))
    return text if len(text) <= most else text[: most - 1].rstrip(" ,;") + "…"


def fitting(text: str, width: float) -> str:
    """Plain text, or its last sentence where not all of it fits; what is cut then ends in an ellipsis."""
    for words in (text, text.rpartition(". ")[2]):
        if fits(words, width):
            return words
    return fitted(words, width, 11.3)


def vertical(x: float, top: float, bottom: float, look: str) -> Line:
    """A straight line downwards."""
    return Line(f"M{x:.1f} {top:.1f}V{bottom:.1f}", look)


def diamond(x: float, y: float, look: str, size: float = 8) -> Line:
    """A diamond around a point."""
    return Line(f"M{x:.1f} {y - size:.1f}l{size:g} {size:g}-{size:g} {size:g}-{size:g}-{size:g}z", look)
