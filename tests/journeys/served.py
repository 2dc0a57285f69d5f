"""The product on the clock of the journeys, two addresses that break, and the hard cases of the time line."""

from flask import render_template_string

from clinic import create_app
from clinic.kernel.clock import central_date
from clinic.kernel.permissions import Permission
from clinic.platform.access import public, requires
from clinic.referrals.timeline import draw
from clinic.web.errors import page
from tests.journeys.clock import clock
from tests.referrals.timelines import hard_story

TIMELINE = """{% extends "layouts/staff.html" %}
{% from "referrals/_timeline.html" import facts_table, timeline_card %}
{% block title %}{{ name }}{% endblock %}
{% block main_class %}{% endblock %}
{% block main %}<div class="pt"><h1>{{ name }}</h1></div>
<div class="ref"><div class="ref-l">{{ timeline_card(drawing) }}</div><div class="ref-r"></div>
{{ facts_table(story, drawing) }}</div>{% endblock %}"""

app = create_app(clock=clock)


@app.get("/broken")
@public
def broken() -> str:
    """A defect of ours."""
    raise ZeroDivisionError


app.add_url_rule("/busy", "busy", public(lambda: page(503)))


@app.get("/staff/timelines/<name>")
@requires(Permission.REFERRAL_VIEW)
def timeline(name: str) -> str:
    """One of the twelve hard cases, drawn as on a referral."""
    story = hard_story(name, central_date(clock()))
    return render_template_string(TIMELINE, name=name, story=story, drawing=draw(story))
