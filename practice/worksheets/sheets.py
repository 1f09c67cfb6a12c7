"""What stands on a partner's sheet: plain values for the press, and only what its reader may see.

A shared sheet carries the names they go by, never a surname, an obstacle, a diagnosis or one
partner's rating beside the other's (rule 2). Confidence and safety reasons are never printed.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from practice.assignments.rows import AnyAssignment, WordedAssignment
from practice.assignments.service import wording_of
from practice.couples.models import OfACouple
from practice.couples.names import told_apart
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.sheet import Letterhead, Paper, Step, TrackerRow
from practice.library.homework import ENGLISH, Homework, Track
from practice.practice_admin.letterhead import AnyClinician, AnyPractice
from practice.vocabulary import curriculum
from practice.worksheets.texts import WORDS, Spoken
from practice.worksheets.who_reads import Policy, who_reads

#: What a sheet takes from the homework as it is.
TOLD = (
    *("title", "promise", "why", "needs", "steps"),
    *("example", "if_hard", "care", "notice", "questions"),
)
#: A sentence; what stands in quotation marks belongs to the sentence around it.
SENTENCE = re.compile(
    r"(?:[“«][^”»]*[”»]|[^.?!“«”»])+?(?:[.?!]+(?=\s|$)|(?<=[.?!][”»])(?=\s+[A-ZÁÉÍÓÚ¿«“]|\s*$))"
)


def copies_of(assignment: AnyAssignment) -> list[str]:
    """The copies there are to print: one each and one for both, or one for the partner it is for."""
    return copies_for(assignment.for_whom)


def copies_for(whom: str) -> list[str]:
    """The same by whom the homework is for."""
    return ["a", "b", "couple"] if whom == "couple" else [whom]


def copy_name(copy: str, couple: OfACouple) -> str:
    """“Maya’s sheet”, “Copy for both”: what a copy is called on clinicians' pages."""
    return "Copy for both" if copy == "couple" else f"{told_apart(couple)[copy]}’s sheet"


def sheet(
    assignment: WordedAssignment,
    couple: OfACouple,
    copy: str,
    practice: AnyPractice,
    clinician: AnyClinician,
    policy: Policy | None,
    language: str | None = None,
) -> ExerciseSheet:
    """One copy of an assignment for one reader, in the reader's language unless another is asked.

    `policy` is the secrets policy in force with its signatures, None if there is none.
    """
    homework = fitted(
        wording_of(assignment, language or language_of(couple, copy)), assignment.for_whom
    )
    words = WORDS[homework.language]
    is_shared = copy == "couple"
    return ExerciseSheet(
        letterhead=letterhead(practice, clinician),
        language=words.language,
        paper=paper_of(practice),
        **reader(assignment, couple, copy, words),
        **{name: getattr(homework, name) for name in TOLD},
        **agreed(assignment, homework, words),
        talk_on=words.day(assignment.due_on),
        signed_by=clinician.first_name,
        tracker=tracker(homework, is_shared),
        goes_to=None if is_shared else who_reads(policy, clinician.first_name, words.language),
        source_line=credit(homework.teachings, words),
        first_weekday=first_weekday(assignment.given_on),
    )


def reader(
    assignment: AnyAssignment, couple: OfACouple, copy: str, words: Spoken
) -> dict[str, Any]:
    """Whose sheet it is, with whom it is done, and the code to answer with.

    The copy's letter stands before the code, so that two who share a first name are told apart
    when paper comes back; it says nothing that a surname would.
    """
    if copy == "couple":
        both = words.both.format(a=couple.a.known_as, b=couple.b.known_as)
        return {"copy": "couple", "for_name": both, "with_name": None, "code": None}
    mine, other = (couple.b, couple.a) if copy == "b" else (couple.a, couple.b)
    return {
        "copy": copy,
        "for_name": mine.known_as,
        "with_name": other.known_as if assignment.for_whom == "couple" else None,
        "code": f"{copy.upper()} · {assignment.code_b if copy == 'b' else assignment.code_a}",
    }


def agreed(assignment: AnyAssignment, homework: Homework, words: Spoken) -> dict[str, Any]:
    """What this couple agreed on: who, how long, how often, when, what if, and a word to them."""
    return {
        "who": homework.who_words if assignment.for_whom == "couple" else words.alone,
        "dose": words.minutes(assignment.dose),
        "dose_text": dose_text(homework, assignment.dose),
        "try_it": words.days(assignment.days) if assignment.days else None,
        "anchor": anchor(assignment, words),
        "where_when": assignment.place_and_time or None,
        "if_then": if_then(assignment, words),
        "personal_word": assignment.personal_word or None,
    }


