"""The patient's pages of the intake."""

from clinic.intake.views import check, entry, pages, urgent
from clinic.intake.views.blueprint import intake

__all__ = ["check", "entry", "intake", "pages", "urgent"]
