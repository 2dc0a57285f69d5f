"""The chart: what a clinician keeps of one referral on one or two sheets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from clinic.kernel.wording import clinical_date, us_phone, us_time
from clinic.referrals.paper.picture import paint
from clinic.referrals.paper.sheet import FAMILY, INK, MARGIN, MISSING, SOFT, Sheet
from clinic.referrals.presenters.answers import AnswerGroup
from clinic.referrals.presenters.history import HistoryLine
from clinic.referrals.presenters.reason_card import ReasonCard
from clinic.referrals.service import ReferralScreen
from clinic.referrals.timeline import Drawing, Story
from clinic.safety.rules import RED_FLAGS

WIDTHS = (36, 34, 52, 26, 40)
# Three columns of a few lines each would be hard to follow over to the next sheet.
LEAST_ROOM = 30.0
HEADS = ("Treatment", "How long", "Tried long enough?", "What it did", "Now")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything that is printed, already in words."""

    clinic_name: str
    printed_at: datetime
    screen: ReferralScreen
    age: int
    visit: str
    flags: tuple[str, ...]
    urgent: tuple[str, ...]
    card: ReasonCard | None
    story: Story | None
    drawing: Drawing | None
    groups: tuple[AnswerGroup, ...]
    lines: tuple[HistoryLine, ...]
    decision: str


def chart_pdf(chart: Chart, fonts: Path) -> bytes:
    """The sheets as one file; it carries no name in its properties."""
    row, patient = chart.screen.referral, chart.screen.patient
    footer = f"{row.reference}, {patient.full_name}, born {clinical_date(patient.birth_date)}"
    sheet = Sheet(fonts, footer)
    sheet.set_title(row.reference)
    sheet.set_creation_date(chart.printed_at)
    for part in (_who, _suggested, _pictured, _listed, _happened, _safety, _answered, _signed):
        part(sheet, chart)
    return sheet.finish()


def _who(sheet: Sheet, chart: Chart) -> None:
    row, patient = chart.screen.referral, chart.screen.patient
    at = f"{clinical_date(chart.printed_at)}, {us_time(chart.printed_at)} Central Time"
    sheet.write_line(f"{chart.clinic_name}. For the chart, printed {at}", size=7.5, color=SOFT)
    sheet.ln(1)
    sheet.write_line(f"{patient.full_name}, {chart.age}", size=15, bold=True)
    facts = (
        ("Born", clinical_date(patient.birth_date)),
        ("Ref", row.reference),
        ("Sent", clinical_date(row.submitted_at)),
        ("See by", clinical_date(row.see_by)),
        ("Phone", us_phone(patient.phone)),
        ("Visit", chart.visit.removeprefix("Visit ")),
    )
    for label, value in facts:
        sheet.pair(label, value)
    sheet.ln(4.2)
    if chart.urgent:
        sheet.write_line(f"Urgent, open: {', '.join(chart.urgent)}.", size=9, bold=True, color="#9a1c13")
    if chart.flags:
        sheet.write_line("Flags: " + "; ".join(chart.flags) + ".", size=8)


def _suggested(sheet: Sheet, chart: Chart) -> None:
    card = chart.card
    if card is None:
        return
    sheet.heading(f"Suggested phase ({card.rules})")
    sheet.write_line(f"{card.suggested}. {card.sure}.", size=11, bold=True)
    for label, phases in (("By time", card.by_time), ("By treatment", card.by_treatment)):
        sheet.pair(label, " or ".join(("One", "Two", "Three")[phase - 1] for phase in phases) or "not stated")
    sheet.ln(4.2)
    sheet.columns(2, [("\u2013", one.text, False) for one in card.reasons])
    flips = [f"{one.text} Then: {one.to}." for one in card.flips] or [card.no_flip]
    sheet.ln(0.8)
    sheet.write_line("What would change it", bold=True)
    for words in flips:
        sheet.write_line(words, size=7.5)


