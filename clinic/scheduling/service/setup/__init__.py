"""Changing what is set up: previewed, made as one, undone as one."""

from clinic.scheduling.service.setup.changing import change, preview
from clinic.scheduling.service.setup.looking import Hit, Preview, PreviewStale

__all__ = ["Hit", "Preview", "PreviewStale", "change", "preview"]
