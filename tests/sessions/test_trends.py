"""The charts of obstacles: true to what was stated, and in step with each tap."""

import html
import re

import pytest
from flask import render_template_string

from practice.sessions.trends import Point
from tests.browser import Browser
from tests.factories import a_couple, a_session, today

TAP = {"HX-Request": "true"}


def chart(page: str, label: str = "Busyness") -> str:
    """An obstacle's chart beside a session's note: what it draws, and what it says."""
    row = re.search(rf"<svg[^>]*>\s*<title>{label}, oldest first.*?</svg>", page, re.DOTALL)
    assert row
    return row[0]


def told(page: str, label: str = "Busyness") -> list[str]:
    """What a chart says of each session, to whoever hears it."""
    title = re.search(r"oldest first: ([^<]*)<", chart(page, label))
    assert title
    return re.findall(r"\w{3} \d+: (.*?)(?=, \w{3} \d+:|$)", title[1])


def heights(page: str) -> list[int]:
    """The height of each bar of a chart; a ring is no bar."""
    return [int(one) for one in re.findall(r'<rect[^>]* height="(\d+)"', chart(page))]


def test_a_strength_that_is_not_stated_is_drawn_and_read_out_as_that(dana: Browser) -> None:
    couple = a_couple(of=dana)
    a_session(dana, couple, seen=(("busyness", "a", 1),))
    a_session(dana, couple, seen=("busyness",))
    session = a_session(dana, couple, today())
    page = dana.get(session.url).text
    assert told(page) == ["1 of 3", "seen, strength not stated", "not seen"]
    assert len(heights(page)) == 2 and chart(page).count("<circle") == 1
    assert "seen, how strong not stated" in page
    file = dana.get(f"/couples/{couple.id}").text
    table = re.search(r'<th scope="row">Busyness</th>(.*?)</tr>', file, re.DOTALL)
    assert table
    assert re.findall(r"<td>(.*?)</td>", table[1]) == [
        "1 of 3, M",
        "seen, strength not stated",
        "not seen",
    ]
    assert "seen, how strong not stated" in file


def test_no_ring_is_explained_where_there_is_none(dana: Browser) -> None:
    couple = a_couple(of=dana)
    for _ in range(2):
        session = a_session(dana, couple, seen=(("busyness", "both", 2),))
    for page in (session.url, f"/couples/{couple.id}"):
        assert "not stated</p>" not in dana.get(page).text


def test_the_chart_follows_each_tap(dana: Browser) -> None:
    couple = a_couple(of=dana)
    a_session(dana, couple, seen=(("busyness", "both", 2),))
    session = a_session(dana, couple, today())
    for sent, last in (
        ({"on": "1"}, "seen, strength not stated"),
        ({"strength": "3"}, "3 of 3"),
        ({"strength": "1"}, "1 of 3"),
        ({"strength": ""}, "seen, strength not stated"),
        ({"on": "0"}, "not seen"),
    ):
        answer = dana.post(f"{session.url}/obstacles", headers=TAP, obstacle="busyness", **sent)
        assert 'id="trends" data-hx-swap-oob="true"' in answer.text
        assert told(answer.text) == ["2 of 3", last]
        assert told(dana.get(session.url).text) == ["2 of 3", last], "and without scripts"


def test_a_first_session_has_nothing_to_compare_with_and_swaps_nothing(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    answer = dana.post(f"{session.url}/obstacles", headers=TAP, obstacle="busyness", on="1")
    assert 'id="trends"' not in answer.text
    assert 'id="trends"' not in dana.get(session.url).text


@pytest.mark.parametrize(
    ("point", "words", "bars", "rings"),
    [
        (Point(0), "not seen", 1, 0),
        (Point(2, "M"), "2 of 3", 1, 0),
        (Point(None, "J"), "seen, strength not stated", 0, 1),
        (None, "no session", 0, 0),
    ],
)
def test_a_point_is_one_mark_and_one_word(
    dana: Browser, point: Point | None, words: str, bars: int, rings: int
) -> None:
    source = """{% from "components/obstacles.html" import trend_bars %}
        {{ trend_bars([point], "busyness", "Busyness", ["Nov 3"]) }}"""
    with dana.app.test_request_context():
        drawn = html.unescape(render_template_string(source, point=point))
    assert f"Nov 3: {words}<" in drawn
    assert (drawn.count("<rect"), drawn.count("<circle")) == (bars, rings)