def language_of(couple: OfACouple, copy: str) -> str:
    """The language of a copy: its reader’s; of one for both, the one they share, else English."""
    if copy == "couple" and couple.a.language != couple.b.language:
        return ENGLISH
    return str((couple.b if copy == "b" else couple.a).language)


def letterhead(practice: AnyPractice, clinician: AnyClinician) -> Letterhead:
    """The practice's letterhead, with the clinician under its name."""
    lines = [*practice.address.splitlines(), practice.phone]
    return Letterhead(
        practice_name=practice.name,
        clinician_line=clinician.signature,
        address_lines=tuple(line for line in lines if line),
        people=tuple(
            line
            for line in (practice.people or "").splitlines()
            if line and line != clinician.signature
        ),
        logo=practice.logo_png,
    )


def paper_of(practice: AnyPractice) -> Paper:
    """The practice's paper, as the press names it."""
    return "a4" if practice.paper == "a4" else "letter"


def dose_text(homework: Homework, minutes: int) -> str:
    """What to do in the time agreed."""
    return next((dose.do for dose in homework.doses if dose.minutes == minutes), "")


def anchor(assignment: AnyAssignment, words: Spoken) -> str | None:
    """“After the kids are in bed”; nothing when not agreed."""
    said = assignment.anchor
    for each in WORDS.values():
        said = said.removeprefix(f"{each.after.lower()} ").removeprefix(f"{each.after} ")
    return f"{words.after} {said}" if said else None


def fitted(homework: Homework, for_whom: str) -> Homework:
    """The homework as its reader does it: one partner of an exercise made for two gets its solo
    variant, a sentence a step, with words of its own; what is only said to two is left out."""
    if for_whom == "couple" or not homework.conjoint:
        return homework
    solo = homework.solo
    return replace(
        homework,
        steps=tuple(Step(one.strip(), "") for one in SENTENCE.findall(homework.alone)),
        doses=(),
        needs="",
        example="",
        title=solo.title or homework.title,
        promise=solo.promise,
        why=solo.why,
        track=solo.track or done_alone(homework),
        if_hard=solo.if_hard,
        care=solo.care or homework.care,
        notice=solo.notice,
    )


def done_alone(homework: Homework) -> tuple[Track, ...]:
    """One row that is true of whoever does it, where the rows that there are count for two."""
    return (Track(WORDS[homework.language].done, "tick"),) if homework.track else ()


def if_then(assignment: AnyAssignment, words: Spoken) -> str | None:
    """“If one of us is on shift, then we do it by phone.”, from what was agreed."""
    hurdle, plan = assignment.expected_obstacle.rstrip("."), assignment.if_then.rstrip(".")
    if not plan:
        return None
    if plan.lower().startswith(("if ", "si ")):
        return f"{plan}."
    return words.if_then(hurdle, plan.removeprefix("then "))


def tracker(homework: Homework, is_shared: bool) -> tuple[TrackerRow, ...]:
    """The week's rows; a shared copy carries no rating."""
    rows = [row for row in homework.track if not (is_shared and row.mark == "scale")]
    return tuple(TrackerRow(row.row, row.mark) for row in rows)


def credit(teachings: tuple[str, ...], words: Spoken) -> str:
    """The articles that a homework is drawn from, for a sheet's footer.

    An article without a named author gives its title alone. What is drawn from none is in the
    practice's own words.
    """
    if not teachings:
        return words.own_words
    known = curriculum()
    articles = dict.fromkeys(known.teachings[id_].article for id_ in teachings)
    named = []
    for key in articles:
        article = known.articles[key]
        authors = " & ".join(initialled(name) for name in article.authors)
        by = f" {words.by} {authors}" if authors else ""
        named.append(f"“{short_title(article.title)}”{by}")
    return f"{words.drawn_from} {'; '.join(named)}. {words.own_words}"


def initialled(name: str) -> str:
    """“H. Brenner” for “Helene Brenner”; a single name stays."""
    first, _, last = name.rpartition(" ")
    return f"{first[0]}. {last}" if first else last


def short_title(title: str) -> str:
    """A long article title cut where a reader would stop."""
    short = re.split(r"[:—(]| With Your| and Connection", title)[0].strip()
    return f"{short}…" if short != title else title


def first_weekday(given_on: date) -> int:
    """The table begins on the day after the session: 0 is Monday."""
    return (given_on.weekday() + 1) % 7
