"""A sheet about nothing, printed before the first real one, so that everything it needs is warm."""

from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.sheet import Letterhead, Paper, Step, TrackerRow

WORDS = "All the letters of an ordinary sheet: Jv kq XYZ, W & “b” – (5) ¿ñ? fl fi."


def trial_sheet(paper: Paper) -> ExerciseSheet:
    """An exercise that has every part an exercise can have."""
    return ExerciseSheet(
        Letterhead(WORDS, WORDS, (WORDS, WORDS)),
        paper=paper,
        title="A trial",
        source_line=WORDS,
        copy="a",
        for_name="A",
        with_name="B",
        try_it=WORDS,
        talk_on=WORDS,
        promise=WORDS,
        why=WORDS,
        who=WORDS,
        dose=WORDS,
        dose_text=WORDS,
        anchor=WORDS,
        where_when=WORDS,
        needs=WORDS,
        steps=(Step(WORDS, WORDS), Step(WORDS, WORDS)),
        example=WORDS,
        if_hard=WORDS,
        care=WORDS,
        notice=WORDS,
        if_then=WORDS,
        personal_word=WORDS,
        signed_by="C",
        tracker=(TrackerRow(WORDS, "tick"), TrackerRow(WORDS, "scale")),
        code="2345-6789",
        goes_to=WORDS,
    )
