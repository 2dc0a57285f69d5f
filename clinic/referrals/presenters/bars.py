"""Bars as a picture: a line of words above each bar. The same facts stand in the table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinic.referrals.timeline.shapes import Box, Shape, Words, fitted

WIDTH, ROW, FOOT = 330.0, 40.0, 20.0
WORDS_AT, BAR_AT, BAR = 15.0, 21.0, 12.0
SIZE = 13.0
# A value of nothing is seen, too: as a line at the edge.
LEAST = 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is, how long, and its value in words. Without a value only the words are shown."""

    name: str
    value: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Shapes in the order in which they are painted, and the words for those who do not see them."""

    key: str
    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


def draw(key: str, title: str, bars: Sequence[Bar], lines: Sequence[int], unit: str) -> Bars:
    """Bars below each other; a whole line stands for the first of `lines` that holds the largest value."""
    largest = max((bar.value or 0 for bar in bars), default=0)
    most = next((one for one in lines if largest <= one), lines[-1])
    scale = f"A whole line is {most}{unit}"
    shapes: list[Shape] = []
    for count, bar in enumerate(bars):
        top = ROW * count
        room = WIDTH - len(bar.words) * SIZE * 0.6
        shapes.append(Words(0, top + WORDS_AT, "bar-n", fitted(bar.name, room, SIZE)))
        shapes.append(Words(WIDTH, top + WORDS_AT, "bar-v", bar.words))
        shapes.append(Box(0, top + BAR_AT, WIDTH, BAR, "bar-bed", round=3))
        if bar.value is not None:
            length = max(LEAST, WIDTH * min(bar.value / most, 1))
            shapes.append(Box(0, top + BAR_AT, length, BAR, "bar-b", round=min(3, length / 2)))
    shapes.append(Words(0, ROW * len(bars) + 12, "bar-s", scale))
    said = "; ".join(f"{bar.name}: {bar.words}" for bar in bars)
    return Bars(key, title, f"{said}. {scale}.", WIDTH, ROW * len(bars) + FOOT, tuple(shapes))
