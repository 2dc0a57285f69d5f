"""The picture of the treatments: nothing drawn as known that is not, nothing outside the frame."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from clinic.referrals.timeline import Onset, Response, Story, Treatment, draw
from clinic.referrals.timeline.axis import PLOT_LEFT, PLOT_RIGHT
from clinic.referrals.timeline.markers import WIDTH
from clinic.referrals.timeline.placing import place_all
from clinic.referrals.timeline.shapes import Box, Line, Words

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


HARD_CASES = {
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


@pytest.mark.parametrize("story", HARD_CASES.values(), ids=HARD_CASES.keys())
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


@pytest.mark.parametrize("story", HARD_CASES.values(), ids=HARD_CASES.keys())
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
    story = Story(on(date(2026, 2, 20)), TODAY, date(2026, 12, 8), (treatment(),))
    assert draw(story).description == (
        "First symptoms Feb 2026, today 30 Nov 2026, visit 8 Dec 2026. 1 treatment, in order of start. "
        "The same facts are in the table below."
    )
