"""The background sheets: complete in both languages, easy to read, and printed for anyone."""

import pytest

from practice.library.homework import ENGLISH, LANGUAGES, SPANISH
from practice.library.parse import Malformed
from practice.library.readability import ease_in_spanish, grade
from practice.worksheets.background import BACKGROUND, SLUGS, background, blocks, read
from tests.browser import Browser
from tests.handouts.conftest import Printed

each_topic = pytest.mark.parametrize("topic", SLUGS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def pieces(sheet):
    """Every text of a sheet's body, one for each heading, paragraph, point, drawing and label."""
    for block in sheet.blocks:
        yield from filter(None, [block.text, *block.labels])
        yield from (f"{item.lead} {item.text}".strip() for item in block.items)


def everything(sheet):
    return "\n".join([sheet.title, sheet.promise, *pieces(sheet)])


@each_language
def test_every_topic_has_its_file_and_no_file_is_forgotten(language):
    found = {path.stem for path in (BACKGROUND / language).glob("*.md")}
    assert found == set(SLUGS) == set(background(language))


@each_topic
def test_the_spanish_has_the_structure_of_the_english(topic):
    english, spanish = background(ENGLISH)[topic], background(SPANISH)[topic]
    assert [one.kind for one in spanish.blocks] == [one.kind for one in english.blocks]
    for ours, theirs in zip(english.blocks, spanish.blocks, strict=True):
        assert len(theirs.items) == len(ours.items)
        assert [bool(one.lead) for one in theirs.items] == [bool(one.lead) for one in ours.items]
        assert len(theirs.labels) == len(ours.labels)
    assert spanish.teachings == english.teachings


@each_topic
def test_nothing_is_left_in_english(topic):
    english, spanish = background(ENGLISH)[topic], background(SPANISH)[topic]
    assert not set(everything(english).split("\n")) & set(everything(spanish).split("\n"))


@each_topic
def test_a_reader_of_twelve_can_read_it(topic):
    assert grade("\n".join(pieces(background(ENGLISH)[topic]))) <= 7
    assert ease_in_spanish("\n".join(pieces(background(SPANISH)[topic]))) >= 70


@each_topic
@each_language
def test_it_is_short_and_speaks_calmly(topic, language):
    words = everything(background(language)[topic])
    assert len(words.split()) <= 420
    assert not {"!", "¡", '"', "*", "[", "_"} & set(words)
    assert words.count("«") == words.count("»")
    assert words.count("“") == words.count("”")


@each_language
def test_low_safety_is_always_called_low_emotional_safety(language):
    name, short = {
        "en": ("low emotional safety", "low safety"),
        "es": ("baja seguridad emocional", "baja seguridad"),
    }[language]
    words = everything(background(language)["low-safety"]).lower()
    assert name in words
    assert short not in words.replace(name, "")


@each_language
def test_what_could_be_turned_against_someone_says_where_to_go(language):
    alone = {"en": "alone", "es": "a solas"}[language]
    for topic in ("protest-behavior", "low-safety", "phone-agreements", "stopping-kindly"):
        last = background(language)[topic].blocks[-1].text
        assert alone in last


def test_the_circle_is_drawn_with_all_its_words():
    for language in LANGUAGES:
        sheet = background(language)["protest-behavior"]
        [drawing] = [one for one in sheet.blocks if one.kind == "drawing"]
        assert len(drawing.labels) == 4
        assert len(drawing.text) > 100


@pytest.mark.parametrize(
    ("body", "labels"),
    [
        ("![A circle.](circle)", ("one", "two")),
        ("![A circle.](circle)", ()),
        ("A word.", ("one", "two", "three", "four")),
        ("- one\n-two\n- three\n\n-four", ("one",)),
    ],
)
def test_a_drawing_and_its_words_belong_together(body, labels):
    with pytest.raises(ValueError, match="four labels"):
        blocks(body, labels)


def test_a_file_without_a_promise_is_named(tmp_path):
    for language in LANGUAGES:
        (tmp_path / language).mkdir()
        (tmp_path / language / "busyness.md").write_text(
            '+++\ntitle = "Busy"\nteachings = ["keys-journal"]\n+++\nA word.\n', encoding="utf-8"
        )
    with pytest.raises(Malformed, match=r"busyness\.md: .promise."):
        read(tmp_path / SPANISH / "busyness.md")


@each_language
def test_every_sheet_prints_on_one_side(dana: Browser, language: str) -> None:
    for topic in SLUGS:
        answer = dana.get(f"/homework/background/{topic}.pdf?language={language}")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        name = f'inline; filename="{topic}-{language}.pdf"'
        assert answer.headers["Content-Disposition"] == name
        paper = Printed(answer.data)
        sheet = background(language)[topic]
        assert len(paper.file.pages) == 1
        assert str(paper.file.Root.Lang) == language
        assert sheet.title in paper.words
        assert paper.tags.count("H1") == 1
        assert not paper.has_boxes
        shown = [one.text for one in sheet.blocks if one.kind == "drawing"]
        assert paper.alternatives == shown


def test_a_sheet_is_in_english_unless_asked_otherwise(dana: Browser) -> None:
    paper = Printed(dana.get("/homework/background/feelings.pdf").data)
    assert background(ENGLISH)["feelings"].title in paper.words
    assert "Dana Whitfield" in paper.words


@pytest.mark.parametrize(
    "address", ["feelings.pdf?language=xx", "feelings.pdf?language=", "nothing.pdf", "..%2Fen.pdf"]
)
def test_what_there_is_not_is_not_found(dana: Browser, address: str) -> None:
    assert dana.get(f"/homework/background/{address}").status_code == 404


@pytest.mark.parametrize("page", ["/homework", "/homework/background"])
def test_the_sheets_are_offered_in_both_languages(dana: Browser, page: str) -> None:
    text = dana.get(page).text
    for topic in SLUGS:
        assert background(ENGLISH)[topic].title in text
        for language in LANGUAGES:
            assert f"/homework/background/{topic}.pdf?language={language}" in text
