"""What is on the paper, and what is not."""

import socket

import pytest

from practice.handouts.sheet import Step, TrackerRow

READ_ALOUD = [
    "Alder Street Couples Therapy",
    "For Maya, with Jonah",
    "Try it 5 days this week",
    "We talk about it on Thursday, December 3",
    "A small harbor",
    "Tie up side by side for two minutes.",
    "Together",
    "After the kids are in bed",
    "A day pulls you both out to sea.",
    "WHAT TO DO",
    "2 minutes: Sit close and say one word each.",
    "You need: A timer, and two cups of something warm.",
    "Sit down close. Put the phones in another room.",
    "Stay until it rings. Nothing has to be fixed.",
    "Rosa says, “Heavy.” Kim says, “Loud.”",
    "IF IT GETS HARD",
    "If it turns into a list, stop and try again tomorrow.",
    "leave this one out and tell Dana.",
    "If we are too tired, then we do one minute in bed.",
    "You said evenings are calmest. — Dana",
    "THIS WEEK Mon Tue Wed Thu Fri Sat Sun",
    "We did it (✓)",
    "How close I felt, 0 to 10",
    "WHAT I NOTICED What was your shoulder doing?",
    "Its code is 7F3K-29QD. What you write goes to Dana",
]

NAMES = {
    "Cyrillic": "Ольга",
    "Greek": "Ελένη",
    "Chinese": "王小明",
    "Korean": "한국어",
    "Vietnamese": "Nguyễn Thị Hạnh",
    "Polish": "Łukasz",
    "Thai": "สมชาย",
    "Hebrew": "שרה",
    "Arabic": "محمد",
}


def test_a_sheet_is_read_aloud_from_top_to_bottom(printed):
    heard = printed().read_aloud
    places = [heard.find(words) for words in READ_ALOUD]
    assert -1 not in places, READ_ALOUD[places.index(-1)]
    assert places == sorted(places)


def test_a_sheet_says_where_it_is_drawn_from_and_which_side_it_is(printed):
    words = printed().words
    assert "Drawn from an article on closeness, in our own words." in words
    assert "1 / 1" in words


def test_what_is_missing_is_left_out_with_its_heading(printed):
    words = printed(
        with_name=None,
        try_it=None,
        talk_on=None,
        anchor=None,
        where_when=None,
        if_then=None,
        personal_word=None,
        tracker=(),
        code=None,
        goes_to=None,
    ).words
    for gone in ("None", "with Jonah", "Try it", "PLAN B", "— Dana", "THIS WEEK", "code"):
        assert gone not in words


def test_the_couples_copy_speaks_to_both(printed):
    words = printed(copy="couple", for_name="Maya and Jonah", with_name=None, code=None).words
    assert "For Maya and Jonah" in words
    assert "WHAT WE NOTICED" in words


def test_the_week_begins_on_the_couples_first_day(printed):
    assert "Sun Mon Tue Wed Thu Fri Sat" in printed(first_weekday=6).words


def test_each_row_of_the_week_says_what_to_put_in_a_day(printed):
    words = printed(tracker=(TrackerRow("Kind words", "count"),)).words
    assert "Kind words (a mark each time)" in words


def test_a_spanish_sheet_has_spanish_headings(printed):
    sheet = printed(language="es")
    assert "QUÉ HACER" in sheet.words
    assert "lun mar mié" in sheet.words
    assert str(sheet.file.Root.Lang) == "es"


def test_a_sheet_is_tagged_for_screen_readers(printed):
    sheet = printed()
    assert sheet.file.Root.MarkInfo.Marked
    assert str(sheet.file.Root.Lang) == "en"
    assert sheet.tags.count("H1") == 1
    assert {"H2", "L", "LI", "Table", "TH", "TD"} <= set(sheet.tags)
    assert sheet.file.open_metadata()["pdfuaid:part"] == "1"


def test_the_file_is_named_after_the_exercise_and_names_no_one(printed):
    file = printed().file
    about = str(file.open_metadata()) + str(dict(file.docinfo))
    assert str(file.docinfo.Title) == "A small harbor"
    for name in ("Maya", "Jonah", "Dana", "Alder"):
        assert name not in about


def test_the_same_sheet_gives_the_same_bytes(press, a_sheet):
    assert press.print(a_sheet()) == press.print(a_sheet())


