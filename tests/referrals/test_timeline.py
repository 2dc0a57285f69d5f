"""The picture of the treatments: nothing drawn as known that is not, nothing outside the frame."""

from datetime import date, timedelta
from html import unescape
from itertools import combinations, pairwise

import pytest
from flask import Flask, render_template_string

from clinic.referrals.timeline import Earlier, Episode, Onset, Response, Story, Treatment, draw
from clinic.referrals.timeline.axis import PLOT_LEFT, PLOT_RIGHT
from clinic.referrals.timeline.markers import WIDTH
from clinic.referrals.timeline.placing import place_all
from clinic.referrals.timeline.shapes import Box, Line, Words
from clinic.triage.rules import Verdict
from tests.referrals.timelines import HARD, hard_story

TODAY = date(2026, 11, 30)


def treatment(name: str = "Gabapentin", **given: object) -> Treatment:
    values: dict[str, object] = {
        "name": name,
        "under_name": "12 weeks",
        "response": Response.NONE,
        "word": "No change",
        "under_word": "Still taking",
        "least": 12.0,
        "most": 12.0,
        "ongoing": True,
    }
    return Treatment(**(values | given))  # type: ignore[arg-type]  # a test's short hand


def on(day: date, last: date | None = None) -> Onset:
    return Onset(day, last or day, f"{day:%b %Y}")


DRAWN = {
    "nothing tried": Story(on(TODAY - timedelta(days=40)), TODAY, None, ()),
    "one week": Story(
        on(TODAY - timedelta(days=7)), TODAY, TODAY + timedelta(days=2), (treatment(least=0.5),)
    ),
    "twenty years": Story(on(date(2006, 1, 1), date(2006, 12, 31)), TODAY, None, (treatment(),)),
    "sixty treatments": Story(
        on(date(2024, 1, 5)), TODAY, None, tuple(treatment(f"No. {n}", least=n) for n in range(60))
    ),
    "start not known": Story(None, TODAY, TODAY, (treatment(least=200.0, ongoing=False),)),
    "before a day": Story(Onset(None, date(2026, 6, 1), "before Jun 2026"), TODAY, None, (treatment(),)),
    "longer than the illness": Story(on(date(2026, 11, 1)), TODAY, None, (treatment(least=52.0, most=None),)),
    "visit today": Story(on(date(2026, 3, 1)), TODAY, TODAY, (treatment(most=None, ongoing=False),)),
    "many blocks": Story(
        on(date(2025, 3, 1)), TODAY, None, (treatment(is_procedure=True, occasions=40, least=0.0),)
    ),
    "never told": Story(on(date(2025, 3, 1)), TODAY, None, (treatment(least=0.0, most=None),)),
}


@pytest.mark.parametrize("story", DRAWN.values(), ids=DRAWN.keys())
def test_everything_stays_inside_the_frame(story: Story) -> None:
    drawing = draw(story)
    for shape in drawing.shapes:
        if isinstance(shape, Box):
            assert shape.x >= 0
            assert shape.width >= 0
            assert shape.x + shape.width <= WIDTH + 0.1
            assert shape.y + shape.height <= drawing.height + 0.1
        if isinstance(shape, Words):
            assert 0 <= shape.x <= WIDTH


@pytest.mark.parametrize("story", DRAWN.values(), ids=DRAWN.keys())
def test_tags_and_month_labels_never_cover_each_other(story: Story) -> None:
    shapes = draw(story).shapes
    tags = sorted((s.x, s.x + s.width) for s in shapes if isinstance(s, Box) and s.look.endswith("-tag"))
    assert all(left[1] <= right[0] for left, right in pairwise(tags))
    labels = [s.x for s in shapes if isinstance(s, Words) and s.look == "t-ax" and s.y > 40]
    assert all(b - a > 14 for a, b in pairwise(labels))


def test_a_treatment_that_goes_on_ends_today_and_has_no_cap() -> None:
    story = Story(on(date(2026, 2, 20)), TODAY, None, (treatment(),))
    (row,) = place_all(story)
    assert row.sure == (TODAY - timedelta(weeks=12), TODAY)
    assert row.possible is None
    looks = [s.look for s in draw(story).shapes if isinstance(s, Line)]
    assert "go none" in looks
    assert not any(look.startswith("cap") for look in looks)


