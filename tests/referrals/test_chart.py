"""The chart as a PDF: one or two sheets, no name outside them, any letters, made only when asked for."""

import re
import subprocess
import sys
from datetime import date

import pytest

from clinic.accounts.rules import Role
from clinic.audit.models import AuditEvent
from clinic.audit.rules import Action
from clinic.kernel.permissions import Actor
from clinic.referrals.paper.picture import paint
from clinic.referrals.paper.sheet import MISSING, Sheet
from clinic.referrals.rules import Choice, DecisionReason
from clinic.referrals.service import Decided, decide
from clinic.referrals.timeline import draw
from tests.architecture.source import ROOT
from tests.referrals.cast import Sent, rows_of, send_in
from tests.referrals.timelines import HARD, hard_story, run_of
from tests.support.app import START
from tests.support.client import PageClient
from tests.support.staff import sign_in

FONTS = ROOT / "clinic" / "static" / "vendor" / "fonts"
TODAY = date(2026, 12, 1)
SHEET = re.compile(rb"/Type\s*/Page[^s]")


def sheets(file: bytes) -> int:
    assert file.startswith(b"%PDF-")
    return len(SHEET.findall(file))


@pytest.mark.parametrize("name", HARD)
def test_every_hard_time_line_can_be_painted(name: str) -> None:
    sheet = Sheet(FONTS, "reference")
    paint(sheet, draw(hard_story(name, TODAY)), sheet.epw)
    assert sheets(sheet.finish()) <= 2
    assert not sheet.has_missing


def test_signs_beyond_our_letters_are_replaced_and_right_to_left_is_turned() -> None:
    sheet = Sheet(FONTS, "reference")
    assert sheet.clean("Łukasz – Ωmega, Ёлка…") == "Łukasz – Ωmega, Ёлка…"
    assert sheet.clean("pain \U0001fae0 痛") == f"pain {MISSING} {MISSING}"
    assert sheet.has_missing
    assert sheet.clean("שלום") == "םולש"
    sheet.finish()


def test_a_clinician_gets_the_file_and_it_is_recorded(client: PageClient, sent: Sent) -> None:
    sign_in(client, Role.CLINICIAN)
    answer = client.get(f"/staff/referrals/{sent.referral.reference}/chart.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{sent.referral.reference}.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert 1 <= sheets(answer.data) <= 2
    assert b"Hazel" not in answer.data
    actions = [Action(one.action) for one in rows_of(AuditEvent)]
    assert actions.count(Action.CHART_PRINTED) == actions.count(Action.REFERRAL_VIEWED) == 1


def test_long_words_in_any_script_make_no_error(client: PageClient, sent: Sent, clinician: Actor) -> None:
    words = "<script>\U0001f600 " + "שלום עולם " * 90 + "w" * 900
    given = Decided(
        choice=Choice.PHASE_ONE,
        reason=DecisionReason.OTHER,
        sentence="x" * 1000,
        words_to_patient=words,
    )
    decide(sent.referral.reference, given, version=sent.fresh.version, actor=clinician, now=START)
    sign_in(client, Role.CLINICIAN)
    answer = client.get(f"/staff/referrals/{sent.referral.reference}/chart.pdf")
    assert 1 <= sheets(answer.data) <= 3


@pytest.mark.parametrize("name", ["sixty", "none-tried", "gap"])
def test_a_hard_case_prints_as_a_whole(
    client: PageClient, sent: Sent, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    facts = run_of(HARD[name](TODAY), TODAY).facts
    other = send_in(monkeypatch, START, facts, first_name="Ivy", email="ivy@example.com")
    sign_in(client, Role.CLINICIAN)
    answer = client.get(f"/staff/referrals/{other.referral.reference}/chart.pdf")
    assert sheets(answer.data) <= (5 if name == "sixty" else 2)


def test_the_web_server_starts_without_the_library() -> None:
    words = "import sys, clinic, clinic.referrals.views; sys.exit('fpdf' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=False)
    assert ended.returncode == 0
