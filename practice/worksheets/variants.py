"""What may be printed of a homework besides its exercise sheet, and what one may leave out.

Every kind is made from the values of the exercise sheet, so that none of them can carry more
than its reader may see.
"""

from dataclasses import dataclass, replace
from typing import Any

from practice.handouts.kinds.cards import ON_A_SIDE, Card, CardsSheet
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.kinds.reflection import ReflectionSheet
from practice.handouts.kinds.tracker import TrackerSheet
from practice.handouts.labels import labels_for
from practice.handouts.sheet import Paper, Sheet
from practice.identity.models import Practice, User
from practice.library.homework import Dose, Homework
from practice.library.parse import is_question
from practice.worksheets.background import Background
from practice.worksheets.sheets import SENTENCE, credit, dose_text, letterhead, paper_of, tracker
from practice.worksheets.texts import WORDS

#: The kinds offered, and what each is called on screen.
KINDS = {
    "exercise": "Exercise sheet",
    "tracker": "Tracker, one week",
    "four-weeks": "Tracker, four weeks",
    "reflection": "Reflection sheet",
    "cards": "Cards to cut out",
}
#: What may be left out, and what each is called on screen.
PARTS = {
    "source": "Source line",
    "word": "Personal word",
    "tracker": "Tracker",
    "code": "Check-in code",
}
#: As many points as make a set of cards.
A_SET = 6


@dataclass(frozen=True)
class PrintOptions:
    """How a homework shall be printed; as it stands here, it is what one plain click prints."""

    kind: str = "exercise"
    without: frozenset[str] = frozenset()
    large: bool = False
    plain: bool = False
    fillable: bool = False
    #: The practice's paper where it is None.
    paper: Paper | None = None


def as_asked(exercise: ExerciseSheet, options: PrintOptions, doses: tuple[Dose, ...] = ()) -> Sheet:
    """The sheet that is asked for. `doses` go onto cards; without any, the one agreed does."""
    without = options.without
    exercise = replace(
        exercise,
        large=options.large,
        plain=options.plain,
        fillable=options.fillable,
        paper=options.paper or exercise.paper,
        source_line="" if "source" in without else exercise.source_line,
        personal_word=None if "word" in without else exercise.personal_word,
        tracker=() if "tracker" in without and options.kind == "exercise" else exercise.tracker,
        code=None if "code" in without else exercise.code,
    )
    if options.kind == "tracker":
        return tracker_sheet(exercise, weeks=1)
    if options.kind == "four-weeks":
        return tracker_sheet(exercise, weeks=4)
    if options.kind == "reflection":
        return reflection_sheet(exercise)
    if options.kind == "cards":
        return cards_sheet(exercise, doses)
    return exercise


def in_common(page: Sheet) -> dict[str, Any]:
    """What a sheet takes over from the one it is made from."""
    fields = [
        "letterhead",
        "language",
        "paper",
        "title",
        "source_line",
        "large",
        "plain",
        "fillable",
    ]
    return {field: getattr(page, field) for field in fields}


def tracker_sheet(exercise: ExerciseSheet, weeks: int) -> TrackerSheet:
    """The exercise's own rows, for one week or for four."""
    return TrackerSheet(
        **in_common(exercise),
        for_name=exercise.for_name,
        with_name=exercise.with_name,
        try_it=exercise.try_it,
        dose=exercise.dose,
        rows=exercise.tracker,
        weeks=weeks,
        first_weekday=exercise.first_weekday,
        code=exercise.code,
        goes_to=exercise.goes_to,
    )


def reflection_sheet(exercise: ExerciseSheet) -> ReflectionSheet:
    """The exercise's own questions: what to notice, then those that were written to reflect on."""
    noticed = filter(is_question, sentences(exercise.notice))
    return ReflectionSheet(
        **in_common(exercise),
        copy=exercise.copy,
        for_name=exercise.for_name,
        with_name=exercise.with_name,
        questions=tuple(dict.fromkeys((*noticed, *exercise.questions))),
        code=exercise.code,
        goes_to=exercise.goes_to,
    )


def cards_sheet(exercise: ExerciseSheet, doses: tuple[Dose, ...] = ()) -> CardsSheet:
    """A card for each step and each question, and one for when it gets hard; then one for each
    size, as far as there is room on the last side."""
    words, spoken = labels_for(exercise), WORDS[exercise.language]
    count = len(exercise.steps)
    sizes = [Card(spoken.minutes(dose.minutes), dose.do) for dose in doses]
    if not doses and exercise.dose_text:
        sizes = [Card(exercise.dose, exercise.dose_text)]
    steps = [
        Card(words.step_of.format(number=number, all=count), step.lead, step.text)
        for number, step in enumerate(exercise.steps, start=1)
    ]
    questions = [Card(words.afterwards, question) for question in sentences(exercise.notice)]
    hard = [Card(words.if_hard, exercise.if_hard)] if exercise.if_hard else []
    cards = (*steps, *questions, *hard)
    room = -len(cards) % ON_A_SIDE
    return CardsSheet(**in_common(exercise), cards=(*cards, *sizes[:room]))


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, one by one."""
    return tuple(one.strip() for one in SENTENCE.findall(text))


def blank(homework: Homework, practice: Practice, clinician: User) -> ExerciseSheet:
    """The homework's sheet for whoever will take it home: no name, no date, its smallest size."""
    words = WORDS[homework.language]
    smallest = homework.smallest
    return ExerciseSheet(
        letterhead(practice, clinician),
        language=homework.language,
        paper=paper_of(practice),
        copy="a",
        for_name="",
        with_name=None,
        try_it=None,
        talk_on=None,
        title=homework.title,
        promise=homework.promise,
        why=homework.why,
        who=homework.who_words,
        dose=words.minutes(smallest.minutes),
        dose_text=dose_text(homework, smallest.minutes),
        anchor=None,
        where_when=None,
        needs=homework.needs,
        steps=homework.steps,
        example=homework.example,
        if_hard=homework.if_hard,
        care=homework.care,
        notice=homework.notice,
        questions=homework.questions,
        if_then=None,
        personal_word=None,
        signed_by=clinician.first_name,
        tracker=tracker(homework, is_shared=False),
        code=None,
        goes_to=None,
        source_line=credit(homework.teachings, words),
    )


def has_cards(sheet: Background) -> bool:
    """Whether a background sheet has enough points for a set of cards."""
    return len(background_cards(sheet)) >= A_SET


def background_cards(sheet: Background) -> tuple[Card, ...]:
    """A card for each point that begins with a few words of its own, under its heading."""
    cards, heading = [], sheet.title
    for block in sheet.blocks:
        if block.kind == "heading":
            heading = block.text
        cards += [Card(heading, item.lead, item.text) for item in block.items if item.lead]
    return tuple(cards)


def background_cards_sheet(sheet: Background, page: Sheet) -> CardsSheet:
    """The points of a background sheet as cards, on the paper of its printed `page`."""
    return CardsSheet(**in_common(page), cards=background_cards(sheet))
