"""The forms of the practice's own homework: beginning one, writing it, bringing in its file."""

import re
from collections.abc import Iterator
from typing import Any

from flask_wtf.file import FileField
from wtforms import Field, FieldList, Form, FormField, HiddenField, RadioField, SelectField

from practice.forms import (
    CreatingForm,
    LineField,
    PillsField,
    SelectChoice,
    TypedField,
    VersionedForm,
    WordsField,
)
from practice.library.custom_words import (
    LIKE,
    ROWS,
    SOLO_LINES,
    SOLO_PROSE,
    TEXTS,
    Words,
    is_blank,
    questions_in,
)
from practice.library.homework import ENGLISH, WHO
from practice.library.parse import (
    FEWEST_STEPS,
    HOW_MANY_DOSES,
    MOST_QUESTIONS,
    MOST_STEPS,
    is_question,
)
from practice.vocabulary import OBSTACLES, Element, curriculum

MOST_MINUTES = 240
TOO_LONG = "This is longer than any sheet. Shorten it, then it is kept."
#: How many rows a part may have, where rows are added.
MOST_ROWS = {"steps": MOST_STEPS, "track": 4, "solo_track": 4}
ASKED_FOR = {
    "touch": "Touch",
    "gaze": "Looking at each other",
    "disclosure": "Telling something private",
    "forgiveness": "Forgiving",
}
MARKED_BY = {"tick": "a ✓", "count": "a mark each time", "scale": "0 to 10"}
#: What every homework says, and how its absence is put.
MUST = {
    "title": "Give it a title.",
    "promise": "Say in a line what it is for.",
    "why": "Say why it helps.",
    "serves": "Choose what it serves best.",
    "builds": "Choose what it builds.",
}
#: What goes out to a couple in Spanish must be there when it is there in English.
MISSING_IN_SPANISH = "Write this in Spanish too, or take the Spanish away."
MISSING_IN_ENGLISH = "Write this in English too."


def choices(words: dict[str, str]) -> list[SelectChoice]:
    """Choices for a field, from values and the words people see."""
    return [SelectChoice(value, label) for value, label in words.items()]


class Rows(FieldList):  # type: ignore[type-arg]  # generic in its stubs alone
    """The rows of a repeated part: as many as were sent, and no more than a page can want."""

    MOST = 20

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        found = {
            int(match[1])
            for name in formdata
            if (match := re.match(rf"{re.escape(prefix)}-([0-9]{{1,4}})-", name))
        }
        yield from sorted(found)[: self.MOST]


class StepForm(Form):
    """One step: a bold sentence of the doing, then what exactly."""

    lead = LineField("What to do", longest=80)
    text = WordsField("What exactly", longest=400)
    lead_es = LineField("What to do, in Spanish", longest=90)
    text_es = WordsField("What exactly, in Spanish", longest=450)


class DoseForm(Form):
    """One size."""

    minutes = LineField("Minutes", longest=3)
    do = LineField("What is done in that time", longest=160)
    do_es = LineField("What is done, in Spanish", longest=180)


class TrackForm(Form):
    """One row of the week's table."""

    row = LineField("What is marked", longest=60)
    mark = SelectField("With", choices=choices(MARKED_BY), default="tick")
    row_es = LineField("What is marked, in Spanish", longest=70)