def _pictured(sheet: Sheet, chart: Chart) -> None:
    if chart.drawing is None:
        return
    sheet.heading("Treatments on one time line")
    paint(sheet, chart.drawing, sheet.epw)
    words = (
        "Solid: much better. Stripes: a little better. Dots: no change. Crosshatch: worse. "
        "Dashed box: within it, day not known. Thin hatching: the start is not known to the day. "
        "Background: the phase by time alone."
    )
    sheet.write_line(words, size=6.5, color=SOFT)


def _listed(sheet: Sheet, chart: Chart) -> None:
    """The treatments as a table; sentences of the rules only where the word alone does not say why."""
    if chart.story is None or not chart.story.treatments:
        return
    sheet.heading("Treatments")
    sheet.set_font(FAMILY, "", 7)
    sheet.set_text_color(INK)
    sheet.set_fill_color("#ffffff")
    with sheet.table(
        col_widths=WIDTHS,
        line_height=3.1,
        text_align="LEFT",
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=SOFT),
        padding=(0.3, 1, 0.3, 0),
    ) as table:
        for cells in (HEADS, *_rows(chart.story)):
            table.row([sheet.clean(text) for text in cells])


def _rows(story: Story) -> Iterator[tuple[str, ...]]:
    for one in story.treatments:
        why = one.sentence.partition(": ")[2] if one.trial not in ("Enough",) else ""
        trial = f"{one.trial}: {why}" if why else one.trial
        yield one.name, one.under_name, trial, one.word, one.under_word


def _happened(sheet: Sheet, chart: Chart) -> None:
    sheet.heading("Decisions and history")
    for one in chart.lines:
        words = f"{clinical_date(one.at)} {us_time(one.at)}: {one.what}"
        words += f", {one.who}" if one.who else ""
        words += f": {one.said}" if one.said else ""
        words += f". To the patient: {one.to_patient}" if one.to_patient else ""
        sheet.write_line(words, size=7.5)
    for visit in chart.screen.visits:
        state = visit.state.value.replace("_", " ")
        when = f"{clinical_date(visit.start_at)} {us_time(visit.start_at)}"
        sheet.write_line(f"Visit {when}, {visit.location.name}, {visit.visit_name}: {state}", size=7.5)


def _safety(sheet: Sheet, chart: Chart) -> None:
    sheet.heading("Safety answers and calls")
    for one in chart.screen.flags:
        taken_back = ", taken back by the patient" if one.retracted_at else ""
        words = (
            f"{RED_FLAGS[one.code].concern}: {one.state.value}{taken_back}, {clinical_date(one.raised_at)}"
        )
        sheet.write_line(words, size=7.5)
    if not chart.screen.flags:
        sheet.write_line("No safety answer was flagged. This is not an all-clear.", size=7.5)


def _answered(sheet: Sheet, chart: Chart) -> None:
    if not chart.groups:
        return
    if sheet.page_break_trigger - sheet.get_y() < LEAST_ROOM:
        sheet.add_page()
    sheet.heading("Answers")
    lines: list[tuple[str, str, bool]] = []
    for group in chart.groups:
        lines.append(("", group.title, True))
        lines += [(one.label, one.text, False) for one in group.lines]
    sheet.columns(3, lines, size=6.5)


def _signed(sheet: Sheet, chart: Chart) -> None:
    if sheet.get_y() > sheet.page_break_trigger - 12:
        sheet.add_page()
    sheet.ln(4)
    sheet.line(MARGIN, sheet.get_y(), sheet.w - MARGIN, sheet.get_y())
    sheet.ln(1.5)
    sheet.pair("Decision", chart.decision or "______________________")
    sheet.pair("Signed", "______________________")
    if sheet.has_missing:
        sheet.ln(5)
        sheet.write_line(
            f"{MISSING} stands for a sign that this file cannot show; the screen shows it.", size=6.5
        )
