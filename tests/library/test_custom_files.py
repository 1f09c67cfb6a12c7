"""A homework's file: what is written is read back the same, and a faulty one says what is wrong."""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.forms import UNPRINTABLE
from practice.handouts.sheet import Step
from practice.library.builtin import builtin_homework
from practice.library.catalog import builtin_catalog
from practice.library.custom_words import told_by_words, words_of
from practice.library.homework import LANGUAGES, Dose, Homework, Track
from practice.library.parse import Malformed, parsed
from practice.library.serialize import written
from tests.browser import Browser
from tests.library.test_custom import LONGING, longing, verbs

SOME = builtin_homework()[LONGING]
#: What the format itself is made of, in the middle of people's words.
HOSTILE = [
    "## Steps",
    "\\## Why it helps",
    "\\\\",
    "+++",
    "+++\n",
    "**bold**",
    "*",
    '"',
    "'''",
    '"""',
    "{{ 7*7 }}",
    "{% raw %}",
    "1. **Do.** this",
    "\n2. ",
    "[[doses]]",
    "\x7f",
    "\u2028",
    "\xa0",
    "👩‍👩‍👧",
    "\u202eשלום",
    "title = 1",
    "#",
    "\t",
]
pieces = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))
#: Whatever a form lets through.
texts = st.lists(pieces, max_size=5).map("".join).filter(lambda one: not UNPRINTABLE.search(one))
said = texts.map(lambda one: f"x{one}")
proses = st.lists(texts, max_size=3).map("\n\n".join)


@given(lines=st.lists(said, min_size=3, max_size=3), step=texts, prose=proses)
def test_whatever_is_typed_is_read_back_as_it_was_written(
    lines: list[str], step: str, prose: str
) -> None:
    words = words_of(builtin_catalog().told[LONGING])
    title, lead, row = lines
    words |= {"title": title, "why": f"x{prose}", "example": prose, "notice": step, "needs": step}
    words["steps"] = [{"lead": lead, "text": step, "lead_es": lead, "text_es": step}] * 3
    words["track"] = words["solo_track"] = [{"row": row, "mark": "scale", "row_es": row}]
    asked = [f"{' '.join(one.split())}?" for one in (lead, row)]
    words |= {"questions": "\n".join(asked), "questions_es": "\n\n".join(reversed(asked))}
    words |= {"solo_title": step, "solo_promise": title, "solo_why": prose, "solo_care": prose}
    english, spanish = told_by_words(words, LONGING)
    assert parsed(written(english), LONGING) == english
    assert parsed(written(spanish), LONGING, "es", english) == spanish
    assert told_by_words(words_of((english, spanish)), LONGING) == (english, spanish)


def test_every_file_of_the_library_is_written_as_it_was_read() -> None:
    for language in LANGUAGES:
        for slug, homework in builtin_homework(language).items():
            english = None if language == "en" else builtin_homework()[slug]
            assert parsed(written(homework), slug, language, english) == homework


