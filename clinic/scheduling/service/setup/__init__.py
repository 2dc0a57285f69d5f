"""Changing what is set up: previewed, made as one, undone as one."""

from clinic.scheduling.service.setup.changing import change, preview
from clinic.scheduling.service.setup.looking import Hit, Preview, PreviewStale
from clinic.scheduling.service.setup.undoing import Undone, WayBack, WayBackStale, undo, way_back

__all__ = [
    "Hit",
    "Preview",
    "PreviewStale",
    "Undone",
    "WayBack",
    "WayBackStale",
    "change",
    "preview",
    "undo",
    "way_back",
]