def test_a_length_between_two_limits_is_sure_for_the_lower_and_possible_up_to_the_upper() -> None:
    story = Story(on(date(2025, 2, 20)), TODAY, None, (treatment(least=12.0, most=26.0),))
    (row,) = place_all(story)
    assert row.sure == (TODAY - timedelta(weeks=12), TODAY)
    assert row.possible == (TODAY - timedelta(weeks=26), TODAY - timedelta(weeks=12))


def test_a_treatment_that_stopped_may_lie_anywhere_since_first_symptoms() -> None:
    first = date(2026, 2, 20)
    story = Story(on(first), TODAY, None, (treatment(ongoing=False),))
    (row,) = place_all(story)
    assert row.possible == (first, TODAY)
    assert row.sure is not None
    assert row.sure[1] - row.sure[0] == timedelta(weeks=12)
    shapes = draw(story).shapes
    assert sum(isinstance(s, Words) and s.text == "?" for s in shapes) == 2
    assert any(isinstance(s, Line) and s.look.startswith("cap") for s in shapes)


def test_procedures_are_one_diamond_each_up_to_eight() -> None:
    story = Story(on(date(2026, 2, 20)), TODAY, None, (treatment(is_procedure=True, occasions=3),))
    diamonds = [s for s in draw(story).shapes if isinstance(s, Line) and s.d.endswith("-8z")]
    assert len(diamonds) == 3


def test_bands_begin_with_first_symptoms_and_end_at_three_six_and_twelve_months() -> None:
    shapes = draw(Story(on(date(2026, 2, 20)), TODAY, None, ())).shapes
    bands = [s for s in shapes if isinstance(s, Box) and (s.look in ("b1", "b2", "b3") or s.fill)]
    assert [s.look or s.fill for s in bands] == ["b1", "pt-12", "b2", "b3"]
    assert bands[0].x > PLOT_LEFT
    assert bands[-1].x + bands[-1].width == pytest.approx(PLOT_RIGHT)
    words = {s.text for s in shapes if isinstance(s, Words)}
    assert {"One", "One or Two", "Two", "12 months: 20 Feb 2027"} <= words


def test_without_a_known_start_there_are_no_bands() -> None:
    shapes = draw(Story(None, TODAY, None, (treatment(),))).shapes
    assert not [s for s in shapes if isinstance(s, Box) and s.look in ("b1", "b2", "b3")]


def test_the_words_for_those_who_do_not_see_it_name_the_same_days() -> None:
    story = Story(on(date(2026, 2, 20)), TODAY, date(2026, 12, 8), (treatment(verdict=Verdict.LONG),))
    assert draw(story).description == (
        "First symptoms Feb 2026, today 30 Nov 2026, visit 8 Dec 2026. 1 treatment, in order of start: "
        "1 no change. Tried long enough, as the rules judged it: 1 enough. "
        "The same facts are in the table below."
    )


def test_where_the_start_is_a_month_the_edges_of_the_bands_are_hatched() -> None:
    shapes = draw(Story(on(date(2026, 2, 1), date(2026, 2, 28)), TODAY, None, ())).shapes
    looks = [
        s.look or s.fill for s in shapes if isinstance(s, Box) and (s.look in ("b1", "b2", "b3") or s.fill)
    ]
    assert looks == ["pt-fog", "b1", "pt-fog", "pt-12", "pt-fog", "b2", "pt-fog", "b3"]
    assert "12 months: Feb 2027" in {s.text for s in shapes if isinstance(s, Words)}


def test_before_a_day_every_band_is_possible_until_the_last_is_certain() -> None:
    shapes = draw(Story(Onset(None, date(2025, 6, 1), "before 1 Jun 2025"), TODAY, None, ())).shapes
    looks = [
        s.look or s.fill for s in shapes if isinstance(s, Box) and (s.look in ("b1", "b2", "b3") or s.fill)
    ]
    assert looks == ["pt-fog"] * 3 + ["b3"]


def test_in_the_first_weeks_the_axis_shows_three_months() -> None:
    words = {
        s.text for s in draw(Story(on(date(2026, 11, 23)), TODAY, None, ())).shapes if isinstance(s, Words)
    }
    assert "3 months: 23 Feb 2027" in words


def test_treatments_lie_in_the_episode_in_which_they_were_had() -> None:
    began, back = date(2020, 3, 1), date(2026, 3, 1)
    gone = Earlier(on(began), date(2025, 3, 1), "12 months or more")
    had = (
        treatment("Before", episode=Episode.EARLIER, ongoing=False),
        treatment("Since", episode=Episode.THIS, ongoing=False),
        treatment("Some time", ongoing=False),
    )
    rows = {row.treatment.name: row for row in place_all(Story(on(back), TODAY, None, had, gone))}
    assert rows["Before"].possible == (began, date(2025, 3, 1))
    assert rows["Since"].possible == (back, TODAY)
    assert rows["Some time"].possible == (began, TODAY)