TEXT = written(SOME)
TOML_NEST = "x = " + "[" * 5000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it must begin with a line +++"),
        ("Just a letter.", "it must begin with a line +++"),
        (f"Before\n{TEXT}", "it must begin with a line +++"),
        (TEXT.replace("promise =", "promises ="), "“promises” does not belong here"),
        (TEXT.replace("promise =", "# promise ="), "“promise” is missing"),
        (TEXT.replace("conjoint = true", 'conjoint = "yes"'), "“conjoint” must be true or false"),
        (TEXT.replace("conjoint = true", "conjoint = false"), "check conjoint"),
        (TEXT.replace("minutes = 2\n", "minutes = true\n"), "each of “doses” has “minutes”"),
        (TEXT.replace("minutes = 2\n", "minutes = 10\n"), "check doses"),
        (TEXT.replace("asks = [", "asks = [7, "), "“asks” must be a list of words"),
        (TEXT.replace("## Example", "## Examples"), "unknown heading “Examples”"),
        (TEXT.replace("## Example", "## Steps"), "the heading “Steps” is there twice"),
        (TEXT.replace("## Example", "Example"), "the heading “Example” is missing"),
        (TEXT.replace("+++\n\n## Why", "+++\n\nHello\n\n## Why"), "words before the first heading"),
        (TEXT.replace("1. **", "1. "), "a step without a bold beginning"),
        (TEXT.replace("- Which wish", "Which wish"), "a question without a dash before it"),
        (TEXT.replace("behind your complaints?", "behind them."), "check questions, which end"),
        (TEXT.replace("## On your own: why it helps", "## Alone"), "unknown heading “Alone”"),
        (TEXT.replace("[solo]\n", "[solo]\nneeds = 1\n"), "“needs” does not belong here"),
        (TEXT.replace("[solo]\n", "[solo]\ntitle = 1\n"), "“title” must be text"),
        (TEXT.replace("[[solo.track]]\nrow", "[[solo.track]]\nrows"), "each of “track” has"),
        (TEXT.replace('title = "', "title = "), "at line 1"),
        (TEXT.replace('title = "', 'title = "\\u0000'), "letters, which can be printed"),
        (
            re.sub('title = ".*"', r'title = "\\u200B\\u000B"', TEXT, count=1),
            "title, promise and why",
        ),
        (f"+++\n{TOML_NEST}\n+++\n", ""),
    ],
)
def test_a_faulty_file_says_what_is_wrong_beside_its_field(
    dana: Browser, text: str, said: str
) -> None:
    with pytest.raises(Malformed) as fault:
        parsed(text, "file")
    assert said in fault.value.fault


def bring(of: Browser, english: bytes, spanish: bytes = b"", once: str = "once"):
    """Send files to be brought in."""
    files = {"english": (io.BytesIO(english), "a.md")}
    if spanish:
        files["spanish"] = (io.BytesIO(spanish), "b.md")
    return of.post("/homework/import", once=once, **files)


@pytest.mark.parametrize(
    ("english", "spanish", "said"),
    [
        (b"", b"", "Choose a file."),
        (b"Just a letter.", b"", "This file cannot be read: it must begin with"),
        ("Adiós".encode("latin-1"), b"", "This is not a text file in UTF-8."),
        (b"%PDF-1.7\x00\x01", b"", "cannot be printed"),
        (b"x" * 70_000, b"", "too large"),
        (TEXT.encode(), TEXT.encode(), "This file cannot be read: “who” does not belong here"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field_and_nothing_is_kept(
    dana: Browser, english: bytes, spanish: bytes, said: str
) -> None:
    answer = bring(dana, english, spanish)
    assert answer.status_code == 422
    assert said in answer.text and 'class="field field--error"' in answer.text
    assert "Nothing of your own yet" in dana.get("/homework/own").text


def test_what_is_taken_out_comes_back_the_same(dana: Browser, stranger: Browser) -> None:
    made = dana.post("/homework/own", once="a")
    dana.post(made.location, **longing(title="Ours # 1"), version="1", publish="1")
    files = [dana.get(f"/homework/own-1/{one}.md").data for one in LANGUAGES]
    for windows in (False, True):
        sent = (
            [b"\xef\xbb\xbf" + one.replace(b"\n", b"\r\n") for one in files] if windows else files
        )
        form = bring(stranger, *sent, once=f"w{windows}").location
        shown = stranger.get(form).text
        assert "Ours # 1" in shown and "Del reclamo al anhelo" in shown
        told = stranger.post(form, **longing(title="Ours # 1"), version="1", publish="1").location
        for language, file in zip(LANGUAGES, files, strict=True):
            assert stranger.get(f"{told}/{language}.md").data == file
    assert verbs(stranger).count("imported") == 2


def test_the_translation_must_have_the_shape_of_the_english_file() -> None:
    spanish = builtin_homework("es")[LONGING]
    for faulty in (
        replace(spanish, steps=spanish.steps[:-1]),
        replace(spanish, doses=(Dose(3, "x"), *spanish.doses[1:])),
        replace(spanish, track=(Track("x", "scale"), *spanish.track[1:])),
        replace(spanish, questions=spanish.questions[:-1]),
        replace(spanish, solo=replace(spanish.solo, track=spanish.solo.track[:-1])),
    ):
        with pytest.raises(Malformed, match="as in English"):
            parsed(written(faulty), LONGING, "es", SOME)
    assert isinstance(spanish, Homework) and isinstance(spanish.steps[0], Step)