class OwnHomeworkForm(VersionedForm):
    """Everything a homework says, in the order in which one thinks of it."""

    title = LineField("Title", longest=60, description="As it reads at the head of the sheet.")
    promise = LineField("In one line", longest=140, description="What it is for, said to them.")
    why = WordsField("Why it helps", longest=800, description="Two to four short sentences.")
    who = RadioField("Who does it", choices=choices(WHO[ENGLISH]), default="together")
    steps = Rows(FormField(StepForm), min_entries=FEWEST_STEPS)
    doses = Rows(FormField(DoseForm), min_entries=HOW_MANY_DOSES)
    track = Rows(FormField(TrackForm))
    needs = LineField("What they need", longest=160)
    example = WordsField("What it can sound like", longest=800)
    if_hard = WordsField("If it gets hard", longest=600)
    care = WordsField(
        "A word of care", longest=500, description="Said to them: how to stop kindly, when to wait."
    )
    alone = WordsField(
        "On your own",
        longest=600,
        description="The same for one partner alone. Each sentence becomes a step.",
    )
    notice = WordsField("What to notice", longest=400, description="One or two questions.")
    questions = WordsField(
        "To reflect on",
        longest=600,
        description="For the reflection sheet: open questions, one a line. Two are enough.",
    )
    solo_title = LineField("Title", longest=60, description="If the title speaks of two.")
    solo_promise = LineField("In one line", longest=140)
    solo_why = WordsField("Why it helps", longest=800)
    solo_track = Rows(FormField(TrackForm))
    solo_if_hard = WordsField("If it gets hard", longest=600)
    solo_care = WordsField(
        "A word of care", longest=500, description="If the one above speaks to two."
    )
    solo_notice = WordsField("What to notice", longest=400)
    when_not = WordsField(
        "When not to use it", longest=800, description="Said to you and your colleagues."
    )
    serves = SelectField(
        "Serves best",
        choices=[
            SelectChoice("", "Choose an obstacle"),
            *(SelectChoice(key, one.label) for key, one in OBSTACLES.items()),
        ],
    )
    also = PillsField("Also for", choices=choices({k: one.label for k, one in OBSTACLES.items()}))
    #: Not “elements”: a control of that name would hide the form’s own list of controls from scripts.
    builds = PillsField(
        "Builds", choices=choices({one.value: one.label.capitalize() for one in Element})
    )
    asks = PillsField("It asks for", choices=choices(ASKED_FOR))
    teachings = PillsField(
        "Drawn from", choices=[SelectChoice(id_, id_) for id_ in curriculum().teachings]
    )
    title_es = LineField("Title", longest=70)
    promise_es = LineField("In one line", longest=160)
    why_es = WordsField("Why it helps", longest=900)
    needs_es = LineField("What they need", longest=180)
    example_es = WordsField("What it can sound like", longest=900)
    if_hard_es = WordsField("If it gets hard", longest=700)
    care_es = WordsField("A word of care", longest=550)
    alone_es = WordsField("On your own", longest=700)
    notice_es = WordsField("What to notice", longest=450)
    questions_es = WordsField("To reflect on", longest=700)
    solo_title_es = LineField("Title", longest=70)
    solo_promise_es = LineField("In one line", longest=160)
    solo_why_es = WordsField("Why it helps", longest=900)
    solo_if_hard_es = WordsField("If it gets hard", longest=700)
    solo_care_es = WordsField("A word of care", longest=550)
    solo_notice_es = WordsField("What to notice", longest=450)

    def words(self) -> Words:
        """What was typed and chosen, as plain values, right or not."""
        told = {name: field.data for name, field in self._fields.items()}
        for name in ("csrf_token", "version"):
            told.pop(name, None)
        return told

    def texts(self) -> Iterator[tuple[Field, tuple[str | int, ...]]]:
        """Every field that is written in, with where its text stands in the words."""
        for name, field in self._fields.items():
            if isinstance(field, Rows):
                for number, row in enumerate(field):
                    for inner in row.form:
                        yield inner, (name, number, inner.short_name)
            elif isinstance(field, TypedField):
                yield field, (name,)

    def words_within(self, most: int, standing: Words) -> Words:
        """The words in at most `most` letters: the longest texts are left as they are `standing`.

        Each that is left waits, and says so.
        """
        words = self.words()
        by_length = sorted(self.texts(), key=lambda text: len(text[0].data or ""), reverse=True)
        for field, place in by_length:
            if letters_in(words) <= most:
                break
            put(words, place, text_at(standing, place))
            field.errors = [*field.errors, TOO_LONG]
        self.show_row_errors()
        return words

    def show_row_errors(self) -> None:
        """Have each repeated part say what is wrong in its rows."""
        for name in ROWS:
            self[name].errors = [row.errors for row in self[name]] if any_wrong(self[name]) else []

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether this can go into the library; what is missing is said beside its field."""
        for name, fewest in (("steps", FEWEST_STEPS), ("track", 0), ("solo_track", 0)):
            leave_out_blank(self[name], name, fewest)
        is_right = super().validate(extra_validators)
        faults = [
            *self.what_is_missing(),
            *self.sizes_at_fault(),
            *self.questions_at_fault(),
            *self.one_language_only(),
        ]
        for field, fault in faults:
            field.errors = [*field.errors, fault]
        self.show_row_errors()
        return is_right and not faults

    def what_is_missing(self) -> Iterator[tuple[Field, str]]:
        """The fields that every homework has, where they are empty."""
        musts = [(self[name], fault) for name, fault in MUST.items()]
        for part, name, fault in (
            (self.steps, "lead", "Say what to do, or take this step away."),
            (self.doses, "do", "Say what is done in that time."),
            (self.track, "row", "Say what is marked, or take this row away."),
            (self.solo_track, "row", "Say what is marked, or take this row away."),
        ):
            musts += [(row.form[name], fault) for row in part]
        for field, fault in musts:
            if not field.data:
                yield field, fault
        if self.who.data != "each" and not self.alone.data:
            yield self.alone, "Say what one partner can do alone: some sheets are for one."
        if self.asks.data and not self.care.data:
            yield self.care, "Say how to stop: an exercise that asks for this must."

    def sizes_at_fault(self) -> Iterator[tuple[Field, str]]:
        """Sizes that are no number of minutes, or there twice."""
        seen: set[str] = set()
        for row in self.doses:
            text = row.form.minutes.data or ""
            is_number = text.isascii() and text.isdigit()
            if not is_number or not 1 <= int(text) <= MOST_MINUTES:
                yield row.form.minutes, f"A number from 1 to {MOST_MINUTES}."
            elif str(int(text)) in seen:
                yield row.form.minutes, "Choose another number."
            seen.add(text.lstrip("0"))

    def questions_at_fault(self) -> Iterator[tuple[Field, str]]:
        """Lines to reflect on that are no questions, too many, or fewer in one language."""
        asked = [questions_in(field.data) for field in (self.questions, self.questions_es)]
        for field, found in zip((self.questions, self.questions_es), asked, strict=True):
            if not all(map(is_question, found)):
                yield field, "Write each line as a question, with “?” at its end."
            elif len(found) > MOST_QUESTIONS:
                yield field, f"Keep it to {MOST_QUESTIONS} questions: there is room for no more."
        if all(asked) and len(asked[0]) != len(asked[1]):
            yield self.questions_es, "Write as many questions as in English."

    def one_language_only(self) -> Iterator[tuple[Field, str]]:
        """Where one language says something and the other does not."""
        pairs = list(self.in_both_languages())
        if not any(spanish.data for _, spanish in pairs):
            return
        for english, spanish in pairs:
            if english.data and not spanish.data:
                yield spanish, MISSING_IN_SPANISH
            if spanish.data and not english.data and not english.errors:
                yield english, MISSING_IN_ENGLISH

    def in_both_languages(self) -> Iterator[tuple[Field, Field]]:
        """Every field with its twin in Spanish."""
        for name in TEXTS:
            yield self[name], self[name + LIKE]
        for name, texts in ROWS.items():
            for row in self[name]:
                for text in texts:
                    yield row.form[text], row.form[text + LIKE]

    @property
    def solo_texts(self) -> list[Field]:
        """The texts for one partner alone, in English."""
        return [self[name] for name in (*SOLO_LINES, *SOLO_PROSE)]

    @property
    def has_solo_errors(self) -> bool:
        """Whether something is wrong in what is said to one alone, so that it stands open."""
        return any(field.errors for field in (*self.solo_texts, self.solo_track))

    @property
    def has_spanish_errors(self) -> bool:
        """Whether something is wrong in Spanish, so that its part stands open."""
        return any(spanish.errors for _, spanish in self.in_both_languages())


def letters_in(words: Words) -> int:
    """How much was typed, in letters."""
    return len(str(words))


def text_at(words: Words, place: tuple[str | int, ...]) -> Any:
    """The text at a place in the words; "" where there is none."""
    inner: Any = words
    for key in place:
        try:
            inner = inner[key]
        except (KeyError, IndexError):
            return ""
    return inner


def put(words: Words, place: tuple[str | int, ...], text: Any) -> None:
    """Put a text at a place in the words."""
    *way, last = place
    inner: Any = words
    for key in way:
        inner = inner[key]
    inner[last] = text


def any_wrong(part: Rows) -> bool:
    """Whether something is wrong in one of the rows."""
    return any(row.errors for row in part)


def leave_out_blank(part: Rows, name: str, fewest: int) -> None:
    """Take rows out in which nothing was written, down to the `fewest` there must be."""
    for row in reversed(list(part)):
        if len(part) > fewest and is_blank(row.data, name):
            part.entries.remove(row)


class BeginForm(CreatingForm):
    """Begin a homework: an empty one, or from a copy of the one named."""

    source = HiddenField()


class ImportForm(CreatingForm):
    """Files that hold a homework, as the library's own do."""

    english = FileField(
        "The file in English", description="A homework’s .md file, as Rekindle exports it."
    )
    spanish = FileField("The file in Spanish", description="If there is one.")


def names_of(form: OwnHomeworkForm) -> dict[str, str]:
    """What each field is called where two versions are compared."""
    alone = ", for one alone"
    parts = {"steps": "Steps", "doses": "Sizes", "track": "To mark"}
    parts["solo_track"] = parts["track"] + alone
    named = {
        name: field.label.text
        + (alone if name.startswith("solo_") else "")
        + (", in Spanish" if name.endswith(LIKE) else "")
        for name, field in form._fields.items()
    }
    return {**named, **parts}
