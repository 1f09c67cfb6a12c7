"""Finding a homework: by words typed in haste, in two languages, and by what it is for."""

import time

import pytest

from practice.library.builtin import builtin_homework
from practice.library.finding import find
from practice.library.homework import WHO
from practice.vocabulary import OBSTACLES, Element

COMPLAINT = "from-complaint-to-longing"
PHONES = "phones-sleep-in-the-kitchen"


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("complaint", COMPLAINT),
        ("complaynt", COMPLAINT),
        ("compalint", COMPLAINT),
        ("compl", COMPLAINT),
        ("COMPLAINT to longng", COMPLAINT),
        ("abrazo", COMPLAINT),
        ("abrzo", COMPLAINT),
        ("reclamo", COMPLAINT),
        ("phnes", PHONES),
        ("phones", PHONES),
        ("teléfonos", PHONES),
        ("telefonos cocina", PHONES),
        ("kitchen, phone", PHONES),
        ("wether report", "weather-report"),
        ("friday", "a-friday-walk-with-no-agenda"),
        ("then or now", "then-or-now"),
        ("¿de antes?", "then-or-now"),
    ],
)
def test_what_was_meant_comes_first(words: str, slug: str) -> None:
    assert find(words)[0].slug == slug


def test_every_homework_is_found_first_or_nearly_so_by_its_title() -> None:
    for language in ("en", "es"):
        for slug, homework in builtin_homework(language).items():
            assert slug in [one.slug for one in find(homework.title)[:3]], homework.title


def test_every_word_must_be_there() -> None:
    assert find("phones")
    assert find("phones zeppelin") == []


def test_a_word_spelled_right_is_taken_at_its_word() -> None:
    assert not any("talk" in one.title.lower() for one in find("walk"))


@pytest.mark.parametrize("words", ["zzzzqq", "xq", "%", "?!", "👩‍👩‍👧", "a" * 5000, "שלום"])
def test_what_is_not_there_is_not_found(words: str) -> None:
    assert find(words) == []


@pytest.mark.parametrize("words", ["", "   "])
def test_nothing_asked_is_the_whole_library_by_title(words: str) -> None:
    assert find(words) == list(builtin_homework().values())


def test_what_it_is_for_narrows_the_library() -> None:
    for obstacle in OBSTACLES:
        assert {one.slug for one in find(obstacle=obstacle)} == {
            slug for slug, one in builtin_homework().items() if obstacle in one.obstacles
        }
    for element in Element:
        assert all(element in one.elements for one in find(element=element))
    for who in WHO["en"]:
        assert find(who=who) and all(one.who == who for one in find(who=who))


def test_all_that_is_asked_holds_at_once() -> None:
    found = find("phone", obstacle="screens", element="connection", who="together")
    assert found
    for one in found:
        assert "screens" in one.obstacles and one.who == "together"
        assert "connection" in one.elements


def test_in_spanish_the_same_homework_is_found_and_reads_in_spanish() -> None:
    first = find("phnes", language="es")[0]
    assert (first.slug, first.language) == (PHONES, "es")
    assert first.title == "Los teléfonos duermen en la cocina"


def test_a_search_is_quicker_than_a_keystroke() -> None:
    find("warm")
    best = min(timed("complaynt longng phnes abrzo") for _ in range(5))
    assert best < 0.05  # four misspelled words; about 0.005 on a quiet machine


def timed(words: str) -> float:
    """Seconds of work that a search takes, however busy the machine is."""
    began = time.thread_time()
    find(words)
    return time.thread_time() - began
