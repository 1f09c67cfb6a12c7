"""What stands on a partner's sheet: plain values for the press, and only what its reader may see.

A shared sheet carries the names they go by, never a surname, an obstacle, a diagnosis or one
partner's rating beside the other's (rule 2). Confidence and safety reasons are never printed.
"""

import re
from datetime import date

from practice.accounts.models import Practice, User
from practice.couples.models import Couple
from practice.formatting import long_date
from practice.handouts.sheet import ExerciseSheet, Letterhead, Mark, Step, TrackerRow
from practice.homework.library import Homework, credit
from practice.homework.models import Assignment
from practice.homework.service import wording_of

#: A sentence; what stands in quotation marks belongs to the sentence around it.
SENTENCE = re.compile(
    r"(?:[“«][^”»]*[”»]|[^.?!“«”»])+?(?:[.?!]+(?=\s|$)|(?<=[.?!][”»])(?=\s+[A-ZÁÉÍÓÚ¿«“]|\s*$))"
)

POLICY_WORDS = {
    "no-secrets": (
        "What you write goes to {clinician}, who may bring it into the room, as you all agreed."
    ),
    "limited": "What you write goes to {clinician}, who uses it as you all agreed.",
    "confidential": "What you write goes to {clinician}, who uses it as you all agreed.",
}
READS = "What you write goes to {clinician} and to those who work on your care with {clinician}."


def copies_of(assignment: Assignment) -> list[str]:
    """The copies there are to print: one each and one for both, or one for the partner it is for."""
    return ["a", "b", "couple"] if assignment.for_whom == "couple" else [assignment.for_whom]


def copy_name(copy: str, couple: Couple) -> str:
    """“Maya’s sheet”, “Copy for both”."""
    if copy == "couple":
        return "Copy for both"
    return f"{(couple.a if copy == 'a' else couple.b).known_as}’s sheet"


def sheet(
    assignment: Assignment,
    couple: Couple,
    copy: str,
    practice: Practice,
    clinician: User,
    policy: str | None,
) -> ExerciseSheet:
    """One copy of an assignment for one reader. `policy` is the secrets policy in force, if any."""
    homework = wording_of(assignment)
    partner, other = (couple.a, couple.b) if copy != "b" else (couple.b, couple.a)
    is_shared = copy == "couple"
    return ExerciseSheet(
        letterhead=letterhead(practice, clinician),
        paper="a4" if practice.paper == "a4" else "letter",
        copy="couple" if is_shared else "a" if copy == "a" else "b",
        for_name=couple.names_they_use if is_shared else partner.known_as,
        with_name=None if is_shared or assignment.for_whom != "couple" else other.known_as,
        try_it=days_words(assignment.days),
        talk_on=long_date(assignment.due_on),
        title=assignment.title,
        promise=homework.promise,
        why=homework.why,
        who=homework.who_words if assignment.for_whom == "couple" else "On your own",
        dose=f"{assignment.dose} minutes",
        dose_text=dose_text(homework, assignment.dose),
        anchor=f"After {assignment.anchor.removeprefix('after ')}" if assignment.anchor else None,
        where_when=assignment.place_and_time or None,
        needs=homework.needs,
        steps=steps_for(homework, assignment.for_whom),
        example=homework.example,
        if_hard=homework.if_hard,
        care=homework.care,
        notice=homework.notice,
        if_then=if_then(assignment),
        personal_word=assignment.personal_word or None,
        signed_by=clinician.first_name,
        tracker=tracker(homework, is_shared),
        code=None if is_shared else assignment.code_a if copy == "a" else assignment.code_b,
        goes_to=None if is_shared else goes_to(policy, clinician),
        source_line=credit(homework.teachings),
        first_weekday=first_weekday(assignment.given_on),
    )


def letterhead(practice: Practice, clinician: User) -> Letterhead:
    """The practice's letterhead, with the clinician under its name."""
    lines = [*practice.address.splitlines(), practice.phone]
    return Letterhead(
        practice_name=practice.name,
        clinician_line=clinician.signature,
        address_lines=tuple(line for line in lines if line),
    )


def days_words(days: int) -> str | None:
    """“5 days this week”; nothing when not agreed."""
    if days == 0:
        return None
    return "every day" if days == 7 else f"{days} {'day' if days == 1 else 'days'} a week"


def dose_text(homework: Homework, minutes: int) -> str:
    """What to do in the time agreed."""
    return next((dose.do for dose in homework.doses if dose.minutes == minutes), "")


def steps_for(homework: Homework, for_whom: str) -> tuple[Step, ...]:
    """The steps; for one partner of an exercise made for two, its solo variant, a sentence each."""
    if for_whom == "couple" or not homework.conjoint:
        return tuple(Step(step.lead, step.text) for step in homework.steps)
    return tuple(Step(one.strip(), "") for one in SENTENCE.findall(homework.alone))


def if_then(assignment: Assignment) -> str | None:
    """“If one of us is on shift, then we do it by phone.”, from what was agreed."""
    hurdle, plan = assignment.expected_obstacle.rstrip("."), assignment.if_then.rstrip(".")
    if not plan:
        return None
    if plan.lower().startswith("if "):
        return f"{plan}."
    plan = plan.removeprefix("then ")
    return f"If {hurdle}, then {plan}." if hurdle else f"Then {plan}."


def tracker(homework: Homework, is_shared: bool) -> tuple[TrackerRow, ...]:
    """The week's rows; a shared copy carries no rating."""
    rows = [row for row in homework.track if not (is_shared and row.mark == "scale")]
    return tuple(TrackerRow(row.row, mark(row.mark)) for row in rows)


def mark(name: str) -> Mark:
    """The mark of that name."""
    return "scale" if name == "scale" else "count" if name == "count" else "tick"


def goes_to(policy: str | None, clinician: User) -> str:
    """Who reads what is brought back, as the policy in force says; secrecy is never promised."""
    words = POLICY_WORDS.get(policy or "", READS)
    return words.format(clinician=clinician.first_name)


def first_weekday(given_on: date) -> int:
    """The table begins on the day after the session: 0 is Monday."""
    return (given_on.weekday() + 1) % 7