def test_what_went_on_when_it_was_told_is_not_known_to_go_on_since() -> None:
    told = TODAY - timedelta(days=20)
    (row,) = place_all(Story(on(date(2026, 2, 20)), TODAY, None, (treatment(),), told_on=told))
    assert row.sure == (told - timedelta(weeks=12), told)


def box_of(words: Words) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text, by the widths with which the drawing reckons."""
    size, wide = {"t-name": (13.5, 0.53), "t-w": (13, 0.53), "t-sub": (12, 0.5)}.get(words.look, (12, 0.56))
    width = len(words.text) * size * wide
    left = words.x - width / 2 if words.look == "q" else words.x
    return left, words.y - size * 0.75, left + width, words.y + size * 0.1


@pytest.mark.parametrize("name", HARD)
def test_no_two_texts_of_a_hard_case_touch_and_all_stay_inside(name: str) -> None:
    drawing = draw(hard_story(name, TODAY))
    texts = [(one.text, box_of(one)) for one in drawing.shapes if isinstance(one, Words)]
    for text, (left, top, right, bottom) in texts:
        assert left >= 0, text
        assert top >= 0, text
        assert right <= drawing.width + 0.5, text
        assert bottom <= drawing.height, text
    for (one, a), (other, b) in combinations(texts, 2):
        apart = a[2] <= b[0] + 0.5 or b[2] <= a[0] + 0.5 or a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5
        assert apart, f"{one!r} touches {other!r}"


@pytest.mark.parametrize("name", HARD)
def test_every_treatment_of_a_hard_case_is_a_row_of_the_picture(name: str) -> None:
    story = hard_story(name, TODAY)
    drawing = draw(story)
    names = [one for one in drawing.shapes if isinstance(one, Words) and one.look == "t-name"]
    assert len(names) == len(story.treatments)
    assert {one.text.rstrip("…") for one in names} <= {
        told.name[:length] for told in story.treatments for length in range(1, len(told.name) + 1)
    }
    words = [one for one in drawing.shapes if isinstance(one, Words) and one.look == "t-w"]
    assert sorted(one.text for one in words) == sorted(told.word for told in story.treatments)


@pytest.mark.parametrize("name", HARD)
def test_title_and_description_of_a_hard_case_tell_what_is_drawn(name: str) -> None:
    story = hard_story(name, TODAY)
    drawing = draw(story)
    assert "30 Nov 2026" in drawing.description
    count = len(story.treatments)
    assert (
        (f"{count} treatment" in drawing.description) if count else (story.none_told in drawing.description)
    )
    assert (story.onset.words if story.onset else "day not known") in drawing.description
    if story.visit:
        assert f"visit {story.visit.day} " in drawing.description
    if story.earlier:
        assert "no symptoms for 12 months or more, came back" in drawing.description


@pytest.mark.parametrize("name", HARD)
def test_the_table_of_a_hard_case_has_every_treatment(app: Flask, name: str) -> None:
    story = hard_story(name, TODAY)
    source = '{% from "referrals/_timeline.html" import facts_table, timeline_card %}'
    with app.test_request_context():
        page = unescape(
            render_template_string(
                source + "{{ timeline_card(drawing) }}{{ facts_table(story, drawing) }}",
                story=story,
                drawing=draw(story),
            )
        )
    assert page.count('<th scope="row">') == len(story.treatments)
    for told in story.treatments:
        assert f'<th scope="row">{told.name}</th>' in page
        assert told.under_word in page
        assert told.trial in page


def test_the_verdicts_of_a_hard_case_are_those_of_its_run() -> None:
    found = {one.name: one.trial for one in hard_story("mixed-ongoing", TODAY).treatments}
    assert found["Gabapentin"] == found["Physical therapy"] == "Enough"
    assert found["TENS unit"] == "Not counted"
    assert found["Occupational therapy"] == found["Cognitive-behavioral therapy"] == "Not known"
    gap = {one.name: one.trial for one in hard_story("gap", TODAY).treatments}
    assert gap["Gabapentin"] == "Earlier time"
    assert gap["Occupational therapy"] == "Too short"