def test_another_persons_sheet_is_another_file(press, a_sheet):
    assert press.print(a_sheet()) != press.print(a_sheet(for_name="Noor"))


def test_every_font_travels_with_the_file(printed):
    fonts = printed().fonts
    assert {"Hyperlegible", "Hyperlegible-Semi-Bold", "Serif4-Semi-Bold"} <= set(fonts)
    assert set(fonts.values()) == {"yes"}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_prints_as_letters_whatever_its_script(printed, name):
    sheet = printed(for_name=name, personal_word=name, title=name)
    assert sheet.words.count(name) >= 3
    assert not sheet.has_boxes
    assert set(sheet.fonts.values()) == {"yes"}


@pytest.mark.parametrize("script", ["Cyrillic", "Hebrew", "Arabic", "Chinese"])
def test_letters_our_fonts_lack_come_from_noto(printed, script):
    assert any(font.startswith("Noto-Sans") for font in printed(for_name=NAMES[script]).fonts)


def test_signs_and_quotes_print_as_they_were_typed(printed):
    typed = "Tom & <b>Jo</b> \"Jojo\" 'O’Neil' &amp; ✓"
    assert typed in printed(for_name=typed).words


def test_pictures_and_broken_letters_leave_no_box(printed):
    sheet = printed(for_name="Zoë 🫶🏽👩‍👩‍👧\x00\ud800\ue000 Hart", personal_word="Well done 🎉")
    assert "For Zoë" in sheet.words
    assert "Hart" in sheet.words
    assert not sheet.has_boxes


def test_a_very_long_name_stays_on_the_paper(printed):
    sheet = printed(for_name="Wolfeschlegel" * 10, with_name="B" * 130, title="M" * 80)
    assert sheet.rightmost < 0.95


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
def test_a_sheet_fits_its_paper(printed, paper, size):
    sheet = printed(paper=paper)
    assert len(sheet.file.pages) == 1
    assert [round(float(side)) for side in sheet.file.pages[0].mediabox[2:]] == list(size)


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_longest_texts_take_two_sides_and_no_more(printed, paper):
    sheet = printed(
        paper=paper,
        title="A title that is longer than any in the whole of the library",
        why="Some words on why this helps the two of you. " * 6,
        steps=(Step("Do this now.", "Say what it is like for you, and then stop. " * 3),) * 7,
        example="One says this, and the other says that in return. " * 7,
        if_hard="Stop kindly, and come back to it some other day. " * 5,
        care="Leave it out where it does not feel safe to do. " * 4,
        personal_word="You told me that the mornings are the calmest time. " * 8,
        if_then="If the baby wakes up early, then we do it after lunch instead.",
        tracker=(TrackerRow("What we would like to remember of this week", "count"),) * 3,
    )
    assert len(sheet.file.pages) == 2
    assert "1 / 2" in sheet.words
    assert "7F3K-29QD" in sheet.words


def test_the_sheet_asks_nothing_of_the_outside(press, a_sheet):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        port = listener.getsockname()[1]
        pdf = press.print(a_sheet(**_hostile_in_every_field(port)))
        with pytest.raises(TimeoutError):
            listener.accept()
    assert b"/EmbeddedFile" not in pdf
    assert b"/Filespec" not in pdf


def test_hostile_text_is_printed_as_text(printed):
    sheet = printed(**_hostile_in_every_field(9))
    assert not sheet.file.attachments
    assert "<img" in sheet.words
    assert "root:x:0" not in sheet.words


def _hostile_in_every_field(port):
    there = f"http://127.0.0.1:{port}/"
    hostile = (
        f'</title></style>"><img src="{there}"><link rel=stylesheet href="{there}">'
        f"<link rel=attachment href=file:///etc/passwd><style>@import url({there})</style>"
        f'<base href="{there}"><svg><image href="{there}"/></svg>'
        f"<object data=file:///etc/passwd></object>{{{{ 7 * 7 }}}}"
    )
    fields = "for_name with_name title promise why who dose dose_text anchor needs example if_hard"
    more = "care notice if_then personal_word signed_by code goes_to source_line language"
    changes = dict.fromkeys([*fields.split(), *more.split()], hostile)
    return changes | {
        "steps": (Step(hostile, hostile),),
        "tracker": (TrackerRow(hostile, "tick"),),
    }
